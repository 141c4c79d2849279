"""The names of an index on disk: what a process that has just started, such as a shell's TAB, can offer at once."""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import suppress
from pathlib import Path

from ...core import schema
from ...core.errors import FileProblem
from ...core.files import private_folder, write_atomically

_MOST = 16_000_000  # bytes of a file


def keep(key: str, names: tuple[str, ...]) -> None:
    """Write the names of the index that `key` stands for; a disk that takes none is no failure."""
    with suppress(OSError, FileProblem):
        path = _path(key)
        private_folder(path.parent)
        write_atomically(path, json.dumps({"time": time.time(), "names": names}).encode(), mode=0o600)


def kept(key: str) -> tuple[tuple[str, ...], float]:
    """Return the names that were written last, and how many seconds ago; none for what was never written."""
    path = _path(key)
    with suppress(OSError, ValueError, KeyError, TypeError):
        if path.stat().st_size <= _MOST:
            found = schema.read_object(path)
            return tuple(schema.texts(found, "names")), time.time() - schema.number(found, "time")
    return (), float("inf")


def may_refill(key: str, seconds: float) -> bool:
    """Return whether somebody may begin to read the names anew, and remember it: again only after `seconds`.

    What is kept stays as it is, and as old as it is. False where a disk does not take it: nor would it take the names.
    """
    begun = _path(key).with_suffix(".refill")
    try:
        if 0 <= time.time() - begun.stat().st_mtime < seconds:
            return False
    except OSError:
        pass
    try:
        private_folder(begun.parent)
        write_atomically(begun, b"", mode=0o600)
    except (OSError, FileProblem):
        return False
    return True


def _path(key: str) -> Path:
    from jupyter_core.paths import jupyter_data_dir

    return (
        Path(jupyter_data_dir()) / "securepypi" / f"names-{hashlib.sha256(key.encode()).hexdigest()[:16]}.json"
    )
