"""A child process with a deadline that leaves nothing behind: it runs what must not run in this process.

A request goes in through standard input and answers come back through a pipe: nothing secret in argv or in an
environment.
"""

from __future__ import annotations

import atexit
import errno
import gc
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Iterator, List, Mapping, Optional, Sequence, Set, TextIO

from .secret import SecretBytes

# -I starts without PYTHONPATH, working folder and user site: nothing in them can hide the standard library, not
# even from site, whose .pth files import. Then come the user site, in its place before the system's packages, and
# the folders of PYTHONPATH, at the end: what only they hold is still found. The working folder stays away; where
# an installed package lies in it, a .pth file says so, and it comes last.
_ALONE = """\
import os, site, sys

def add_user_site():
    ours = not hasattr(os, "getuid") or (os.getuid(), os.getgid()) == (os.geteuid(), os.getegid())
    if not ours or os.environ.get("PYTHONNOUSERSITE") or sys.base_prefix not in site.PREFIXES:
        return
    user, known = site.getusersitepackages(), len(sys.path)
    site.ENABLE_USER_SITE = user is not None
    if user and os.path.isdir(user):
        site.addsitedir(user)
        system = site.getsitepackages([sys.base_prefix, sys.base_exec_prefix])
        at = next((i for i, path in enumerate(sys.path[:known]) if path in system), known)
        sys.path[at:] = sys.path[known:] + sys.path[at:known]

def add(folders):
    try:
        work = os.getcwd()
    except OSError:
        work = ""
    here = work and os.path.realpath(work)
    for entry in folders:
        path = os.path.join(work, entry)
        if entry and os.path.isabs(path) and os.path.realpath(path) != here and path not in sys.path:
            sys.path.append(path)
    sys.path.sort(key=lambda path: os.path.realpath(path) == here)

pythonpath = os.environ.pop("PYTHONPATH", "")
add_user_site()
add(pythonpath.split(os.pathsep))
"""
_AS_MAIN = "import runpy; runpy.run_module({module!r}, None, '__main__', True)\n"
# A stray `typing.py` beside our package must not hide the standard library's. Its folder goes last on the path, in
# case only this process knew it.
_OWN_PACKAGE = """\
from importlib.machinery import PathFinder

class OwnPackage:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return PathFinder.find_spec(name, [{home!r}]) if name == {package!r} else None

sys.meta_path.insert(0, OwnPackage)
add([{home!r}])
"""
# Who is killed ends no child: it follows by itself, with all that it started. What a provider's SDK starts, such as a
# credential process, is the user's own program.
_ANSWER = """\
import signal, threading, time

def follow():
    while os.getppid() == {parent}:
        time.sleep(1)
    os.killpg(0, signal.SIGKILL)

if os.name == "posix":
    threading.Thread(target=follow, daemon=True).start()
os.environ.update({{"PYTHONPATH": pythonpath}} if pythonpath else {{}})
from {module} import answer
answer()
"""
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
        command = python_command(
            sys.executable, own_package() + _ANSWER.format(module=module, parent=os.getpid())
        )
        return Child(command, deadline, request=SecretBytes(json.dumps(request).encode()))

    def output(self) -> Iterator[bytes]:
        """Yield its output in pieces as they arrive, until the process ends or is ended."""
        assert self._process.stdout is not None  # noqa: S101 it is a pipe # nosec B101
        pipe = self._process.stdout.fileno()
        while self._readable(pipe):
            piece = SecretBytes(os.read(pipe, _CHUNK))
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


def python_command(python: str, program: str, *words: str) -> List[str]:
    """Return the command that runs the source text `program` with `python`, undisturbed by its neighbours.

    Nothing is imported from the working folder, and what lies in a folder of PYTHONPATH hides neither the standard
    library nor an installed package. Processes that the program starts get no PYTHONPATH: it would come first on their
    path. Text in files and pipes is UTF-8, whatever the locale.

    Args:
        python: the interpreter; 3.8 or newer.
        program: its source; ``os``, ``site`` and ``sys`` are imported, and ``pythonpath`` is what PYTHONPATH was.
        words: its arguments, ``sys.argv[1:]``.
    """
    return [python, "-I", "-X", "utf8", "-c", _ALONE + program, *words]


def as_main(module: str) -> str:
    """Return the program for `python_command` that does what ``python -m module`` does."""
    return _AS_MAIN.format(module=module)


def own_package() -> str:
    """Return the start of a program for `python_command` that then imports modules of this package.

    They are those of this process, whichever version is installed: of a checkout, or of the bundle's zip file.
    """
    return _OWN_PACKAGE.format(package=__name__.partition(".")[0], home=str(Path(__file__).parents[2]))


def program_on_path(name: str, environ: Mapping[str, str]) -> str:
    """Return the path of the program `name` on the PATH of `environ`; empty if there is none.

    Entries such as ``.`` do not count: they stand for the working folder.
    """
    folders = environ.get("PATH", os.defpath).split(os.pathsep)
    return shutil.which(name, path=os.pathsep.join(filter(os.path.isabs, folders))) or ""


def lives_briefly() -> None:
    """Collect this process's garbage rarely, and not again at its end, which would take a third of a short life."""
    if sys.implementation.name == "cpython":
        gc.set_threshold(50_000)
        atexit.register(gc.freeze)


def answer_pipe() -> TextIO:
    """Return the stream for the answer in a child process, and keep all other output away from the parent.

    A credential process or a plugin may print anything. The pipe stays open until the process ends: its end
    tells the parent that all work is done.
    """
    lives_briefly()
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1, closefd=False)
    os.dup2(2, 1)
    return channel


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except OSError:
        pass  # closing flushes the unsent rest again, which fails again
