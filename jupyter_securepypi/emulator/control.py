"""The emulator's own interface for tests: the log of calls, and faults on demand."""

from __future__ import annotations

import json
from typing import Any

from .faults import FaultError
from .http import Request, Response
from .state import State

_REVOCABLE = ("all", "newest")


def answer_control(request: Request, state: State) -> Response:
    """Return the answer to a request below ``/_emulator/``."""
    what = (request.method, request.path.removeprefix("/_emulator/"))
    if what == ("GET", "calls"):
        return _json(200, state.calls.to_dict())
    if what == ("DELETE", "calls"):
        state.calls.clear()
        return _json(200, state.calls.to_dict())
    if what == ("GET", "faults"):
        return _json(200, _faults(state))
    if what == ("DELETE", "faults"):
        state.faults.clear()
        return _json(200, _faults(state))
    if what == ("POST", "faults"):
        return _post_faults(request, state)
    return _json(404, {"error": "try GET or DELETE /_emulator/calls, or GET, POST or DELETE /_emulator/faults"})


def apply_faults(changes: dict[str, Any], state: State) -> None:
    """Apply `changes`: first ``clear``, then the faults, then ``revoke``.

    Raises:
        FaultError: a change is not valid; nothing was done.
    """
    wanted = dict(changes)
    clear, revoke = wanted.pop("clear", False), wanted.pop("revoke", None)
    if not isinstance(clear, bool):
        raise FaultError(f"clear must be true or false, not {clear!r}")
    if revoke is not None and revoke not in _REVOCABLE:
        raise FaultError(f"revoke must be 'all' or 'newest', not {revoke!r}")
    state.faults.set(wanted, clear=clear)
    if revoke:
        state.tokens.revoke(revoke)


def _post_faults(request: Request, state: State) -> Response:
    try:
        changes = json.loads(request.body or b"{}")
        if not isinstance(changes, dict):
            raise FaultError("the body must be a JSON object")
        apply_faults(changes, state)
    except ValueError as error:  # includes invalid JSON and FaultError
        return _json(400, {"error": str(error)})
    return _json(200, _faults(state))


def _faults(state: State) -> dict[str, Any]:
    return {"faults": state.faults.to_dict(), "tokens": state.tokens.to_dict()}


def _json(status: int, value: Any) -> Response:
    return Response(status, {"Content-Type": "application/json"}, json.dumps(value).encode())
