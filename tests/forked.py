"""Commands of ours, and AWS's, as processes that start at once: forked from an interpreter that has imported them.

``run`` takes what ``subprocess.run`` takes. Each command is a process of its own, with its own variables, folder,
streams and exit status; only what an interpreter does before the first line of the command is done once for all. What
depends on just that (variables of Python's own, a limit set before the start) starts cold, and so does everything where
``SECUREPYPI_COLD`` is set: for a measurement of coverage, or in doubt.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from jupyter_securepypi.demo import sandbox

_TAKEN = {
    "cwd",
    "env",
    "input",
    "stdin",
    "capture_output",
    "stdout",
    "stderr",
    "text",
    "encoding",
    "timeout",
    "check",
}
_FLAGS = ("-I",)
# What can be run, and what is imported for it, where that is not all of ours.
_MODULES = {"jupyter_securepypi.cli": (), "awscli": ("awscli", "awscli.clidriver", "awscli.handlers")}
# An interpreter reads these before it can be told otherwise.
_READ_AT_START = ("PYTHON", "LC_", "LANG", "LD_", "MALLOC_", "TZ", "VIRTUAL_ENV", "__PYVENV")
_running: dict[tuple[str, ...], _Parent] = {}
_others: dict[str, _Parent] = {}
# Has the interpreter at PLACE fork a process with this one's arguments, variables, folder and streams.
_PROGRAM = """
import json, os, socket, sys
asked = {"words": sys.argv[1:], "env": dict(os.environ), "cwd": os.getcwd(), "umask": 0o22}
with socket.socket(socket.AF_UNIX) as line:
    line.connect(PLACE)
    socket.send_fds(line, [b"f"], [0, 1, 2])
    line.sendall(json.dumps(asked).encode())
    line.shutdown(socket.SHUT_WR)
    with line.makefile() as answers:
        _, status = answers
sys.exit(int(status))
"""


def run(command: list[Any], **more: Any) -> subprocess.CompletedProcess[Any]:
    """Run a command to its end, as ``subprocess.run`` does.

    Raises:
        subprocess.TimeoutExpired: it took longer than ``timeout`` seconds, and was killed.
        subprocess.CalledProcessError: it failed, and ``check`` is set.
    """
    words = [os.fspath(word) for word in command]
    env = dict(os.environ if more.get("env") is None else more["env"])
    parent = _parent(words, env) if set(more) <= _TAKEN and not os.environ.get("SECUREPYPI_COLD") else None
    if parent is None:
        return subprocess.run(words, **more)
    more.pop("env", None)
    return parent.run(words, env, **more)


def _parent(words: list[str], env: Mapping[str, str]) -> _Parent | None:
    """Return the interpreter that the command is forked from; None if it must start cold."""
    python, *rest = words
    flags = [rest.pop(0)] if rest[:1] and rest[0] in _FLAGS else []
    if len(rest) < 2 or rest[0] != "-m" or rest[1] not in _MODULES or not os.path.isabs(python):
        return None
    at_start = {name: value for name, value in env.items() if name.startswith(_READ_AT_START)}
    key = (python, *flags, rest[1], json.dumps(at_start, sort_keys=True))
    if key not in _running:
        _running[key] = _Parent(python, flags, env, _MODULES[rest[1]])
    return _running[key]


def aws(folder: Path) -> None:
    """Write the AWS CLI into a folder, as a program that starts at once."""
    if "aws" not in _others:
        _others["aws"] = _Parent(sys.executable, [], os.environ, _MODULES["awscli"])
    program = folder / "aws"
    program.write_text(f"#!{sys.executable} -IS\nPLACE = {_others['aws']._place!r}\n{_PROGRAM}")
    program.chmod(0o755)


@contextlib.contextmanager
def servers() -> Iterator[None]:
    """Within it, the Jupyter servers that a sandbox starts are forked.

    JupyterLab's are not, nor those with SECUREPYPI_COLD among their own variables: where a test is about their end.
    """
    if os.environ.get("SECUREPYPI_COLD"):
        yield
        return
    stand_in = SimpleNamespace(**{**vars(subprocess), "Popen": _server})
    with mock.patch.object(sandbox, "subprocess", stand_in):
        yield


def _server(
    command: list[str], *, cwd: Path, env: Mapping[str, str], start_new_session: bool, **streams: Any
) -> Any:
    python, flag, module, *words = command
    if (flag, module) != ("-m", "jupyter_server") or env.get("SECUREPYPI_COLD"):
        return subprocess.Popen(command, cwd=cwd, env=env, start_new_session=start_new_session, **streams)
    at_start = {name: value for name, value in env.items() if name.startswith(_READ_AT_START)}
    key = json.dumps([python, at_start], sort_keys=True)
    if key not in _others:
        modules = ("jupyter_server", "jupyter_server.serverapp", "jupyter_securepypi.server.extension")
        _others[key] = _Parent(python, [], env, modules)
    path = env.get("PYTHONPATH", "").split(os.pathsep)
    # For the start alone, as its sitecustomize has it.
    own = {**env, "PYTHONPATH": os.pathsep.join(one for one in path if Path(one).name != "lazily")}
    return _others[key].start(words, own, str(cwd), **streams)


class Started:
    """A command that runs, with as much of a ``subprocess.Popen`` as the tests ask.

    Attributes:
        pid: its number.
        returncode: how it ended, once that was asked.
    """

    def __init__(self, line: socket.socket, command: list[str]) -> None:
        self._line, self._answers = line, line.makefile()
        self._command = command
        self.pid = int(self._answers.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return how it ended; None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended, and return how.

        Raises:
            subprocess.TimeoutExpired: it runs after `timeout` seconds.
        """
        ended = self._ended(timeout)
        if ended is None:
            raise subprocess.TimeoutExpired(self._command, timeout or 0.0)
        return ended

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._line], [], [], timeout)[0]:
            self.returncode = int(self._answers.readline())
            self._answers.close()
            self._line.close()
        return self.returncode


class _Parent:
    """An interpreter that has imported everything and waits."""

    def __init__(
        self, python: str, flags: list[str], env: Mapping[str, str], other: Sequence[str] = ()
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="forked-"))
        self._place = str(self._folder / "s")
        self._flags = len(flags)
        code = Path(__file__).with_name("forking.py").read_text(encoding="utf-8")
        self._process = subprocess.Popen(
            [python, *flags, "-c", code, self._place, *other],
            cwd=Path(__file__).parents[1],  # as where the tests run, whose package counts there
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        atexit.register(self._end)
        assert self._process.stdout
        assert self._process.stdout.readline() == b"ready\n", f"{python} does not start"
        self._process.wait()

    def run(
        self,
        words: list[str],
        env: Mapping[str, str],
        *,
        cwd: Any = None,
        input: Any = None,  # noqa: A002 as subprocess calls it
        stdin: Any = None,
        stdout: Any = None,
        stderr: Any = None,
        capture_output: bool = False,
        text: bool = False,
        encoding: str | None = None,
        timeout: float | None = None,
        check: bool = False,
    ) -> subprocess.CompletedProcess[Any]:
        text = text or encoding is not None
        if capture_output:
            stdout = stderr = subprocess.PIPE
        given = input.encode(encoding or "utf-8") if isinstance(input, str) else input
        with _Streams(stdin if given is None else given, stdout, stderr) as streams:
            status = self._ask(words, env, str(cwd or Path.cwd()), streams.numbers, timeout)
            out, err = streams.content()
        coding = encoding or "utf-8"
        both = (out, err)
        texts = (None if one is None else one.decode(coding).replace("\r\n", "\n") for one in both)
        done = subprocess.CompletedProcess(words, status, *(texts if text else both))
        if check:
            done.check_returncode()
        return done

    def _ask(self, words: list[str], env: Mapping[str, str], cwd: str, numbers: list[int], timeout: Any) -> int:
        umask = os.umask(0)
        os.umask(umask)
        asked = json.dumps(
            {"words": words[1 + self._flags + 2 :], "env": dict(env), "cwd": cwd, "umask": umask}
        )
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self._place)
            socket.send_fds(line, [b"f"], numbers)
            line.sendall(asked.encode())
            line.shutdown(socket.SHUT_WR)
            answers = line.makefile()
            process = int(answers.readline())
            line.settimeout(timeout)
            try:
                return int(answers.readline())
            except TimeoutError:
                os.kill(process, signal.SIGKILL)
                raise subprocess.TimeoutExpired(words, timeout or 0.0) from None

    def start(self, words: list[str], env: Mapping[str, str], cwd: str, **given: Any) -> Started:
        """Start a command in a session of its own."""
        umask = os.umask(0)
        os.umask(umask)
        asked = json.dumps({"words": words, "env": dict(env), "cwd": cwd, "umask": umask, "session": True})
        line = socket.socket(socket.AF_UNIX)
        with _Streams(given.get("stdin"), given.get("stdout"), given.get("stderr")) as streams:
            line.connect(self._place)
            socket.send_fds(line, [b"f"], streams.numbers)
            line.sendall(asked.encode())
            line.shutdown(socket.SHUT_WR)
            return Started(line, words)

    def _end(self) -> None:
        self._process.communicate()
        shutil.rmtree(self._folder, ignore_errors=True)


class _Streams:
    """The three streams of one command, as numbers of open files."""

    def __init__(self, *given: Any) -> None:
        self._given = given
        self._own: list[int | None] = [None, None, None]
        self.numbers: list[int] = []

    def __enter__(self) -> _Streams:
        for number, one in enumerate(self._given):
            if one is None:
                self.numbers.append(number)
            elif isinstance(one, bytes) or one == subprocess.PIPE:
                file = self._own[number] = os.memfd_create("stream")
                if isinstance(one, bytes):
                    os.write(file, one)
                    os.lseek(file, 0, os.SEEK_SET)
                self.numbers.append(file)
            elif one == subprocess.DEVNULL:
                file = self._own[number] = os.open(os.devnull, os.O_RDWR)
                self.numbers.append(file)
            elif one == subprocess.STDOUT:
                self.numbers.append(self.numbers[1])
            else:
                self.numbers.append(one if isinstance(one, int) else one.fileno())
        return self

    def content(self) -> list[bytes | None]:
        """Return what was written to stdout and stderr; None where nobody asked for it."""
        found: list[bytes | None] = []
        for one, number in zip(self._given[1:], self._own[1:], strict=True):
            if one != subprocess.PIPE or number is None:
                found.append(None)
                continue
            os.lseek(number, 0, os.SEEK_SET)
            with os.fdopen(os.dup(number), "rb") as file:
                found.append(file.read())
        return found

    def __exit__(self, *_: object) -> None:
        for number in self._own:
            if number is not None:
                os.close(number)
