"""Mint in a short-lived child process, so that no server, kernel or job ever imports a provider's SDK for it.

The request goes in through standard input and the answer, token included, comes back through a pipe: nothing
secret in argv or in an environment.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Dict, Optional

from .errors import SecurePyPIError, Unreachable
from .grant import Grant, MintRequest
from .providers.base import IndexProvider
from .providers.registry import PROVIDERS, by_name, provider_of

# `-c` puts the working folder first on the path, where a notebook's neighbour may be called json.py: drop it.
# The package's own folder comes last, in case only this process knew where it is: ahead of the standard library
# it could bring a stray `typing.py`. A zip file of ours holds nothing else, and comes first: an installed
# package of another version must not answer for it.
_CHILD = (
    "import os, sys; home = sys.argv[1]; others = [p for p in sys.path if p]; "
    "sys.path[:] = [home] + others if os.path.isfile(home) else others + [home]; "
    "from jupyter_securepypi.core.minting import answer; answer()"
)


class ChildMinter:
    """Calls `mint` in a child process with a deadline; `cancel` ends a call that is under way.

    Args:
        timeout: seconds the child may take.
    """

    def __init__(self, timeout: float = 60.0) -> None:
        self.timeout = timeout
        self._lock = threading.Lock()
        self._child: Optional[subprocess.Popen[bytes]] = None
        self.cancelled = False

    def __call__(self, request: MintRequest) -> Grant:
        """Return the grant for `request`.

        Raises:
            SecurePyPIError: what `mint` raised in the child; `Unreachable` when the deadline passed.
        """
        home = str(Path(__file__).parents[2])
        with self._lock:
            if self.cancelled:
                raise _ended("this process is shutting down")
            child = self._child = subprocess.Popen(
                [sys.executable, "-c", _CHILD, home],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # warnings of the SDK; failures come through the pipe, translated
                start_new_session=os.name == "posix",
            )
        try:
            output, _ = child.communicate(encoded(request), timeout=self.timeout)
        except subprocess.TimeoutExpired:
            _end(child)
            provider = provider_of(request.repository)
            raise Unreachable(
                f"{provider.authority} gave no token within {self.timeout:g} seconds.",
                why="the connection hangs, or the retries took too long",
                remedy=f"check HTTPS_PROXY; {provider.advice.silent}",
            ) from None
        except BaseException:  # an interrupt must not leave the child behind
            _end(child)
            raise
        finally:
            with self._lock:
                self._child = None
        return _read(output, child.returncode, provider_of(request.repository))

    def cancel(self) -> None:
        """End the call that is under way, if any, and refuse further ones."""
        with self._lock:
            self.cancelled = True
            child = self._child
        if child is not None:
            _kill(child)


def answer() -> None:
    """Be the child: read a request from standard input, write its grant or its error to standard output."""
    # Whatever a credential process or a plugin prints must not reach the pipe that carries the answer.
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    reply: Dict[str, Any]
    try:
        request = decoded(sys.stdin.buffer.read())
        provider = provider_of(request.repository)
        try:
            reply = provider.mint(request).to_dict()
        except SecurePyPIError:
            raise
        except Exception as error:  # noqa: BLE001 of an SDK: anything; not chained, a traceback may show headers
            raise provider.explain(error) from None
    except SecurePyPIError as error:
        reply = {"error": error.to_dict()}
    except Exception as error:  # noqa: BLE001 the parent must get an answer, without a text that may hold a secret
        reply = {"error": SecurePyPIError(f"Cannot get a token: {type(error).__name__}.").to_dict()}
    with channel:
        json.dump(reply, channel)


def encoded(request: MintRequest) -> bytes:
    """Return `request` as the child reads it."""
    provider = provider_of(request.repository)
    data = {
        "provider": provider.name,
        "module": type(provider).__module__,
        "repository": request.repository.id,
        "role": request.role,
        "duration": request.duration,
        "settings": dict(request.settings),
        "patience": request.patience,
    }
    return json.dumps(data).encode()


def decoded(data: bytes) -> MintRequest:
    """Return the request that `encoded` described; a provider of somebody else's is imported to register itself.

    Raises:
        SecurePyPIError: there is no such provider here.
    """
    said = json.loads(data)
    if all(provider.name != said["provider"] for provider in PROVIDERS):
        importlib.import_module(said["module"])
    return MintRequest(
        by_name(said["provider"]).repository(said["repository"]),
        said["role"],
        said["duration"],
        said["settings"],
        said["patience"],
    )


def _read(output: bytes, status: int, provider: IndexProvider) -> Grant:
    try:
        reply = json.loads(output)
    except ValueError:
        raise _ended(f"it ended with status {status} and no answer") from None
    if "error" in reply:
        raise SecurePyPIError.from_dict(reply["error"])
    return Grant.from_dict(reply, provider.windows)


def _ended(why: str) -> SecurePyPIError:
    return SecurePyPIError("The process that asks for a token did not finish.", why=why, remedy="try again")


def _kill(child: subprocess.Popen[bytes]) -> None:
    try:
        if os.name == "posix":
            os.killpg(child.pid, signal.SIGKILL)  # with what it started, such as a credential process
        else:
            child.kill()
    except (ProcessLookupError, PermissionError):
        pass


def _end(child: subprocess.Popen[bytes]) -> None:
    _kill(child)
    child.communicate()
