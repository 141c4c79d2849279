"""Commands of ours, and AWS's, as processes that start at once: forked from an interpreter that has imported them.

``run`` takes what ``subprocess.run`` takes. Each command is a process of its own, with its own variables, folder,
streams and exit status; only what an interpreter does before the first line of the command is done once for all. What
depends on just that (variables of Python's own, a limit set before the start) starts cold, and so does everything where
``SECUREPYPI_COLD`` is set: for a measurement of coverage, or in doubt.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
_MODULES = ("jupyter_securepypi.cli", "awscli")
# An interpreter reads these before it can be told otherwise.
_READ_AT_START = ("PYTHON", "LC_", "LANG", "LD_", "MALLOC_", "TZ", "VIRTUAL_ENV", "__PYVENV")
_running: dict[tuple[str, ...], _Parent] = {}


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
    if rest[:1] != ["-m"] or rest[1:2] not in ([one] for one in _MODULES) or not os.path.isabs(python):
        return None
    at_start = {name: value for name, value in env.items() if name.startswith(_READ_AT_START)}
    key = (python, *flags, rest[1], json.dumps(at_start, sort_keys=True))
    if key not in _running:
        _running[key] = _Parent(python, flags, rest[1], env)
    return _running[key]


class _Parent:
    """An interpreter that has imported everything and waits."""

    def __init__(self, python: str, flags: list[str], module: str, env: Mapping[str, str]) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="forked-"))
        self._place = str(self._folder / "s")
        self._flags = len(flags)
        code = Path(__file__).with_name("forking.py").read_text(encoding="utf-8")
        self._process = subprocess.Popen(
            [python, *flags, "-c", code, self._place, module],
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
