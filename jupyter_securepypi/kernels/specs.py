"""Kernel specifications: those that a server would find, and variables in one that lead past the secure index."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from traitlets.config.loader import Config, ConfigFileNotFound, JSONFileConfigLoader

from ..clients import originals
from ..clients.variables import redirecting_variables
from ..core.errors import FileProblem
from ..core.files import safe_target


def all_specs() -> Mapping[str, Any]:
    """Return the result that ``KernelSpecManager.get_all_specs()`` has in a server."""
    specs: Mapping[str, Any] = KernelSpecManager(config=_jupyter_config()).get_all_specs()
    return specs


def _jupyter_config() -> Config:
    """Return the settings for kernel specs in Jupyter's own files, so that a command finds the server's kernels."""
    from jupyter_core.paths import jupyter_config_path

    merged = Config()
    for folder in reversed(jupyter_config_path()):
        for name in ("jupyter_config.json", "jupyter_server_config.json"):
            try:
                merged.merge(JSONFileConfigLoader(name, path=folder).load_config())
            except ConfigFileNotFound:
                continue
    return merged


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
