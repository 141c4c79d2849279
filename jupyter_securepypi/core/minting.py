"""Mint in a short-lived child process, so that no server, kernel or job ever imports boto3 for it."""

from __future__ import annotations

import json
import sys
import threading
from typing import Any, Dict, Optional

from .child import Child, answer_pipe
from .errors import SecurePyPIError, Unreachable
from .grant import Grant, MintRequest
from .providers.codeartifact.mint import mint
from .token import Token


class ChildMinter:
    """Calls `mint` in a child process with a deadline; `cancel` ends a call that is under way.

    Args:
        timeout: seconds the child may take.
    """

    def __init__(self, timeout: float = 60.0) -> None:
        self.timeout = timeout
        self._lock = threading.Lock()
        self._child: Optional[Child] = None
        self.cancelled = False

    def __call__(self, request: MintRequest) -> Grant:
        """Return the grant for `request`.

        Raises:
            SecurePyPIError: what `mint` raised in the child; `Unreachable` when the deadline passed.
        """
        with self._lock:
            if self.cancelled:
                raise _ended("this process is shutting down")
            child = self._child = Child.python(
                "jupyter_securepypi.core.minting", request.to_dict(), self.timeout
            )
        try:
            with child:
                output = b"".join(child.output())
        finally:
            with self._lock:
                self._child = None
        if child.timed_out and not output:
            raise Unreachable(
                f"AWS gave no token within {self.timeout:g} seconds.",
                why="the connection hangs, or the retries took too long",
                remedy="check HTTPS_PROXY and the VPC endpoints codeartifact.api, codeartifact.repositories and sts",
            )
        return _read(output, child.status)

    def cancel(self) -> None:
        """End the call that is under way, if any, and refuse further ones."""
        with self._lock:
            self.cancelled = True
            child = self._child
        if child is not None:
            child.end()


def answer() -> None:
    """Be the child: read a request from standard input, write its grant or its error to standard output."""
    channel = answer_pipe()
    reply: Dict[str, Any]
    try:
        grant = mint(MintRequest.from_dict(json.load(sys.stdin)))
        token = grant.token
        reply = {
            "secret": token.secret,
            "expires_at": token.expires_at,
            "minted_at": token.minted_at,
            "identity": token.identity,
            "endpoint_url": grant.endpoint_url,
        }
    except SecurePyPIError as error:
        reply = {"error": error.to_dict()}
    except Exception as error:  # noqa: BLE001 the parent must get an answer, without a text that may hold a secret
        reply = {
            "error": SecurePyPIError(f"Cannot get a CodeArtifact token: {type(error).__name__}.").to_dict()
        }
    with channel:
        json.dump(reply, channel)


def _read(output: bytes, status: Optional[int]) -> Grant:
    try:
        reply = json.loads(output)
    except ValueError:
        raise _ended(f"it ended with status {status} and no answer") from None
    if "error" in reply:
        raise SecurePyPIError.from_dict(reply["error"])
    endpoint = reply.pop("endpoint_url")
    return Grant(Token(**reply), endpoint)


def _ended(why: str) -> SecurePyPIError:
    return SecurePyPIError("The process that asks AWS for a token did not finish.", why=why, remedy="try again")
