"""The repository of SageMaker's steps and roles; it must be CodeArtifact's, because their images know no other."""

from __future__ import annotations

from ..config import SecurePyPI
from ..core.errors import ConfigurationError
from ..core.providers.codeartifact.repository import Repository


def configured_repository(options: SecurePyPI) -> Repository:
    """Return the configured repository.

    Raises:
        NotConfigured: no repository is set.
        ConfigurationError: the repository belongs to another provider.
    """
    repository = options.require_repository()
    if not isinstance(repository, Repository):
        raise ConfigurationError(
            f"{repository} is not a CodeArtifact repository.",
            why="what SageMaker's images install from, and IAM lets read, is CodeArtifact",
            remedy="name one with `--repository-arn`, or as the step's ca_repository_arn",
        )
    return repository
