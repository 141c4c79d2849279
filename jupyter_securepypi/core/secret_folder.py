"""A temporary folder for a secret. It is removed after use; the next use removes the folder of a killed process."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Optional

from .errors import FileProblem

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_PREFIX = "securepypi-netrc-"
_YOUNG = 60.0  # seconds; a younger folder may exist and not be locked yet


@contextmanager
def secret_folder() -> Iterator[Path]:
    """Yield a new folder of mode 0700.

    Raises:
        FileProblem: it cannot be created.
    """
    remove_abandoned()
    try:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    except OSError as error:
        raise FileProblem(
            f"Cannot create a temporary folder: {error.strerror or error}.",
            remedy="free some space, or set TMPDIR to a folder that is writable",
        ) from error
    lock = _lock(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def remove_abandoned() -> None:
    """Remove this user's secret folders whose process has ended: the lock of a folder ends with its process."""
    for folder in Path(tempfile.gettempdir()).glob(_PREFIX + "*") if fcntl else ():
        try:
            state = folder.lstat()
            old = time.time() - state.st_mtime > _YOUNG
            lock = (
                _lock(folder) if stat.S_ISDIR(state.st_mode) and old and state.st_uid == os.getuid() else None
            )
        except OSError:
            continue
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _lock(folder: Path) -> Optional[int]:
    """Return the handle of the locked folder; None if another process holds the lock, or there are no locks."""
    if not fcntl:
        return None
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock
