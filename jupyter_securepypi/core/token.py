"""An authorization token and its age, without ever showing the secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

# The advisory window opens when a quarter of the lifetime is left, at most two hours before expiry: an AWS
# outage of that length goes unnoticed. The mandatory one opens with a twentieth left, at most five minutes:
# long enough for an install that starts with this token to end with it.
ADVISORY_SHARE, ADVISORY_MOST = 0.25, 7200.0
MANDATORY_SHARE, MANDATORY_MOST = 0.05, 300.0


class TokenState(Enum):
    """How much a token is still worth."""

    FRESH = "fresh"
    """Use it."""
    STALE = "stale"
    """In the advisory window: replace it when possible, keep it when not."""
    EXPIRING = "expiring"
    """In the mandatory window: replace it before use."""
    EXPIRED = "expired"
    """Worth nothing."""


@dataclass(frozen=True)
class Token:
    """A CodeArtifact authorization token.

    Attributes:
        secret: the token itself; never part of ``repr()``.
        expires_at: when AWS stops accepting it, in epoch seconds.
        minted_at: when it was received, in epoch seconds by this machine's clock.
        identity: ARN of the principal it was minted for, or an empty string where STS would not say.
    """

    secret: str = field(repr=False)
    expires_at: float
    minted_at: float
    identity: str = ""

    @property
    def lifetime(self) -> float:
        """Seconds from minting to expiry, never negative."""
        return max(0.0, self.expires_at - self.minted_at)

    @property
    def advisory_at(self) -> float:
        """Epoch second from which the token should be replaced."""
        return self.expires_at - min(self.lifetime * ADVISORY_SHARE, ADVISORY_MOST)

    @property
    def mandatory_at(self) -> float:
        """Epoch second from which the token must be replaced before use."""
        return self.expires_at - min(self.lifetime * MANDATORY_SHARE, MANDATORY_MOST)

    def seconds_left(self, now: float) -> float:
        """Return the seconds until expiry at epoch second `now`, never negative."""
        return max(0.0, self.expires_at - now)

    def state(self, now: float) -> TokenState:
        """Return the state at epoch second `now`.

        A token from the future (the clock was set back by more than a minute) has an age nobody knows: stale.
        """
        if now >= self.expires_at:
            return TokenState.EXPIRED
        if now >= self.mandatory_at:
            return TokenState.EXPIRING
        if now >= self.advisory_at or now < self.minted_at - 60:
            return TokenState.STALE
        return TokenState.FRESH
