"""A repository in Terraform; that of CodeArtifact with the lifecycle configuration that rolls it out in Studio."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .._version import __version__
from ..administration.policies import Grantee
from ..administration.terraform import artifact_registry
from ..administration.terraform.codeartifact import READ_ROLE, CodeArtifactPlan, codeartifact
from ..administration.terraform.studio import StartScript
from ..administration.terraform.wanted import Wanted
from ..core.errors import ConfigurationError
from ..core.providers.artifact_registry.repository import Repository as GoogleRepository
from ..core.providers.codeartifact.repository import Repository
from . import lifecycle

if TYPE_CHECKING:
    from ..core.providers.base import Repository as AnyRepository


def in_terraform(repository: AnyRepository, wanted: Wanted) -> dict[str, str]:
    """Return the files that describe a repository of any kind that can be described, name → text.

    Raises:
        ConfigurationError: something is missing, not valid, or not described here.
    """
    if isinstance(repository, GoogleRepository):
        return artifact_registry.described(repository, wanted)
    if not isinstance(repository, Repository):
        raise ConfigurationError(
            f"{repository} is neither a CodeArtifact repository nor one of Artifact Registry.",
            why="other indexes are not described in Terraform here",
            remedy="name one with --repository",
        )
    plan = CodeArtifactPlan(
        repository,
        readers=Grantee(wanted.readers, wanted.organization),
        writers=wanted.writers,
        store=wanted.upstream or wanted.promote_from,
        connected=bool(wanted.upstream),
        own_names=wanted.protect,
        existing=wanted.existing,
        read_role=wanted.read_role or READ_ROLE,
        command=wanted.command,
    )
    return codeartifact(replace(plan, studio=_studio(plan, wanted)) if wanted.studio else plan)


def _studio(plan: CodeArtifactPlan, wanted: Wanted) -> StartScript:
    start = lifecycle.StartScript(
        repository=plan.repository,
        version=wanted.version or __version__,
        hashes=wanted.hashes,
        role_arn=plan.read_role_arn,
    )
    script = start.render()
    return StartScript(lifecycle.config_name(script, start.app_type), start.app_type, script)
