"""The repositories that an administrator names: by their names in the configured domain, or by their ARNs."""

from __future__ import annotations

from dataclasses import replace

from ..config import SecurePyPI
from ..core.errors import ConfigurationError
from ..core.providers import base
from ..core.providers.codeartifact.repository import Repository
from ..core.providers.registry import repository_of


def configured(options: SecurePyPI) -> Repository:
    """Return the configured repository.

    Raises:
        NotConfigured: no repository is set.
        ConfigurationError: it is of another provider.
    """
    repository = options.require_repository()
    if not isinstance(repository, Repository):
        raise ConfigurationError(
            f"{repository} is not a CodeArtifact repository.",
            why="only CodeArtifact copies packages between repositories, and keeps upstreams from answering",
            remedy="name one by its ARN, or configure one",
        )
    return repository


def named(text: str, options: SecurePyPI) -> Repository:
    """Return the repository `text`: an ARN, an index URL, or a name in the domain of the configured repository.

    Raises:
        NotConfigured: it is a name, and no repository is set.
        ConfigurationError: it names none.
    """
    if ":" in text:
        return Repository.parse(text)
    return replace(configured(options), name=text)


def any_named(text: str, options: SecurePyPI) -> base.Repository:
    """Return the repository `text`, of any provider: its id or its index URL, or a name in the configured domain.

    Raises:
        NotConfigured: it is a name, and no repository is set.
        ConfigurationError: it names none.
    """
    return repository_of(text) if ":" in text or "/" in text else named(text, options)


def of_one_domain(source: Repository, destination: Repository) -> None:
    """Check that versions can be copied from `source` to `destination`.

    Raises:
        ConfigurationError: they are the same, or belong to two domains.
    """
    if source == destination:
        raise ConfigurationError(
            f"There is nothing to promote from {source} to itself.", remedy="name two repositories"
        )
    if replace(source, name=destination.name) != destination:
        raise ConfigurationError(
            f"{source.arn} and {destination.arn} belong to two domains.",
            why="CodeArtifact copies packages within one domain only",
            remedy="publish them to the other domain instead",
        )


def acting(options: SecurePyPI, role: str | None, repository: base.Repository | None = None) -> SecurePyPI:
    """Return `options` for another role, or for another repository.

    Args:
        options: those in force; they stay as they are.
        role: ARN or template of the role to assume; empty for the administrator's own credentials; None as configured.
        repository: what a token is for; None as configured.
    """
    values = {name: getattr(options, name) for name in SecurePyPI.class_trait_names(config=True)}
    if role is not None:
        values["role_arn"] = role
    if repository is not None:
        values["repository"] = repository.id
    found = SecurePyPI(**values)
    found.locks = options.locks
    return found
