"""Mint in a short-lived child process, so that no server, kernel or job imports a provider's SDK."""

from __future__ import annotations

import importlib
import json
import sys
import threading
from typing import TYPE_CHECKING, Any, Callable, Dict, Mapping, Optional

from .child import Child, answer_pipe
from .errors import Fault, SecurePyPIError, Unreachable
from .grant import Grant, MintRequest
from .providers.registry import PROVIDERS, by_name, provider_of
from .secret import SecretBytes, SecretDict

if TYPE_CHECKING:
    from .providers.base import IndexProvider


class ChildMinter:
    """Calls `mint` in a child process with a deadline; `cancel` ends a running call.

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
            SecurePyPIError: `mint` raised it in the child; `Unreachable` if the deadline passed.
        """
        provider = provider_of(request.repository)
        with self._lock:
            if self.cancelled:
                raise _ended("this process is shutting down")
            child = self._child = Child.python(
                "jupyter_securepypi.core.minting", {"request": encoded(request)}, self.timeout
            )
        try:
            with child:
                output = SecretBytes(b"".join(child.output()))
        finally:
            with self._lock:
                self._child = None
        if child.timed_out and not output:
            raise Unreachable(
                f"{provider.authority} gave no token within {self.timeout:g} seconds.",
                why="the connection hangs, or the retries took too long",
                remedy=f"check HTTPS_PROXY; {provider.advice.silent}",
            )
        return _read(output, child.status, provider)

    def cancel(self) -> None:
        """End the running call, if any, and refuse further calls."""
        with self._lock:
            self.cancelled = True
            child = self._child
        if child is not None:
            child.end()


def answer() -> None:
    """Run in the child: read a request from standard input, write its grant or its error to standard output."""
    answer_once(lambda provider, request, question: provider.mint(request).to_dict())


def answer_once(
    work: Callable[[IndexProvider, MintRequest, Mapping[str, Any]], Dict[str, Any]],
) -> None:
    """Run in a child: read a question from standard input, write what `work` returns, or an error, to standard output.

    The question is a JSON object; its ``request`` is what `encoded` returned. The error is an object ``error``, and
    holds no text of a stranger's that may hold a secret.
    """
    channel = answer_pipe()
    reply: Dict[str, Any]
    try:
        question = json.load(sys.stdin)
        request = decoded(question["request"])
        provider = provider_of(request.repository)
        try:
            reply = work(provider, request, question)
        except SecurePyPIError:
            raise
        except Exception as error:  # noqa: BLE001 an SDK raises anything; not chained, a traceback may show headers
            raise provider.explain(error) from None
    except SecurePyPIError as error:
        reply = {"error": error.to_dict()}
    except Exception as error:  # noqa: BLE001 the parent must get an answer, without a text that may hold a secret
        reply = {"error": Fault(error).to_dict()}
    with channel:
        json.dump(reply, channel)


def encoded(request: MintRequest) -> Dict[str, Any]:
    """Return `request` as JSON values for the child."""
    provider = provider_of(request.repository)
    return {
        "provider": provider.name,
        "module": type(provider).__module__,
        "repository": request.repository.id,
        "role": request.role,
        "duration": request.duration,
        "settings": dict(request.settings),
        "patience": request.patience,
    }


def decoded(said: Mapping[str, Any]) -> MintRequest:
    """Return the request that `encoded` described. A third-party provider is registered by importing its module.

    Raises:
        SecurePyPIError: there is no such provider here.
    """
    if all(provider.name != said["provider"] for provider in PROVIDERS):
        importlib.import_module(said["module"])
    return MintRequest(
        by_name(said["provider"]).repository(said["repository"]),
        said["role"],
        said["duration"],
        said["settings"],
        said["patience"],
    )


def _read(output: bytes, status: Optional[int], provider: IndexProvider) -> Grant:
    try:
        reply = json.loads(output, object_hook=SecretDict)
    except ValueError:
        raise _ended(f"it ended with status {status} and no answer") from None
    if "error" in reply:
        raise SecurePyPIError.from_dict(reply["error"])
    try:
        return Grant.from_dict(reply, provider.windows)
    except (KeyError, TypeError, ValueError) as error:
        raise SecurePyPIError(
            f"{provider.authority} gave an answer that is no token.",
            why=str(error),
            remedy="try again; if it stays so, ask whoever runs the index",
        ) from None


def _ended(why: str) -> SecurePyPIError:
    return SecurePyPIError("The process that asks for a token did not finish.", why=why, remedy="try again")
