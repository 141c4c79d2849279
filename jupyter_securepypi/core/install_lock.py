"""One install at a time into one environment: the ranks of a job, and containers that share a file system.

The lock is a file in the environment. The kernel ends it with its process. Where a file system has no locks, as an NFS
without its lock service, a file that only one process can create stands for it, and its owner renews it.
"""

from __future__ import annotations

import hashlib
import os
import site
import socket
import sys
import sysconfig
import tempfile
import threading
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator, Optional, Tuple

from .errors import FileProblem
from .processes import lives

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_NAME = ".securepypi-install.lock"
_MARK = "SECURE_PYPI_INSTALL"  # a variable by which the children of a killed owner are known
# Seconds. A lease that its owner has not renewed for LEASE counts as abandoned; an NFS may show a file 60 s old.
_PAUSE, _RENEWAL, _LEASE, _CHILDREN = 0.2, 10.0, 90.0, 300.0


@contextmanager
def installing_alone(say: Callable[[str], None]) -> Iterator[None]:
    """Run the block while no other process of ours installs into this Python's environment; wait as long as it takes.

    Args:
        say: is called once with a line for people, if there is somebody to wait for.

    Raises:
        FileProblem: the lock's file cannot be created.
    """
    lock = _Lock(_path())
    told = False
    try:
        while not lock.take():
            if not told:
                say(f"securepypi: another process is installing into {sys.prefix}, waiting for it")
                told = True
            time.sleep(_PAUSE)
        _wait_for_children(lock.died)
        os.environ[_MARK] = lock.mark
        yield
    finally:
        os.environ.pop(_MARK, None)
        lock.release()


class _Lock:
    """Attributes: `mark` names this owner; `died` is the mark of one that was killed while it held the lock."""

    def __init__(self, path: Path) -> None:
        self.mark, self.died = uuid.uuid4().hex, ""
        self._path, self._lease = path, path.with_name(path.name + ".lease")
        self._owner = f"{self.mark} {_place()} {os.getpid()}"
        self._held: Optional[Tuple[Path, int]] = None
        self._released = threading.Event()
        self._seen: Tuple[str, int, int] = ("", 0, 0)
        self._since = 0.0

    def take(self) -> bool:
        """Try once; return whether the lock is held."""
        handle = _opened(self._path, os.O_CREAT)
        try:
            if fcntl is None:
                raise OSError("no locks")
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        except OSError:
            os.close(handle)
            return self._take_lease()
        if not _is(self._path, handle):  # its last owner has just removed it
            os.close(handle)
            return False
        self.died = os.read(handle, 200).decode(errors="replace").partition(" ")[0]
        self._own(self._path, handle)
        return True

    def release(self) -> None:
        """Remove the file, then let go of it."""
        self._released.set()
        if self._held is not None:
            path, handle = self._held
            self._held = None
            try:
                if _is(path, handle):
                    path.unlink()
                if path != self._path:
                    self._path.unlink()
            except OSError:
                pass  # Windows removes no open file; what stays is taken over
            os.close(handle)

    def _own(self, path: Path, handle: int) -> None:
        self._held = path, handle
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, self._owner.encode())
        os.fsync(handle)

    def _take_lease(self) -> bool:
        try:
            handle = _opened(self._lease, os.O_CREAT | os.O_EXCL)
        except FileExistsError:
            self._end_abandoned()
            return False
        self._own(self._lease, handle)
        threading.Thread(target=self._renew, args=(handle,), daemon=True).start()
        return True

    def _renew(self, handle: int) -> None:
        while not self._released.wait(_RENEWAL):
            try:
                os.utime(handle if os.utime in os.supports_fd else self._lease)
            except OSError:
                return

    def _end_abandoned(self) -> None:
        """Remove the lease if its owner is dead, or has not renewed it for as long as this process has looked."""
        try:
            seen = _state(self._lease)
            if seen != self._seen:  # by this machine's clock: the file server's may differ
                self._seen, self._since = seen, time.monotonic()
            mark, _, rest = seen[0].partition(" ")
            place, _, pid = rest.partition(" ")
            dead = place == _place() and pid.isdecimal() and not lives(int(pid))
            if not dead and time.monotonic() - self._since < _LEASE:
                return
            aside = self._lease.with_name(f"{self._lease.name}.{self.mark}")
            self._lease.rename(aside)
            if _state(aside) != seen:  # somebody else was faster, and this is a new owner's
                os.link(aside, self._lease)
            else:
                self.died = mark
            aside.unlink()
        except OSError:
            return  # it is gone, or another process does the same


def _path() -> Path:
    """Return the lock's file: where pip installs to, so that all who share that folder share the lock."""
    folders = [sysconfig.get_path("purelib")]
    if site.ENABLE_USER_SITE:
        folders.append(site.getusersitepackages())
    for folder in folders:
        path = Path(folder, _NAME)
        if os.access(folder, os.W_OK | os.X_OK) and os.access(path if path.exists() else folder, os.W_OK):
            return path
    # Nothing of the environment can be written, or pip is yet to make the user's folder.
    user = os.getuid() if fcntl else 0
    path = Path(tempfile.gettempdir(), f"{_NAME}-{user}-{hashlib.sha256(sys.prefix.encode()).hexdigest()[:16]}")
    # Another user's might be locked for ever.
    while _owner(path, user) != user:
        path = path.with_name(path.name + "_")
    return path


def _owner(path: Path, nobody: int) -> int:
    """Return the owner of what lies at `path`; `nobody` where nothing does."""
    try:
        return path.lstat().st_uid
    except OSError:
        return nobody


def _opened(path: Path, flags: int) -> int:
    try:
        handle = os.open(path, flags | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), 0o666)
        if os.fstat(handle).st_nlink > 1:
            os.close(handle)
            raise OSError("it is a hard link")
        return handle
    except FileExistsError:
        raise
    except OSError as error:
        raise FileProblem(
            f"Cannot lock the environment with {path}: {error.strerror or error}.",
            why="two installs at a time would damage it",
            remedy="free some space, or make the folder and the file writable",
        ) from error


def _is(path: Path, handle: int) -> bool:
    """Return whether `path` still is the opened file."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(handle))
    except OSError:
        return False


def _state(path: Path) -> Tuple[str, int, int]:
    # Opening makes an NFS ask the server, where a stat alone might be answered from memory.
    with path.open(encoding="utf-8", errors="replace") as file:
        state = os.fstat(file.fileno())
        return file.read(), state.st_mtime_ns, state.st_ino


def _place() -> str:
    """Return the name of the space that this process's number is valid in: machine and container."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return boot + os.readlink("/proc/self/ns/pid")
    except OSError:
        return socket.gethostname()


def _wait_for_children(mark: str) -> None:
    """Wait for the pip of an owner that was killed: it writes on."""
    wanted = f"{_MARK}={mark}".encode()
    deadline = time.monotonic() + (_CHILDREN if mark else 0)
    while time.monotonic() < deadline and any(wanted in found for found in _environments()):
        time.sleep(_PAUSE)


def _environments() -> Iterator[bytes]:
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            yield path.read_bytes()
        except OSError:
            continue  # ended, or another user's
