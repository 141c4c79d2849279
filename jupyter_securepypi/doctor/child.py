"""Ask AWS in a short-lived child process with a deadline: no server or kernel ever imports boto3 for it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.grant import Grant, MintRequest
from ..core.minting import decoded, encoded
from .check import Check

DEADLINE = 16.0
"""Seconds that all of AWS may take; a hanging host takes `endpoints.CONNECT` plus `endpoints.ANSWER` of them."""

# As for minting: without the working folder on the path, and with the package's own folder last.
_CHILD = (
    "import sys; sys.path[:] = [p for p in sys.path if p] + [sys.argv[1]]; "
    "from jupyter_securepypi.doctor.child import answer; answer()"
)


@dataclass(frozen=True)
class Told:
    """What the child told.

    Attributes:
        checks: in the order in which they were made.
        index_url: the index, without credentials, or None where it is not known.
    """

    checks: tuple[Check, ...]
    index_url: str | None


class Asking:
    """Starts the child at once; `finish` waits for it.

    Args:
        request: what minting would ask for.
        stored: the grant that package managers have, or None.
        deadline: seconds from now.
    """

    def __init__(self, request: MintRequest, stored: Grant | None, deadline: float = DEADLINE) -> None:
        self._deadline = deadline
        self._stored = stored
        self._child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(Path(__file__).parents[2])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # warnings of the SDK
            start_new_session=os.name == "posix",
        )
        self._timer = threading.Timer(deadline, self._kill)
        self._timer.daemon = True
        self._timer.start()
        asked = {
            "request": encoded(request).decode(),
            "stored": stored.token.secret if stored else "",
            "index_url": stored.index_url if stored else "",
        }
        try:
            assert self._child.stdin is not None  # noqa: S101 it is a pipe # nosec B101
            self._child.stdin.write(json.dumps(asked).encode())
            self._child.stdin.close()
        except OSError:
            pass  # it has ended already; `finish` says so

    def cancel(self) -> None:
        """End the child now; `finish` then returns what it has told."""
        self._kill()

    def finish(self) -> Told:
        """Return what the child told until it ended or the deadline passed."""
        checks: list[Check] = []
        index_url = self._stored.index_url if self._stored else None
        done = False
        with self._child:
            try:
                for line in self._child.stdout or ():
                    said = _object(line)
                    if "check" in said:
                        checks.append(Check(**said["check"]))
                    index_url = said.get("index_url") or index_url
                    done = done or "index_url" in said
            finally:
                self._timer.cancel()
                self._kill()
        if not done:
            checks.append(self._unfinished(checks))
        return Told(tuple(checks), index_url)

    def _unfinished(self, checks: list[Check]) -> Check:
        after = f" after {checks[-1].name}" if checks else ""
        if self._child.returncode == -getattr(signal, "SIGKILL", 9):
            message = f"AWS has not answered{after} within {self._deadline:g} seconds"
            return Check(
                "AWS", False, message, "check HTTPS_PROXY, DNS, and the VPC endpoints for codeartifact and sts"
            )
        message = f"the process that asks AWS ended with status {self._child.returncode}{after}"
        return Check("AWS", False, message, "run it again; `jupyter securepypi refresh` may say more")

    def _kill(self) -> None:
        if self._child.poll() is not None:
            return
        try:
            if os.name == "posix":
                os.killpg(self._child.pid, signal.SIGKILL)  # with a credential process that it may have started
            else:
                self._child.kill()
        except (ProcessLookupError, PermissionError):
            pass


def answer() -> None:
    """Be the child: read what is asked from standard input, write a JSON object a check to standard output."""
    from .permissions import Examination

    # Whatever a credential process or a plugin prints must not reach the pipe that carries the answer.
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    asked = json.load(sys.stdin)

    def say(**said: Any) -> None:
        channel.write(json.dumps(said) + "\n")

    def tell(check: Check) -> None:
        found = {"name": check.name, "ok": check.ok, "message": check.message, "remedy": check.remedy}
        say(check=found)

    examination = Examination(decoded(asked["request"].encode()), tell, asked["stored"], asked["index_url"])
    examination.run()
    say(index_url=examination.index_url)
    channel.flush()


def _object(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
