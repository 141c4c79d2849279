"""Read ``pylock.toml`` (PEP 751): its packages become requirements with hashes, which every pip can install.

Name, version and hashes decide, not the addresses in it. The files come from the secure index that is in force, by
any of its hosts. If their content is not the locked content, nothing is installed.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any, Dict, List

from ..errors import FileProblem, RequestRefused
from . import requirement
from .requirement import Requirement

_NAME = re.compile(r"pylock(\.[^./\\]+)?\.toml$")


def is_lock(path: str) -> bool:
    """Return whether a file of this name is a lock file."""
    return bool(_NAME.search(path))


def requirements(path: Path) -> List[Requirement]:
    """Return the packages in the lock file `path`, each with its hashes.

    Raises:
        FileProblem: it cannot be read.
        RequestRefused: it locks something that does not come from an index with a hash.
    """
    locked = parse(path)
    if str(locked.get("lock-version", "")).split(".")[0] != "1":
        raise FileProblem(
            f"{path} is not a lock file of version 1.", remedy="write it with `jupyter securepypi lock`"
        )
    return [_requirement(package, path) for package in locked.get("packages", [])]


def parse(path: Path) -> Dict[str, Any]:
    """Return the TOML document in `path`.

    Raises:
        FileProblem: it cannot be read, or this Python has no TOML parser.
    """
    for module in ("tomllib", "tomli", "pip._vendor.tomli"):
        try:
            loads = import_module(module).loads
        except ImportError:
            continue
        try:
            document: Dict[str, Any] = loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise FileProblem(f"The lock file {path} cannot be read: {error}.") from None
        return document
    raise FileProblem("Nothing here reads TOML.", remedy="use Python 3.11, or pip 21.2 or newer")


def _requirement(package: Dict[str, Any], path: Path) -> Requirement:
    files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
    digests = [file.get("hashes", {}).get("sha256") for file in files]
    name, marker = package.get("name", "?"), package.get("marker", "")
    if not files or not all(digests) or "version" not in package:
        raise RequestRefused(
            f"{path} locks {name} without a version, or a file of an index with its SHA-256.",
            why="only then can it be taken from the secure index, and be proven to be the same",
            remedy="lock again with `jupyter securepypi lock`",
        )
    if re.search(r"\b(extras|dependency_groups)\b", marker):
        raise RequestRefused(
            f"{path} locks {name} for some extras or dependency groups only.",
            why="nothing here says which of them are wanted",
            remedy="lock only what is wanted",
        )
    text = f"{name}=={package['version']}{f' ; {marker}' if marker else ''}"
    read = requirement.parse(text, str(path))
    return read.with_hashes([f"sha256:{digest}" for digest in digests])
