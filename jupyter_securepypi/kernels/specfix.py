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


def redirecting(spec: Mapping[str, Any], path: Path) -> list[str]:
    """Return the variables that `without_redirection` would remove; none if the file is not ours to write.

    Args:
        spec: the specification that Jupyter has read.
        path: its ``kernel.json``.
    """
    names = redirecting_variables(dict(spec.get("env") or {}))
    return names if names and os.access(path, os.W_OK) and os.access(path.parent, os.W_OK) else []


def without_redirection(spec: Mapping[str, Any], path: Path) -> Path | None:
    """Remove those variables from the file; the original is kept for ``jupyter securepypi restore``.

    Returns:
        The file if it was written, or None if there is nothing to remove.

    Raises:
        FileProblem: if it cannot be written, or is no longer a specification.
    """
    names = redirecting(spec, path)
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
