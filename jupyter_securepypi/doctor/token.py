"""The checks of the token that package managers have: its state, and the result of the last attempt."""

from __future__ import annotations

from ..clients.publish import refresh
from ..config import SecurePyPI
from ..core.check import Check
from ..core.finding import Fix
from ..token.status import Status
from ..token.words import state_words

_GOOD = ("fresh", "stale")


def token(options: SecurePyPI, status: Status) -> list[Check]:
    """Return the checks of the stored token and of the last attempt to replace it."""
    words = state_words(status)
    if status.state in _GOOD:
        checks = [Check.passed("token", words)]
    else:
        remedy = "`jupyter securepypi refresh` gets a new one"
        checks = [Check.failed("token", words, remedy, renewal(options))]
    if status.error:
        remedy = status.error.remedy or "see the provider's lines"
        checks.append(Check.failed("last refresh", f"it failed: {status.error.message}", remedy))
    return checks


def renewal(options: SecurePyPI) -> Fix:
    """Return the fix that mints a token and gives it to the clients that had one."""

    def apply() -> list[str]:
        return [f"got a new token: {state_words(refresh(options))}"]

    return Fix("get a new token", apply, renews=True)
