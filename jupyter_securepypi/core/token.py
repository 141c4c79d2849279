"""A token and its age, without ever showing the secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from math import inf


@dataclass(frozen=True)
class Windows:
    """When a token is to be replaced, as a share of its lifetime with an upper bound in seconds.

    In the advisory window a token is replaced when possible and kept when not: an outage of the provider of that
    length goes unnoticed. In the mandatory one it is replaced before use: it is long enough for an install that
    starts with this token to end with it.
    """

    advisory_share: float = 0.25
    advisory_most: float = 7200.0
    mandatory_share: float = 0.05
    mandatory_most: float = 300.0


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
    """What opens an index: a token that a provider minted, or a password of the user's own.

    Attributes:
        secret: the token itself; never part of ``repr()``. Empty for an index that wants none.
        expires_at: when the provider stops accepting it, in epoch seconds; infinite where it does not expire.
        minted_at: when it was received, in epoch seconds by this machine's clock.
        identity: the principal it was minted for, as its provider names it; empty where that is not known.
        windows: when it is to be replaced.
    """

    secret: str = field(repr=False)
    expires_at: float
    minted_at: float
    identity: str = ""
    windows: Windows = Windows()

    @property
    def expires(self) -> bool:
        """Whether there is a time from which it is worth nothing."""
        return self.expires_at != inf

    @property
    def lifetime(self) -> float:
        """Seconds from minting to expiry, never negative."""
        return max(0.0, self.expires_at - self.minted_at)

    @property
    def advisory_at(self) -> float:
        """Epoch second from which the token should be replaced."""
        return self.expires_at - min(self.lifetime * self.windows.advisory_share, self.windows.advisory_most)

    @property
    def mandatory_at(self) -> float:
        """Epoch second from which the token must be replaced before use."""
        return self.expires_at - min(self.lifetime * self.windows.mandatory_share, self.windows.mandatory_most)

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
