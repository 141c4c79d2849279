"""The interface of a kind of private index: what the rest of this package needs from each.

A provider is one object in one file or folder beside this file, and one line in `registry`. This file has only types.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Mapping, Optional, Protocol, Sequence, Tuple, runtime_checkable

if TYPE_CHECKING:
    from ..check import Check
    from ..errors import SecurePyPIError
    from ..grant import Grant, MintRequest
    from ..token import Windows
    from .advice import Advice
    from .package_facts import PackageFacts
    from .signs import Signs

Fact = Tuple[str, str]
"""A fact about a repository for people: a label and its value."""


@dataclass(frozen=True)
class Connection:
    """A connection of one repository to a public index.

    Attributes:
        name: the provider's name of it, such as ``public:pypi``.
        repository: the id of the repository that has it: the one that was asked about, or one behind it.
    """

    name: str
    repository: str


class Repository(Protocol):
    """A provider's place for packages, valid by construction; ``str()`` is the short name for people."""

    @property
    def provider(self) -> str:
        """The provider's name."""

    @property
    def id(self) -> str:
        """The text that identifies it everywhere; `IndexProvider.repository` accepts it."""

    @property
    def detail(self) -> str:
        """A few words that tell it apart from repositories with the same short name."""

    @property
    def facts(self) -> Sequence[Fact]:
        """The facts that people are shown about it."""


class IndexProvider(Protocol):
    """A kind of private index.

    Attributes:
        name: its name in the token store, in REST answers and in `Repository.provider`.
        label: its name for people.
        authority: the service that gives tokens, for sentences such as "… gave no token within 60 seconds".
        login: the user name that goes with a token; empty if the user's own credentials have one.
        mints: True if tokens are minted and expire; otherwise the credentials are the user's own.
        windows: when a token must be replaced.
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
        """Return whether `text` looks like an address of this provider, even if it is not a valid one."""

    def repository(self, text: str) -> Repository:
        """Return the repository that `text` names, or raise a `ConfigurationError` that says what is wrong with it."""

    def mint(self, request: MintRequest) -> Grant:
        """Return a new grant. This runs in a child process, the only place where an SDK may be imported.

        Raises:
            SecurePyPIError: there is none; the error says why.
        """

    def held(self, request: MintRequest) -> Optional[Grant]:
        """Return the grant from the user's own files, within a millisecond; None if tokens are minted."""

    def explain(self, error: BaseException) -> SecurePyPIError:
        """Return an exception of the SDK as an error of ours, which must not hold a secret."""

    def scope(self, request: MintRequest, environ: Mapping[str, str]) -> Sequence[str]:
        """Return the texts that identify the tokens for `request`: their principal, and what they open."""

    def place(self, request: MintRequest) -> str:
        """Return the text that tells the repository of `request` apart from others that the same token opens."""

    def logins(self, *, sessions: bool = True) -> str:
        """Return a text that differs once the user's login files have changed; `sessions` includes short-lived ones."""

    def examine(
        self, request: MintRequest, report: Callable[[Check], None], stored: str, index_url: str
    ) -> str:
        """Try each permission that minting and an install need. This runs in a child process, like `mint`.

        Args:
            request: the request that minting would make.
            report: is called with each check as soon as it is made.
            stored: the secret that package managers have, or empty.
            index_url: the address of the index if it is known, or empty.

        Returns:
            The address of the index, or an empty string if it is not known.
        """

    def serves(self, host: str) -> bool:
        """Return whether `host` looks like an index host of this provider, of any account."""


@runtime_checkable
class KnowsPackages(Protocol):
    """What a provider may have beside `IndexProvider`, where its service tells more of a package than its index."""

    def package_facts(self, request: MintRequest, project: str) -> PackageFacts:
        """Return what is known of a package. This runs in a child process, like `mint`.

        What may not be seen, or does not answer, is told in the facts, beside the rest.

        Args:
            request: the request that minting would make.
            project: the package's normalized name.

        Raises:
            SecurePyPIError: nothing can be found out; the error says why.
        """


@runtime_checkable
class KnowsNames(Protocol):
    """What a provider may have beside `IndexProvider`, where its service lists packages and its index does not."""

    def package_names(self, request: MintRequest) -> Tuple[Sequence[str], Sequence[str]]:
        """Return names in any spelling, and sentences about what is missing. This runs in a child process, like `mint`.

        Args:
            request: the request that minting would make.

        Raises:
            SecurePyPIError: nothing can be found out; the error says why.
        """


@runtime_checkable
class KnowsConnections(Protocol):
    """What a provider may have beside `IndexProvider`, where a repository may take packages from a public index."""

    def connections(self, request: MintRequest) -> Sequence[Connection]:
        """Return the connections to public indexes that serve a repository. This runs in a child process, like `mint`.

        Args:
            request: the request that minting would make; its repository is the one that is looked at.

        Raises:
            SecurePyPIError: it cannot be found out; the error says why.
        """


@runtime_checkable
class KnowsCopiedCode(Protocol):
    """What a provider may have beside `IndexProvider`, where scripts are known to get its tokens by themselves."""

    def signs(self) -> Signs:
        """Return by what such code is known."""
