"""A child process with a deadline that leaves nothing behind: it runs what must not run in this process.

A request goes in through standard input and answers come back through a pipe: nothing secret in argv or in an
environment.
"""

from __future__ import annotations

import errno
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional, Sequence, Set, TextIO

WITHOUT_WORKING_FOLDER = (
    "import os, sys; away = {''} | "
    "({os.getcwd()} if '' in (os.environ.get('PYTHONPATH') or '-').split(os.pathsep) else set()); "
    "sys.path[:] = [p for p in sys.path if p not in away]; "
)
"""Start of a `-c` program: it takes the working folder off the path. A notebook may have a neighbour json.py.

`-c` puts the folder there, and so does an empty entry in PYTHONPATH, such as a colon at its end.
"""
# The package's own folder goes last on the path, in case only this process knew it: a stray `typing.py` in it
# must not hide the standard library's. Our zip file holds only this package and goes first: an installed package
# of another version must not take its place.
_HOME_ON_PATH = "home = sys.argv[1]; sys.path.insert(0 if os.path.isfile(home) else len(sys.path), home); "
_CHUNK = 8192  # bytes
_running: Set[Child] = set()
_starting = threading.Lock()  # held from the decision to start a child until `_running` knows it
_closing = threading.Event()
_START = 1.0  # seconds that the start of a child may take; a disk that hangs takes longer


def kill_children(for_good: bool = False) -> None:
    """Kill every child of this process that still runs, with all that it started; does not wait for their end.

    Args:
        for_good: this process is ending, so no child can be started any more.
    """
    if for_good:
        _closing.set()
    known = _starting.acquire(timeout=_START)
    for child in list(_running):
        child.kill()
    if known:
        _starting.release()


class Child:
    """A process in its own process group; a context manager that starts it at construction and ends the whole group.

    Args:
        command: what to run.
        deadline: seconds from now after which it is ended, even if its output is not being read.
        request: the bytes for its standard input; None for no input.
        environ: its environment variables; by default this process's.

    Attributes:
        timed_out: it was ended because the deadline passed.
        status: its exit status, negative for a signal; None while it runs.

    Raises:
        OSError: it cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        deadline: float,
        *,
        request: Optional[bytes] = None,
        environ: Optional[Mapping[str, str]] = None,
    ) -> None:
        self.timed_out = False
        self._ending = threading.Lock()
        self._until = time.monotonic() + deadline
        self._timer = threading.Timer(deadline, self._expire)
        self._timer.daemon = True
        with _starting:
            if _closing.is_set():
                raise OSError(errno.ECANCELED, "this process is ending")
            self._process = subprocess.Popen(
                list(command),
                env=None if environ is None else dict(environ),
                stdin=subprocess.DEVNULL if request is None else subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # warnings of an SDK; failures come through the pipe
                start_new_session=os.name == "posix",
            )
            _running.add(self)
        try:
            self._timer.start()
            self._send(request)
        except BaseException:
            self.__exit__()
            raise

    @staticmethod
    def python(module: str, request: Any, deadline: float) -> Child:
        """Start a Python process that calls the function ``answer`` of `module`, a module of this package.

        Args:
            module: its full name.
            request: a JSON value, which ``answer`` reads from standard input.
            deadline: seconds from now.
        """
        command = [
            sys.executable,
            "-c",
            f"{WITHOUT_WORKING_FOLDER}{_HOME_ON_PATH}from {module} import answer; answer()",
            str(Path(__file__).parents[2]),
        ]
        return Child(command, deadline, request=json.dumps(request).encode())

    def output(self) -> Iterator[bytes]:
        """Yield its output in pieces as they arrive, until the process ends or is ended."""
        assert self._process.stdout is not None  # noqa: S101 it is a pipe # nosec B101
        pipe = self._process.stdout.fileno()
        while self._readable(pipe):
            piece = os.read(pipe, _CHUNK)
            if not piece:
                return
            yield piece

    def end(self) -> None:
        """End the process and all that it started. Any thread may call this, more than once."""
        self._timer.cancel()
        with self._ending:
            if self._process.returncode is not None:
                return
            self.kill()
            self._process.wait()
        _running.discard(self)

    def kill(self) -> None:
        """Kill the process and all that it started, without a wait for their end."""
        if self._process.returncode is not None:
            return
        try:
            # Before the wait: until then the system cannot give its number to another process.
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        except (ProcessLookupError, PermissionError):
            pass

    @property
    def status(self) -> Optional[int]:
        """See the class."""
        return self._process.returncode

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        if self._timer.is_alive():
            self._timer.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                _close(pipe)

    def _send(self, request: Optional[bytes]) -> None:
        if request is None or self._process.stdin is None:
            return
        try:
            self._process.stdin.write(request)
            self._process.stdin.close()
        except OSError:
            pass  # it has ended already, and its output says why

    def _readable(self, pipe: int) -> bool:
        """Wait for output or its end; return False if neither came before the deadline.

        A grandchild that left the group may hold the pipe open, so the end may never come.
        """
        if os.name != "posix":
            return True  # nothing waits for a pipe there; reading ends when the timer has ended the process
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            if selector.select(max(0.0, self._until - time.monotonic())):
                return True
        self._expire()
        return False

    def _expire(self) -> None:
        if self._process.returncode is None:
            self.timed_out = True
        self.end()


def answer_pipe() -> TextIO:
    """Return the stream for the answer in a child process, and keep all other output away from the parent.

    A credential process or a plugin may print anything. The pipe stays open until the process ends: its end
    tells the parent that all work is done.
    """
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1, closefd=False)
    os.dup2(2, 1)
    return channel


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except OSError:
        pass  # closing flushes the unsent rest again, which fails again
