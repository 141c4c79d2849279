"""What a turn of the refresher ended in, for everybody who wants to know: the log, the metrics and the events."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from ..core.errors import FileProblem, SecurePyPIError
from ..core.grant import Grant
from ..token.broker import TokenBroker
from .metrics import TOKEN_EXPIRY, TOKEN_REFRESHES


class Outcomes:
    """Tells the outcome of each turn, and what is new since the last one only once.

    Args:
        announce: is called with an action, the expiry and a message: see events/token.yaml.
        log: the logger.

    Attributes:
        trouble: the local problem that keeps the token from being replaced, or None; the store remembers the
            provider's failures.
    """

    def __init__(self, announce: Callable[[str, float | None, str], None], log: logging.Logger) -> None:
        self._announce = announce
        self._log = log
        self._seen: Grant | None = None
        self._attempts = 0
        self._expired_said: float | None = None
        self.trouble: FileProblem | None = None

    def tell(self, outcome: Exception | None, broker: TokenBroker | None) -> None:
        """Tell the outcome of a turn: its error, or None."""
        trouble = outcome if isinstance(outcome, FileProblem) else None
        if trouble and str(trouble) != str(self.trouble):
            self._log.warning("Secure PyPI: %s", trouble)
        self.trouble = trouble
        grant = broker.peek() if broker else None
        failure = broker.failure() if broker else None
        expires_at = grant.token.expires_at if grant and grant.token.expires else None
        if grant and (self._seen is None or grant.token.minted_at != self._seen.token.minted_at):
            self._seen = grant
            TOKEN_EXPIRY.set(grant.token.expires_at)
            TOKEN_REFRESHES.labels("success").inc()
            left = f"{grant.token.seconds_left(time.time()):.0f} s left" if expires_at else "does not expire"
            self._log.info("Secure PyPI: token refreshed, %s", left)
            self._announce("refreshed", expires_at, "")
        attempts = failure.attempts if failure else 0
        if failure and attempts > self._attempts:
            TOKEN_REFRESHES.labels("failure").inc()
            if attempts == 1 or isinstance(outcome, SecurePyPIError):
                self._log.warning("Secure PyPI: %s", failure.error)
            self._announce("refresh_failed", expires_at, failure.error.message)
        self._attempts = attempts
        if grant and grant.token.expires_at <= time.time() and self._expired_said != expires_at:
            self._expired_said = expires_at
            self._announce("expired", expires_at, failure.error.message if failure else "")
