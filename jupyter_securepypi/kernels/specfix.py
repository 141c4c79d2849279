"""Remove variables that lead past the secure index from the user's own kernel specification."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..clients import originals
from ..clients.variables import redirecting_variables
from ..core.errors import FileProblem
from ..core.files import safe_target


def redirecting(spec: Mapping[str, Any]) -> list[str]:
    """Return the variables of a specification, as Jupyter has read it, that `without_redirection` would remove."""
    return redirecting_variables(dict(spec.get("env") or {}))


def is_writable(path: Path) -> bool:
    """Return whether this user may replace the ``kernel.json`` `path`."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def without_redirection(spec: Mapping[str, Any], path: Path) -> Path | None:
    """Remove those variables from the file; the original is kept for ``jupyter securepypi restore``.

    The file is the user's: ask before.

    Args:
        spec: the specification that Jupyter has read.
        path: its ``kernel.json``.

    Returns:
        The file if it was written, or None if there is nothing to remove.

    Raises:
        FileProblem: if it cannot be written, or is no longer a specification.
    """
    names = redirecting(spec)
    if not names:
        return None
    target = safe_target(path)
    with originals.locked():
        try:
            content = json.loads(target.read_bytes())
            for name in names:
                content["env"].pop(name, None)
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise FileProblem(
                f"{path} cannot be read: {type(error).__name__}.", remedy="mend the kernel specification"
            ) from None
        originals.write(target, json.dumps(content, indent=1, ensure_ascii=False).encode() + b"\n")
    return target
