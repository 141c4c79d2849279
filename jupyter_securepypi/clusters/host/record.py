"""What is installed on this host already: so that one install, and one token, serve all its processes.

The record lies where the packages are. Whoever can write there can change the packages themselves.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import site
import sysconfig
from collections.abc import Iterable
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

NAME = ".securepypi-cluster.json"
_MOST = 20  # requests that a file remembers
_SUM = "sum"  # of what else is kept of a request


def found(digest: str, asked_at: float, once: bool = False) -> dict[str, Any] | None:
    """Return what `keep` was given for the request `digest`, if it holds still; else None.

    It holds while all that it installed is here: in the same versions, or with `once` in any. A failure holds for those
    who have waited for it, which is since `asked_at`, an epoch: the next one tries again.
    """
    for path in _paths():
        kept = _read(path).get(digest)
        # What is damaged, by whatever, counts as no record.
        if isinstance(kept, dict) and kept.pop(_SUM, None) == _sum(kept):
            if "error" in kept:
                return kept if kept["at"] >= asked_at else None
            wanted, there = kept["installed"], versions(kept["installed"])
            return kept if (there.keys() == wanted.keys() if once else there == wanted) else None
    return None


def keep(digest: str, outcome: dict[str, Any]) -> None:
    """Remember the `outcome` of a request, whose ``installed`` maps names to versions.

    Where it cannot be written, each process asks the index anew. Only to be called while no other process installs.
    """
    for path in _paths():
        known = [(one, kept) for one, kept in _read(path).items() if one != digest]
        text = json.dumps(dict([*known[1 - _MOST :], (digest, {**outcome, _SUM: _sum(outcome)})]))
        part = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(path)
            return
        except OSError:
            with suppress(OSError):  # of a disk that is full
                part.unlink()


def versions(names: Iterable[str]) -> dict[str, str]:
    """Return those of `names` that are installed, with their versions."""
    importlib.invalidate_caches()  # the folder may have changed within the same second
    there = {}
    for name in names:
        try:
            there[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return there


def _paths() -> list[Path]:
    folders = [sysconfig.get_path("purelib"), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    return [Path(folder, NAME) for folder in folders]


def _read(path: Path) -> dict[str, Any]:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}


def _sum(outcome: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(outcome, sort_keys=True).encode()).hexdigest()
