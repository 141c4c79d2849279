"""A repository of Artifact Registry in Terraform: a virtual one, what is behind it, and its members."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ...core.errors import ConfigurationError
from ...core.providers.artifact_registry.repository import Repository
from ..bindings import ROLES, binding
from .hcl import quoted, variable
from .templates import filled
from .wanted import Wanted

_REPOSITORY = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_OWN = "own"
# Of `Wanted`, what only CodeArtifact has.
_UNKNOWN = ("organization", "protect", "existing", "read_role", "promote_from", "version", "hashes")


def own(repository: Repository) -> str:
    """Return the id of the repository that holds what was published to the virtual one."""
    return f"{repository.name}-{_OWN}"


@dataclass(frozen=True)
class ArtifactRegistryPlan:
    """What is to be described.

    Attributes:
        repository: the virtual repository, which people install from.
        readers: members that install, such as ``group:data@acme.example``.
        writers: members that publish.
        remote: id of the repository that takes in from public PyPI, behind the virtual one; empty: none.
        command: what was typed, for the README.

    Raises:
        ConfigurationError: something is missing, or not valid.
    """

    repository: Repository
    readers: tuple[str, ...]
    writers: tuple[str, ...] = ()
    remote: str = ""
    command: str = ""

    def __post_init__(self) -> None:
        if not self.readers:
            raise ConfigurationError(
                "Nobody is named who may install.",
                remedy="add --readers group:NAME@DOMAIN, or another member",
            )
        binding("reader", self.repository, self.readers)
        if self.writers:
            binding("publisher", self.repository, self.writers)
        for name in filter(None, (own(self.repository), self.remote)):
            if not _REPOSITORY.fullmatch(name):
                raise ConfigurationError(
                    f"This is not the id of a repository: {name!r}.",
                    why="it has 1 to 63 lower-case letters, digits and dashes, with a letter first and no dash last",
                )
        if self.remote in (self.repository.name, own(self.repository)):
            raise ConfigurationError(
                f"{self.remote} is the name of another repository here.",
                remedy="give another name for what takes in from public PyPI, such as pypi-store",
            )


def described(repository: Repository, wanted: Wanted) -> dict[str, str]:
    """Return the files, name → text.

    Raises:
        ConfigurationError: something is missing, not valid, or unknown to Artifact Registry.
    """
    unknown = [name for name in _UNKNOWN if getattr(wanted, name)]
    if unknown or not wanted.studio:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in unknown or ["no_studio"])
        raise ConfigurationError(
            f"Artifact Registry has nothing that {names} could describe.",
            why="it has no package groups, no copies between repositories, and no Studio",
            remedy="leave it out; readers are members, such as group:NAME@DOMAIN or domain:DOMAIN",
        )
    plan = ArtifactRegistryPlan(
        repository,
        readers=wanted.readers,
        writers=wanted.writers,
        remote=wanted.upstream,
        command=wanted.command,
    )
    return artifact_registry(plan)


def artifact_registry(plan: ArtifactRegistryPlan) -> dict[str, str]:
    """Return the configuration, file name → text, as `terraform fmt` would leave it."""
    values = _values(plan)
    wanted = {"own": True, "remote": bool(plan.remote), "main": True, "writers": bool(plan.writers)}
    main = [filled(f"artifact_registry/{name}.tf", values) for name, one in wanted.items() if one]
    return {
        "versions.tf": filled("artifact_registry/versions.tf", values),
        "main.tf": "\n".join(main),
        "variables.tf": "\n".join(_variables(plan)),
        "outputs.tf": filled("artifact_registry/outputs.tf", values),
        "README.md": filled("artifact_registry/README.md", values),
    }


def _values(plan: ArtifactRegistryPlan) -> dict[str, str]:
    place = plan.repository
    published = replace(place, name=own(place))
    behind = filled("artifact_registry/behind.tf", {}) if plan.remote else ""
    reach = "reaches_public" if plan.remote else "reaches_nothing"
    names = {"NAME": place.name, "OWN_NAME": published.name, "REMOTE_NAME": plan.remote}
    return {
        **names,
        # Whoever publishes installs, too.
        "INSTALLING": "concat(var.readers, var.writers)" if plan.writers else "var.readers",
        "READER": quoted(ROLES["reader"]),
        "WRITER": quoted(ROLES["publisher"]),
        "PLACE": f"projects/{place.project}/locations/{place.location}/repositories",
        "PROJECT": quoted(place.project),
        "LOCATION": quoted(place.location),
        "REPOSITORY": quoted(place.name),
        "OWN": quoted(published.name),
        "REMOTE": quoted(plan.remote),
        "BEHIND": behind,
        "INDEX_URL": quoted(f"{place.endpoint_url}simple/"),
        "UPLOAD_URL": quoted(published.endpoint_url),
        "COMMAND": plan.command or "jupyter securepypi terraform",
        "REACH": filled(f"artifact_registry/{reach}.md", names),
        "WRITERS": "; `var.writers` publish" if plan.writers else "",
    }


def _variables(plan: ArtifactRegistryPlan) -> list[str]:
    found = [variable("readers", "Members that install", "list(string)", plan.readers)]
    if plan.writers:
        found.append(variable("writers", "Members that publish", "list(string)", plan.writers))
    return found
