"""Kernels that start at once: forked from an interpreter that has imported what each of them imports.

``launching`` has jupyter_client's managers start them. Each is a process of its own, with its own variables, folder and
streams. Where ``SECUREPYPI_COLD`` is set, a kernel starts as everywhere (see ``forked.py``).
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

from forked import _READ_AT_START

_LAUNCHES = "jupyter_client.provisioning.local_provisioner.launch_kernel"
_MODULE = "ipykernel_launcher"
_running: dict[tuple[str, str], _Parent] = {}


@contextlib.contextmanager
def launching() -> Iterator[None]:
    """Within it, kernels of ipykernel that jupyter_client starts are forked ones."""
    if os.environ.get("SECUREPYPI_COLD"):
        yield
        return
    with mock.patch(_LAUNCHES, _launch):
        yield


def _launch(command: list[str], *, env: Mapping[str, str], cwd: str | None = None, **_: Any) -> Process:
    python, flag, module, *words = command
    assert (flag, module) == ("-m", _MODULE), f"not a kernel of ipykernel alone: {command}"
    at_start = {name: value for name, value in env.items() if name.startswith(_READ_AT_START)}
    key = (python, json.dumps(at_start, sort_keys=True))
    if key not in _running:
        _running[key] = _Parent(python, env)
    return Process(_running[key].fork(words, env, cwd or os.getcwd()))


class Process:
    """As much of a ``subprocess.Popen`` as jupyter_client asks of a kernel's; how it ended is not known.

    Attributes:
        pid: its number.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._file: int | None = os.pidfd_open(pid)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return 0 when it has ended."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended."""
        if self._ended(timeout) is None:
            raise subprocess.TimeoutExpired([_MODULE], timeout or 0.0)
        return 0

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it is still there."""
        if self._file is not None:
            signal.pidfd_send_signal(self._file, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def _ended(self, timeout: float | None) -> int | None:
        if self._file is not None and select.select([self._file], [], [], timeout)[0]:
            os.close(self._file)
            self._file, self.returncode = None, 0
        return self.returncode


class _Parent:
    """An interpreter that has imported everything and waits."""

    def __init__(self, python: str, env: Mapping[str, str]) -> None:
        code = Path(__file__).with_name("forking_kernels.py").read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory(prefix="forked-kernels-") as folder:
            place = f"{folder}/s"
            with socket.socket(socket.AF_UNIX) as listening:
                listening.bind(place)
                listening.listen(1)
                subprocess.run(
                    [python, "-c", code, place],
                    cwd=Path(__file__).parents[1],  # as where the tests run, whose package counts there
                    env={**env, "PYDEVD_DISABLE_FILE_VALIDATION": "1"},  # as a kernel sets it for itself
                    stdin=subprocess.DEVNULL,
                    check=True,
                )
                self._line, _ = listening.accept()
        self._answers = self._line.makefile()
        atexit.register(self._end)

    def fork(self, words: list[str], env: Mapping[str, str], cwd: str) -> int:
        """Fork a kernel and return its process number."""
        asked = json.dumps({"words": words, "env": dict(env), "cwd": cwd})
        socket.send_fds(self._line, [b"f"], [1, 2])
        self._line.sendall(asked.encode() + b"\n")
        return int(self._answers.readline())

    def _end(self) -> None:
        self._answers.close()
        self._line.close()
