"""The seam for kinds of private index: what the rest of this package asks of each.

A provider is one object in one file or folder beside this one, and one line in `registry`. Only types stand here.
"""

from __future__ import annotations

from typing import Callable, Mapping, Optional, Protocol, Sequence, Tuple

from ..check import Check
from ..errors import SecurePyPIError
from ..grant import Grant, MintRequest
from ..token import Windows
from .advice import Advice

Fact = Tuple[str, str]
"""Something about a repository for people: a label and its value."""


class Repository(Protocol):
    """A provider's place for packages, valid by construction; ``str()`` is the short name for people."""

    @property
    def provider(self) -> str:
        """The provider's name."""

    @property
    def id(self) -> str:
        """The text that names it everywhere; `IndexProvider.repository` understands it."""

    @property
    def detail(self) -> str:
        """A few words that tell it from others with the same short name."""

    @property
    def facts(self) -> Sequence[Fact]:
        """What people are shown about it."""


class IndexProvider(Protocol):
    """A kind of private index.

    Attributes:
        name: in the token store, in REST answers and in `Repository.provider`.
        label: for people.
        authority: who gives tokens, for sentences such as "… gave no token within 60 seconds".
        login: the user name that goes with a token; empty where the user's own credentials bring theirs.
        mints: tokens are minted and expire; else the credentials are the user's own.
        windows: when a token is to be replaced.
        advice: see `Advice`.
    """

    name: str
    label: str
    authority: str
    login: str
    mints: bool
    windows: Windows
    advice: Advice

    def claims(self, text: str) -> bool:
        """Return whether `text` looks like an address of this provider, be it a valid one or not."""

    def repository(self, text: str) -> Repository:
        """Return the repository that `text` names, or raise `ConfigurationError` naming what is wrong with it."""

    def mint(self, request: MintRequest) -> Grant:
        """Return a new grant. Runs in a child process: an SDK may be imported here, and nowhere else.

        Raises:
            SecurePyPIError: why there is none.
        """

    def held(self, request: MintRequest) -> Optional[Grant]:
        """Return the grant that the user's own files hold, in a millisecond; None where tokens are minted."""

    def explain(self, error: BaseException) -> SecurePyPIError:
        """Return what an exception of the SDK means; no secret may be in it."""

    def scope(self, request: MintRequest, environ: Mapping[str, str]) -> Sequence[str]:
        """Return what tells the tokens for `request` from others: whose they are, and what they open."""

    def place(self, request: MintRequest) -> str:
        """Return what tells the repository of `request` from others that one token opens."""

    def logins(self, *, sessions: bool = True) -> str:
        """Return a text that differs once the user's login files have changed; `sessions` counts short-lived ones."""

    def examine(
        self, request: MintRequest, report: Callable[[Check], None], stored: str, index_url: str
    ) -> str:
        """Try each permission that minting and an install need; in a child process, like `mint`.

        Args:
            request: what minting would ask for.
            report: gets each check as soon as it is known.
            stored: the secret that package managers have, or empty.
            index_url: the index as far as it is known, or empty.

        Returns:
            The index, or an empty string where it is not known.
        """

    def serves(self, host: str) -> bool:
        """Return whether `host` looks like one of this provider's index hosts, anybody's."""
