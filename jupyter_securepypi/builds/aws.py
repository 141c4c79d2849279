"""What a CI job needs to know of a CodeArtifact repository."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..core.errors import ConfigurationError
from ..core.providers.codeartifact.repository import Repository as CodeArtifactRepository

if TYPE_CHECKING:
    from ..core.providers.base import Repository

PROVIDER = "codeartifact"
_ROLE = re.compile(r"arn:aws[a-z0-9-]*:iam::\d{12}:role/[\w+=,.@/-]+", re.ASCII)


def values(repository: Repository, role: str) -> dict[str, str]:
    """Return the values for the templates.

    Raises:
        ConfigurationError: `role` is not the ARN of one role.
    """
    if not isinstance(repository, CodeArtifactRepository):
        raise TypeError(f"{repository} is no CodeArtifact repository")
    if not _ROLE.fullmatch(role):
        raise ConfigurationError(
            f"A CI job cannot assume {role!r}." if role else "A CI job needs a role to assume.",
            why="the job has no identity in AWS but the role that trusts its OIDC token",
            remedy="name one with --role arn:aws:iam::ACCOUNT:role/NAME",
        )
    return {
        "ROLE": role,
        "REGION": repository.region,
        "DOMAIN": repository.domain,
        "OWNER": repository.owner,
    }
