"""A token and its age; the secret is never shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from math import inf

from .secret import Secret


@dataclass(frozen=True)
class Windows:
    """The windows before expiry in which a token is replaced: shares of its lifetime, with upper bounds in seconds.

    In the advisory window a token is replaced if possible and kept otherwise: an outage of the provider of that
    length goes unnoticed. In the mandatory window a token is replaced before use: an install that starts just before
    this window can end with its token.

    Attributes:
        fixed: each bound counts in full for a token that is received before it begins. One that is received later has
            the share of what is left: there was nothing newer then, and asking at each use would not change that.
    """

    advisory_share: float = 0.25
    advisory_most: float = 7200.0
    mandatory_share: float = 0.05
    mandatory_most: float = 300.0
    fixed: bool = False

    def advisory(self, lifetime: float) -> float:
        """Return the seconds before expiry from which a token of that lifetime should be replaced."""
        wanted = self._window(lifetime, self.advisory_share, self.advisory_most)
        return max(wanted, self.mandatory(lifetime))

    def mandatory(self, lifetime: float) -> float:
        """Return the seconds before expiry from which a token of that lifetime must be replaced."""
        return self._window(lifetime, self.mandatory_share, self.mandatory_most)

    def _window(self, lifetime: float, share: float, most: float) -> float:
        return most if self.fixed and lifetime > most else min(lifetime * share, most)


class TokenState(Enum):
    """How much a token is still worth."""

    FRESH = "fresh"
    """It is good: use it."""
    STALE = "stale"
    """In the advisory window: replace it when possible, keep it when not."""
    EXPIRING = "expiring"
    """In the mandatory window: replace it before use."""
    EXPIRED = "expired"
    """It is expired."""


@dataclass(frozen=True)
class Token:
    """The secret that opens an index: a token that a provider minted, or the user's own password.

    Attributes:
        secret: the token itself, a `Secret` whatever is given; empty for an index that wants none.
        expires_at: when the provider stops accepting it, in epoch seconds; infinite where it does not expire.
        minted_at: when it was received, in epoch seconds by this machine's clock.
        identity: the principal it was minted for, as its provider names it; empty where that is not known.
        windows: the windows in which it is replaced.
    """

    secret: str = field(repr=False)
    expires_at: float
    minted_at: float
    identity: str = ""
    windows: Windows = Windows()

    def __post_init__(self) -> None:
        object.__setattr__(self, "secret", Secret(self.secret))

    @property
    def expires(self) -> bool:
        """Whether it ever expires."""
        return self.expires_at != inf

    @property
    def lifetime(self) -> float:
        """Seconds from minting to expiry, never negative."""
        return max(0.0, self.expires_at - self.minted_at)

    @property
    def advisory_at(self) -> float:
        """Epoch second from which the token should be replaced."""
        return self.expires_at - self.windows.advisory(self.lifetime)

    @property
    def mandatory_at(self) -> float:
        """Epoch second from which the token must be replaced before use."""
        return self.expires_at - self.windows.mandatory(self.lifetime)

    def seconds_left(self, now: float) -> float:
        """Return the seconds until expiry at epoch second `now`, never negative."""
        return max(0.0, self.expires_at - now)

    def state(self, now: float) -> TokenState:
        """Return the state at epoch second `now`.

        A token from more than a minute in the future is stale: the clock was set back, so the token's age is unknown.
        """
        if now >= self.expires_at:
            return TokenState.EXPIRED
        if now >= self.mandatory_at:
            return TokenState.EXPIRING
        if now >= self.advisory_at or now < self.minted_at - 60:
            return TokenState.STALE
        return TokenState.FRESH
