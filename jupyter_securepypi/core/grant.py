"""The request to a provider, and the grant it returns: a token and the index that the token opens."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any, Dict, Mapping

from . import schema
from .address import is_unambiguous
from .errors import ConfigurationError
from .secret import Secret
from .token import Token, Windows

if TYPE_CHECKING:
    from .providers.base import Repository

SHORTEST, LONGEST = 900, 43200
"""The lifetimes that a request may ask for, in seconds."""


@dataclass(frozen=True)
class MintRequest:
    """A request to a provider: what the token opens, for which identity, and for how long.

    Attributes:
        repository: the repository that the token opens.
        role: the role or account to act as, in the provider's own form, which may be a template; empty for the
            ambient credentials.
        duration: seconds, 900 to 43200; 0 for a token that lasts as long as the credentials of the request.
        settings: further options of the provider, by name.
        patience: seconds during which a throttled call is repeated, counted for each call; 0 leaves it at the few
            attempts of the SDK.
    """

    repository: Repository
    role: str = ""
    duration: int = LONGEST
    settings: Mapping[str, str] = field(default_factory=dict)
    patience: float = 0.0

    def setting(self, name: str) -> str:
        """Return a further option, or an empty string."""
        return self.settings.get(name, "")


@dataclass(frozen=True)
class Grant:
    """A token and the index that it opens.

    Attributes:
        token: the token, or the user's password.
        endpoint_url: where packages are published, ending in a slash.
        login: the user name that goes with the token.
        index_url: where packages are installed from, without credentials, ending in a slash; by default the
            ``simple/`` of `endpoint_url`.
        origin: every file of the index lies below this URL; by default `endpoint_url`.
        own: the credentials come from the user's own files, where package managers find them; we do not write them.
    """

    token: Token
    endpoint_url: str
    login: str
    index_url: str = ""
    origin: str = ""
    own: bool = False

    def __post_init__(self) -> None:
        if not self.index_url:
            object.__setattr__(self, "index_url", self.endpoint_url + "simple/")
        if not self.origin:
            object.__setattr__(self, "origin", self.endpoint_url)

    @property
    def must_be_given(self) -> bool:
        """Whether package managers need the token from us: it is not empty, and the user's own files do not have it."""
        return bool(self.token.secret) and not self.own

    def to_dict(self) -> Dict[str, Any]:
        """Return the grant with its secret as plain JSON values, for the token store and the child's pipe."""
        return {**token_to_dict(self.token), **self.place()}

    def place(self) -> Dict[str, Any]:
        """Return the grant without its token: the addresses and the user name."""
        return {
            "endpoint_url": self.endpoint_url,
            "login": self.login,
            "index_url": self.index_url,
            "origin": self.origin,
            "own": self.own,
        }

    @staticmethod
    def from_dict(data: Mapping[str, Any], windows: Windows) -> Grant:
        """Return the grant that `to_dict` described.

        Raises:
            KeyError, TypeError, ValueError: it describes none.
        """
        return Grant(
            token_from_dict(data, windows),
            _address(data, "endpoint_url"),
            schema.text(data, "login"),
            _address(data, "index_url", ""),
            _address(data, "origin", ""),
            schema.truth(data, "own", False),
        )


def _address(data: Mapping[str, Any], name: str, default: Any = None) -> str:
    """Return a web address that every tool reads alike, or the default.

    Raises:
        ValueError: it is something else.
    """
    url = schema.text(data, name, default)
    if url != default and not is_unambiguous(url):
        raise ValueError(f"{name} is not a web address")
    return url


def token_to_dict(token: Token) -> Dict[str, Any]:
    """Return a token as plain JSON values; JSON has no infinity, so a token without expiry has null there."""
    return {
        "secret": token.secret,
        "expires_at": token.expires_at if token.expires else None,
        "minted_at": token.minted_at,
        "identity": token.identity,
    }


def token_from_dict(data: Mapping[str, Any], windows: Windows) -> Token:
    """Return the token that `token_to_dict` described.

    Raises:
        KeyError, TypeError, ValueError: it describes none.
    """
    return Token(
        Secret(schema.text(data, "secret")),
        inf if data["expires_at"] is None else schema.number(data, "expires_at"),
        schema.number(data, "minted_at"),
        schema.text(data, "identity", ""),
        windows,
    )


def check_duration(seconds: int) -> int:
    """Return `seconds` if a token may be asked to last that long.

    Raises:
        ConfigurationError: if it is neither 0 nor 900 to 43200.
    """
    if seconds == 0 or SHORTEST <= seconds <= LONGEST:
        return seconds
    raise ConfigurationError(
        f"A token cannot last {seconds} seconds.",
        why=f"it lasts {SHORTEST} to {LONGEST} seconds, or with 0 as long as the credentials it is asked for with",
        remedy="set token_duration or SECURE_PYPI_TOKEN_DURATION accordingly",
    )
