"""The one index that an install may take packages from."""

from __future__ import annotations

from dataclasses import dataclass

from .address import lies_within
from .grant import Grant
from .providers.advice import PUBLIC, Advice
from .secret import Secret


@dataclass(frozen=True)
class Index:
    """The one index to install from.

    Attributes:
        url: its address without credentials; empty for the package manager's own default (public).
        origin: every package must come from below this URL; empty where anything goes (public).
        password: the token, or empty; a `Secret` whatever is given.
        login: the user name that goes with it.
        advice: the provider's words about failures.
    """

    url: str
    origin: str
    password: str = ""
    login: str = ""
    advice: Advice = PUBLIC

    @staticmethod
    def of(grant: Grant, advice: Advice) -> Index:
        """Return the index that `grant` opens; `advice` is its provider's."""
        return Index(grant.index_url, grant.origin, grant.token.secret, grant.login, advice)

    def __post_init__(self) -> None:
        object.__setattr__(self, "password", Secret(self.password))

    def __repr__(self) -> str:
        return f"Index(url={self.url!r}, origin={self.origin!r})"

    def holds(self, url: str) -> bool:
        """Return whether `url` lies on this index, see `address.lies_within`."""
        return not self.origin or lies_within(url, self.origin)
