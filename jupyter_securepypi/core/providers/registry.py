"""The known providers, one line each; a provider that is registered later comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Mapping, Protocol, Tuple, runtime_checkable

from ..errors import ConfigurationError
from .artifact_registry.provider import ArtifactRegistry
from .codeartifact.provider import CodeArtifact
from .plain import Plain

if TYPE_CHECKING:
    from .base import IndexProvider, Repository


@runtime_checkable
class NamedInParts(Protocol):
    """What a provider may have beside its interface, where variables of its own name repository and role in parts.

    Jobs need this, and not the whole of `base`.
    """

    def repository_in(self, environ: Mapping[str, str], other: str) -> Tuple[str, str]:
        """Return the id of the repository that they name, and the variables in words; two empty strings for none.

        Args:
            environ: the variables.
            other: the text that names the repository as a whole, which counts then.

        Raises:
            ConfigurationError: they are not complete, or contradict `other`.
        """

    def role_in(self, environ: Mapping[str, str], other: str) -> Tuple[str, str]:
        """Return the role that they name, and the variable; `other` and the errors are as for `repository_in`."""


PROVIDERS: List[IndexProvider] = [
    CodeArtifact(),
    ArtifactRegistry(),
    Plain(),
]


def register(provider: IndexProvider) -> None:
    """Register a provider in this process, ahead of the others; it replaces one of the same name.

    A third-party provider registers itself when its module is imported; the process that mints imports the module.
    """
    PROVIDERS[:] = [provider, *(one for one in PROVIDERS if one.name != provider.name)]


def by_name(name: str) -> IndexProvider:
    """Return the provider called `name`.

    Raises:
        ConfigurationError: there is none; a bundle may have been written without it.
    """
    for provider in PROVIDERS:
        if provider.name == name:
            return provider
    known = ", ".join(provider.name for provider in PROVIDERS)
    raise ConfigurationError(f"There is no provider {name!r} here.", remedy=f"the providers are {known}")


def provider_of(repository: Repository) -> IndexProvider:
    """Return the provider that a repository belongs to."""
    return by_name(repository.provider)


def token_logins() -> List[str]:
    """Return the user names that only go with minted tokens."""
    return [provider.login for provider in PROVIDERS if provider.mints]


def is_index_host(host: str) -> bool:
    """Return whether `host` looks like an index host of a provider, ours or another company's."""
    return any(provider.serves(host) for provider in PROVIDERS)


def repository_in_parts(environ: Mapping[str, str], other: str = "") -> Tuple[str, str]:
    """Return the id of the repository that `environ` names in parts, and the variables in words; or empty strings.

    Args:
        environ: the variables.
        other: the text that names the repository as a whole, which counts then.

    Raises:
        ConfigurationError: parts are missing, or contradict `other`.
    """
    found = (one.repository_in(environ, other) for one in PROVIDERS if isinstance(one, NamedInParts))
    return next((one for one in found if one[0]), ("", ""))


def role_in_parts(environ: Mapping[str, str], other: str = "") -> Tuple[str, str]:
    """Return the role that `environ` names in parts, and the variable; the rest is as for `repository_in_parts`."""
    found = (one.role_in(environ, other) for one in PROVIDERS if isinstance(one, NamedInParts))
    return next((one for one in found if one[0]), ("", ""))


def repository_of(text: str) -> Repository:
    """Return the repository that `text` names, by the first provider that claims it.

    Raises:
        ConfigurationError: it says what is wrong with `text`.
    """
    text = text.strip()
    for provider in PROVIDERS:
        if provider.claims(text):
            return provider.repository(text)
    known = ", ".join(provider.name for provider in PROVIDERS)
    if "://" in text:  # not shown: it may hold a password
        raise ConfigurationError(
            "No provider here knows the index URL.",
            why=f"the providers here are {known}",
            remedy="give a repository's ARN; a bundle for any index is written with `bundle --provider plain`",
        )
    try:
        return PROVIDERS[0].repository(text)
    except ConfigurationError as error:
        why = "; ".join(filter(None, [error.why, f"the providers here are {known}"]))
        raise error.reworded(why, error.remedy) from None
