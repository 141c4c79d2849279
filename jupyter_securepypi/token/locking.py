"""A lock that processes share, also where the file system has none, as many NFS homes."""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import FileProblem
from ..core.files import owned_by_another

if TYPE_CHECKING:
    from filelock import BaseFileLock

SILENT = 2.0
"""Seconds of waiting that nobody is told of."""
LEASE = 30.0
"""Seconds after which a process without a heartbeat counts as dead, where the file system has no locks."""
# What flock(2) answers there: NFS without a lock daemon, file systems in user space, and Linux's own ENOTSUPP.
_NO_LOCKS = frozenset((errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, 524))


@contextmanager
def file_lock(path: Path, patience: float, *, purpose: str, remedy: str) -> Iterator[bool]:
    """Take the lock `path` within `patience` seconds if possible; yield whether it is held.

    Where the file system has no locks, a lease beside `path` stands in for it: its holder renews it, and the lease of
    a process that died runs out. A longer wait is logged.

    Args:
        path: the file; its folder must exist.
        patience: seconds; 0 for one attempt.
        purpose: what another process that holds the lock does, for the log.
        remedy: what to do where the lock cannot be made, if nothing better is known.

    Raises:
        FileProblem: the lock cannot be made.
    """
    lock = _acquired(path, patience, purpose, remedy)
    try:
        yield lock is not None
    finally:
        if lock is not None:
            lock.release()


def _acquired(path: Path, patience: float, purpose: str, remedy: str) -> BaseFileLock | None:
    # Imported here, because this module is imported with the options.
    from filelock import FileLock, SoftFileLease

    try:
        try:
            lock: BaseFileLock = FileLock(path, mode=0o600, fallback_to_soft=False)
            return _wait(lock, path, patience, purpose)
        except (OSError, NotImplementedError) as error:
            if isinstance(error, OSError) and error.errno not in _NO_LOCKS:
                raise
            lock = SoftFileLease(path.with_suffix(".lease"), mode=0o600, lease_duration=LEASE)
            return _wait(lock, path, patience, purpose)
    except OSError as error:
        raise FileProblem(
            f"Cannot lock {path}: {error.strerror or error}.", **(owned_by_another(path) or {"remedy": remedy})
        ) from error


def _wait(lock: BaseFileLock, path: Path, patience: float, purpose: str) -> BaseFileLock | None:
    from filelock import Timeout

    for seconds in (min(patience, SILENT), patience - SILENT):
        try:
            lock.acquire(timeout=max(seconds, 0.0))
            return lock
        except Timeout:
            if patience <= SILENT:
                return None
            if seconds == SILENT:
                logging.getLogger(__name__).warning(
                    "Another process %s and holds %s; waiting for up to %.0f seconds.", purpose, path, patience
                )
    return None
