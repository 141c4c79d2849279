"""Which files an install wrote, to tell them from others that take their place in the same version.

RECORD has their hashes. A made-up package can bring a copy of another's, which pip and uv do not check; so the time of
its last change counts, too, which no program sets (``st_ctime`` of stat(2)).
"""

from __future__ import annotations

import hashlib
import os
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import Distribution, FileHash, PathDistribution
from pathlib import Path
from typing import Any

_CLOCKS = 2.0
"""Seconds by which the clock of a file system may be ahead of this machine's."""


def written_files(distribution: Distribution) -> dict[str, Any] | None:
    """Return what tells those of a distribution; None where nothing does.

    It is ``record``, the SHA-256 of RECORD (of the metadata where there is none), and ``changed``, when that file was
    changed last, in epoch nanoseconds.
    """
    with suppress(OSError):
        found = _record(distribution)
        return {"record": _digest(found[0]), "changed": found[1]} if found else None
    return None


def still_there(distribution: Distribution, known: Mapping[str, Any] | None, installed: float) -> bool:
    """Return whether a distribution still has the files that an install wrote; ten microseconds where it has.

    A RECORD that says the same and was changed since, as by a copy, has every file compared with it, once in a process.

    Args:
        distribution: as it is now.
        known: what the install wrote; None where its record, an older one, does not say.
        installed: when that was, epoch seconds.
    """
    found = _record(distribution)
    if found is None or known is None:
        return found is not None and found[1] <= (installed + _CLOCKS) * 1e9
    path, changed = found
    if os.name == "posix" and changed == known["changed"]:  # elsewhere it is the time of its creation
        return True
    with suppress(OSError):
        return _digest(path) == known["record"] and _holds(path.parent, changed)
    return False


def _record(distribution: Distribution) -> tuple[Path, int] | None:
    folder = getattr(distribution, "_path", None)  # of `PathDistribution`, which has no public name for it
    names = ("RECORD", "METADATA", "PKG-INFO") if isinstance(folder, Path) else ()
    for path in (Path(str(folder), name) for name in names):
        with suppress(OSError):
            return path, path.stat().st_ctime_ns
    return None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=4096)
def _holds(folder: Path, changed: int) -> bool:
    """Return whether every file is as the RECORD in `folder` says; `changed` is the state that the answer is for."""
    hashed = [(file, file.hash) for file in PathDistribution(folder).files or () if file.hash]
    return bool(hashed) and all(_has(Path(str(file.locate())), said) for file, said in hashed)


def _has(path: Path, said: FileHash) -> bool:
    with suppress(OSError, ValueError):
        digest = hashlib.new(said.mode)
        with path.open("rb") as content:
            while block := content.read(1 << 20):
                digest.update(block)
        return urlsafe_b64encode(digest.digest()).rstrip(b"=").decode() == said.value
    return False
