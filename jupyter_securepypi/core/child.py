"""A child process that has a deadline and leaves nothing behind: for what must not happen in this process.

A request goes in through standard input and answers come back through a pipe: nothing secret in argv or in an
environment.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional, Sequence, TextIO

# `-c` puts the working folder first on the path, where a notebook's neighbour may be called json.py: drop it.
# The package's own folder comes last, in case only this process knew where it is: ahead of the standard library
# it could bring a stray `typing.py`. A zip file of ours holds nothing else, and comes first: an installed
# package of another version must not answer for it.
_PYTHON = (
    "import os, sys; home = sys.argv[1]; others = [p for p in sys.path if p]; "
    "sys.path[:] = [home] + others if os.path.isfile(home) else others + [home]; "
    "from {} import answer; answer()"
)
_CHUNK = 8192  # bytes


class Child:
    """A process in a group of its own, which ends with it: a context manager that starts at construction.

    Args:
        command: what to run.
        deadline: seconds from now after which it is ended, whether somebody reads its output or not.
        request: what it finds on its standard input; None for nothing.
        environ: its variables; by default this process's.

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
        self._process = subprocess.Popen(
            list(command),
            env=None if environ is None else dict(environ),
            stdin=subprocess.DEVNULL if request is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # warnings of an SDK; failures come through the pipe
            start_new_session=os.name == "posix",
        )
        try:
            self._timer.start()
            self._send(request)
        except BaseException:
            self.__exit__()
            raise

    @staticmethod
    def python(module: str, request: Any, deadline: float) -> Child:
        """Start a Python that calls the function ``answer`` of `module`, a module of this package.

        Args:
            module: its full name.
            request: a JSON value, which ``answer`` finds on standard input.
            deadline: seconds from now.
        """
        command = [sys.executable, "-c", _PYTHON.format(module), str(Path(__file__).parents[2])]
        return Child(command, deadline, request=json.dumps(request).encode())

    def output(self) -> Iterator[bytes]:
        """Yield what it prints, in pieces as they come, until it has ended: by itself, in time, or ended by us."""
        assert self._process.stdout is not None  # noqa: S101 it is a pipe # nosec B101
        pipe = self._process.stdout.fileno()
        while self._readable(pipe):
            piece = os.read(pipe, _CHUNK)
            if not piece:
                return
            yield piece

    def end(self) -> None:
        """End it now, with all that it has started; any thread may do so, and more than once."""
        self._timer.cancel()
        with self._ending:
            if self._process.returncode is not None:
                return
            try:
                # Before it is waited for: until then its number cannot be another's.
                if os.name == "posix":
                    os.killpg(self._process.pid, signal.SIGKILL)
                else:
                    self._process.kill()
            except (ProcessLookupError, PermissionError):
                pass
            self._process.wait()

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
        """Wait for output or for its end; return False where neither came before the deadline.

        What was started may have left the group and still hold the pipe open, so the end may never come.
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
    """Return where ``answer`` in a child writes; whatever else prints there no longer reaches the parent.

    A credential process or a plugin may print anything. The pipe stays open until the process has ended, so that
    its end says that all of it is done.
    """
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1, closefd=False)
    os.dup2(2, 1)
    return channel


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except OSError:
        pass  # what could not be sent is flushed once more
