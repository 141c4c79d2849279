"""A temporary folder for a secret. It is removed after use; the next use removes the folder of a killed process.

Its process keeps it locked, and the lock ends with the process. So an unlocked folder is abandoned.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Optional, Tuple

from .errors import FileProblem

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_PREFIX = "securepypi-netrc-"


@contextmanager
def secret_folder() -> Iterator[Path]:
    """Yield a new folder of mode 0700.

    Raises:
        FileProblem: it cannot be created.
    """
    remove_abandoned()
    try:
        folder, lock = _new()
    except OSError as error:
        raise FileProblem(
            f"Cannot create a temporary folder: {error.strerror or error}.",
            remedy="free some space, or set TMPDIR to a folder that is writable",
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def remove_abandoned() -> int:
    """Remove this user's secret folders whose process has ended; return how many there were."""
    removed = 0
    try:
        found = list(Path(tempfile.gettempdir()).glob(_PREFIX + "*")) if fcntl else []
    except OSError:  # there is no folder for temporary files, or it cannot be read
        return 0
    for folder in found:
        try:
            state = folder.lstat()
            lock = _lock(folder) if stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid() else None
        except OSError:
            continue
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
            removed += 1
    return removed


def _new() -> Tuple[Path, Optional[int]]:
    """Return a new folder and the handle of its lock, which is None where there are no locks."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        try:
            lock = _lock(folder)
        except (BlockingIOError, FileNotFoundError):
            continue  # `remove_abandoned` of another process came between
        if lock is None or folder.exists():
            return folder, lock
        os.close(lock)


def _lock(folder: Path) -> Optional[int]:
    """Return the handle of the locked folder; None where there are no locks.

    Raises:
        BlockingIOError: another process holds the lock.
    """
    if not fcntl:
        return None
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        if isinstance(error, BlockingIOError):
            raise
        return None
    return lock
