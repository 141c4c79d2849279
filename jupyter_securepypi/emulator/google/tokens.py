"""Access tokens: issue, look-up, expiry."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass

LIFETIME = 3600.0
"""Seconds that an access token lives."""
_LENGTH = 1024


@dataclass(frozen=True)
class Issued:
    """An issued token."""

    secret: str
    principal: str
    expires_at: float

    @property
    def seconds_left(self) -> int:
        """Whole seconds until its expiry, as ``expires_in`` tells them."""
        return max(0, int(self.expires_at - time.time()))


class TokenBook:
    """All issued tokens; safe for threads.

    Args:
        marker: text that is literally in every token, so that a scan finds a leaked part of it.
        lifetime: seconds that every token lives.
    """

    def __init__(self, marker: str = "", lifetime: float = LIFETIME) -> None:
        self._lock = threading.Lock()
        self._marker = marker
        self._issued: dict[str, Issued] = {}
        self.lifetime = lifetime

    def issue(self, principal: str, seconds: float | None = None) -> Issued:
        """Return a new token for `principal`, which lives for `seconds`, by default `lifetime`."""
        # The real ones of service accounts are filled up with dots.
        secret = f"ya29.c.{self._marker}{secrets.token_urlsafe(320)}".ljust(_LENGTH, ".")
        issued = Issued(secret, principal, time.time() + min(seconds or self.lifetime, self.lifetime))
        with self._lock:
            self._issued[secret] = issued
        return issued

    def principal(self, secret: str) -> str:
        """Return whose token `secret` is; empty if it is none, or has expired."""
        with self._lock:
            issued = self._issued.get(secret)
        return issued.principal if issued and time.time() < issued.expires_at else ""

    def revoke(self) -> None:
        """Forget all tokens: nobody gets in with them any more."""
        with self._lock:
            self._issued.clear()
