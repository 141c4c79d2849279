"""Faults on demand: throttling, 5xx, silence, slowness, a wrong clock, denied actions, expired credentials."""

from __future__ import annotations

import errno
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from .errors import AwsError

_POLL = 0.05  # seconds between two checks whether a fault was removed


class FaultError(ValueError):
    """A requested fault is not valid; the text says which and why."""


@dataclass
class _Rule:
    value: Any
    operations: tuple[str, ...]
    left: int | None = None
    admitted: deque[float] = field(default_factory=deque)

    def covers(self, operation: str) -> bool:
        return any(fnmatchcase(operation, pattern) for pattern in self.operations)


class Faults:
    """The faults in force; safe for threads.

    A fault is set, replaced or (with None) removed by its name; several faults combine. If the same call gives
    ``operations``, its faults only apply to operations that match one of the patterns, like
    ``["GetAuthorizationToken"]`` or ``["index:*"]``.
    """

    def __init__(self, token_lifetime: float | None = None) -> None:
        self._lock = threading.Lock()
        self._rules: dict[str, _Rule] = {}
        self._closed = threading.Event()
        self._first_lifetime = token_lifetime
        self.token_lifetime = token_lifetime

    def set(self, changes: Mapping[str, Any], *, clear: bool = False) -> None:
        """Apply `changes`, all or none; with `clear`, remove all other faults first.

        Raises:
            FaultError: a name is unknown, or a value has the wrong kind.
        """
        wanted = dict(changes)
        operations = _patterns(wanted.pop("operations", ["*"]))
        rules: dict[str, _Rule | None] = {}
        for name, value in wanted.items():
            check = _CHECKS.get(name)
            if check is None:
                raise FaultError(
                    f"unknown fault {name!r}; known: {', '.join(sorted(_CHECKS))}, operations, clear, revoke"
                )
            if value is None or value is False:
                rules[name] = None
            else:
                value, left = check(name, value)
                rules[name] = _Rule(value, operations, left)
        if clear:
            self.clear()
        with self._lock:
            for name, rule in rules.items():
                if name == "token_lifetime":
                    self.token_lifetime = self._first_lifetime if rule is None else rule.value
                elif rule is None:
                    self._rules.pop(name, None)
                else:
                    self._rules[name] = rule

    def clear(self) -> None:
        """Remove every fault, and give tokens their first lifetime again."""
        with self._lock:
            self._rules.clear()
            self.token_lifetime = self._first_lifetime

    def close(self) -> None:
        """Release hanging requests, because the emulator stops."""
        self._closed.set()

    def to_dict(self) -> dict[str, Any]:
        """Return the faults in force as JSON values, each with its ``value`` and ``operations``."""
        with self._lock:
            state: dict[str, Any] = {
                name: {"value": rule.value, "operations": list(rule.operations)}
                | ({} if rule.left is None else {"left": rule.left})
                for name, rule in self._rules.items()
            }
            return state | {"token_lifetime": self.token_lifetime}

    def strike(self, operation: str) -> None:
        """Apply the faults that strike a request of `operation` before it is read.

        Raises:
            AwsError: throttled, or an error of the service.
            ConnectionResetError: the connection is to be dropped without an answer.
        """
        if self._rule("unreachable", operation):
            raise _dropped()
        if not self._sits_out("hang", operation):
            raise _dropped()
        self._sits_out("slow", operation)
        with self._lock:
            self._throttle(operation)
            self._fail(operation)

    def active(self, name: str, operation: str = "") -> Any:
        """Return the value of fault `name` if it is in force for `operation`, else None."""
        rule = self._rule(name, operation)
        return None if rule is None else rule.value

    @property
    def clock_skew(self) -> float:
        """Seconds by which AWS's clock is ahead of this machine's."""
        return float(self.active("clock_skew") or 0.0)

    def denies(self, action: str) -> bool:
        """Return whether the IAM action `action` is denied to everybody."""
        patterns = self.active("deny") or ()
        return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)

    def _rule(self, name: str, operation: str) -> _Rule | None:
        with self._lock:
            rule = self._rules.get(name)
            # Without an operation, the fault is not about requests but about a clock or a lifetime: it always applies.
            return rule if rule is not None and (not operation or rule.covers(operation)) else None

    def _sits_out(self, name: str, operation: str) -> bool:
        """Wait for the seconds of the fault `name`; return True if it was removed meanwhile, or is not in force."""
        rule = self._rule(name, operation)
        if rule is None:
            return True
        until = time.monotonic() + rule.value
        while (left := until - time.monotonic()) > 0:
            if self._closed.wait(min(_POLL, left)):
                return False
            if self._rule(name, operation) is not rule:
                return True
        return False

    def _throttle(self, operation: str) -> None:
        rule = self._rules.get("throttle")
        if rule is None or not rule.covers(operation):
            return
        now = time.monotonic()
        while rule.admitted and rule.admitted[0] <= now - 1:
            rule.admitted.popleft()
        if len(rule.admitted) >= rule.value:
            raise AwsError("Throttling", "Rate exceeded", 429, retry_after=1)
        rule.admitted.append(now)

    def _fail(self, operation: str) -> None:
        rule = self._rules.get("error")
        if rule is None or not rule.covers(operation):
            return
        if rule.left is not None:
            rule.left -= 1
            if rule.left <= 0:
                del self._rules["error"]
        code, message = (
            ("ServiceUnavailable", "The request has failed due to a temporary failure of the server.")
            if rule.value == 503
            else ("InternalFailure", "The request processing has failed because of an internal error.")
        )
        raise AwsError(code, message, rule.value)


def _dropped() -> ConnectionResetError:
    # cheroot closes the connection silently for an error number that means "the peer is gone".
    return ConnectionResetError(errno.ECONNRESET, "dropped by a fault")


def _number(low: float, high: float) -> Callable[[str, Any], tuple[Any, int | None]]:
    def check(name: str, value: Any) -> tuple[Any, int | None]:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise FaultError(f"{name} must be a number from {low:g} to {high:g}, not {value!r}")
        return value, None

    return check


def _flag(name: str, value: Any) -> tuple[Any, int | None]:
    if value is not True:
        raise FaultError(f"{name} must be true or false, not {value!r}")
    return True, None


def _error(name: str, value: Any) -> tuple[Any, int | None]:
    given = value if isinstance(value, dict) else {"status": value}
    status, count = given.get("status"), given.get("count")
    if set(given) - {"status", "count"} or status not in (500, 502, 503, 504):
        raise FaultError(
            f"{name} must be 500, 502, 503 or 504, or {{'status': 503, 'count': 3}}, not {value!r}"
        )
    if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 1):
        raise FaultError(f"the count of {name} must be a whole number of at least 1, not {count!r}")
    return status, count


def _actions(name: str, value: Any) -> tuple[Any, int | None]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(v, str) and ":" in v for v in value):
        raise FaultError(f"{name} must be a list of IAM actions like 'sts:AssumeRole', not {value!r}")
    return list(value), None


def _status(name: str, value: Any) -> tuple[Any, int | None]:
    if value not in (401, 404):
        raise FaultError(f"{name} must be 401 or 404, not {value!r}")
    return value, None


def _patterns(value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not value or not all(isinstance(item, str) for item in value):
        raise FaultError(
            f"operations must be a list of names like 'GetAuthorizationToken' or 'index:*', not {value!r}"
        )
    return tuple(value)


_CHECKS: dict[str, Callable[[str, Any], tuple[Any, int | None]]] = {
    "throttle": _number(0, 10_000),  # requests per second that pass
    "error": _error,
    "hang": _number(0, 3600),  # seconds of silence, then the connection is dropped
    "slow": _number(0, 3600),  # seconds before each answer
    "unreachable": _flag,
    "clock_skew": _number(-315_360_000, 315_360_000),  # seconds
    "deny": _actions,
    "expired_credentials": _flag,
    "rejected_status": _status,  # what the index answers to a bad token
    "group_delay": _number(0, 3600),  # seconds until a new or deleted package group comes into force
    "token_lifetime": _number(0.1, 43_200),  # seconds
    "session_lifetime": _number(0.1, 43_200),  # seconds, of sessions that AssumeRole opens
}
