"""A repository of Artifact Registry in Terraform: a virtual one, what is behind it, and its members."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...core.errors import ConfigurationError
from .hcl import quoted, variable
from .templates import filled

# Resource names and hosts: "Authenticate to Artifact Registry for Python package repositories", Google Cloud.
_NAME = re.compile(
    r"projects/(?P<project>[a-z][a-z0-9:.-]*)/locations/(?P<location>[a-z0-9-]+)/repositories/(?P<name>[a-z][a-z0-9-]{0,62})"
)
_URL = re.compile(
    r"https://(?P<location>[a-z0-9-]+)-python\.pkg\.dev/(?P<project>[a-z][a-z0-9:.-]*)/(?P<name>[a-z][a-z0-9-]{0,62})(/simple)?/?"
)
_REPOSITORY = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_MEMBER = re.compile(r"(user|group|serviceAccount|domain|principal|principalSet):\S+")
_OWN = "own"


@dataclass(frozen=True)
class Place:
    """Where a repository is.

    Attributes:
        project: id of the project.
        location: region or multi-region.
        name: id of the repository.
    """

    project: str
    location: str
    name: str

    @staticmethod
    def parse(text: str) -> Place | None:
        """Return the place that a resource name or an index URL says; None if it is neither."""
        found = _NAME.fullmatch(text) or _URL.fullmatch(text)
        return None if found is None else Place(found["project"], found["location"], found["name"])

    @property
    def own(self) -> str:
        """Id of the repository that holds what was published."""
        return f"{self.name}-{_OWN}"


@dataclass(frozen=True)
class ArtifactRegistryPlan:
    """What is to be described.

    Attributes:
        place: the virtual repository, which people install from.
        readers: members that install, such as ``group:data@acme.example``.
        writers: members that publish.
        remote: id of the repository that takes in from public PyPI, behind the virtual one; empty: none.
        command: what was typed, for the README.

    Raises:
        ConfigurationError: something is missing, or not valid.
    """

    place: Place
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
        for member in (*self.readers, *self.writers):
            if not _MEMBER.fullmatch(member):
                raise ConfigurationError(
                    f"This is not a member of a policy: {member!r}.",
                    why="everybody on the internet is not among those that can be let in here",
                    remedy="write user:, group:, serviceAccount: or domain: before the name",
                )
        for name in filter(None, (self.place.own, self.remote)):
            if not _REPOSITORY.fullmatch(name):
                raise ConfigurationError(
                    f"This is not the id of a repository: {name!r}.",
                    why="it has 1 to 63 lower-case letters, digits and dashes, with a letter first and no dash last",
                )
        if self.remote in (self.place.name, self.place.own):
            raise ConfigurationError(
                f"{self.remote} is the name of another repository here.",
                remedy="give another name for what takes in from public PyPI, such as pypi-store",
            )


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
    place = plan.place
    base = f"https://{place.location}-python.pkg.dev/{place.project}"
    behind = filled("artifact_registry/behind.tf", {}) if plan.remote else ""
    reach = "reaches_public" if plan.remote else "reaches_nothing"
    names = {"NAME": place.name, "OWN_NAME": place.own, "REMOTE_NAME": plan.remote}
    return {
        **names,
        "PLACE": f"projects/{place.project}/locations/{place.location}/repositories",
        "PROJECT": quoted(place.project),
        "LOCATION": quoted(place.location),
        "REPOSITORY": quoted(place.name),
        "OWN": quoted(place.own),
        "REMOTE": quoted(plan.remote),
        "BEHIND": behind,
        "INDEX_URL": quoted(f"{base}/{place.name}/simple/"),
        "UPLOAD_URL": quoted(f"{base}/{place.own}/"),
        "COMMAND": plan.command or "jupyter securepypi terraform",
        "REACH": filled(f"artifact_registry/{reach}.md", names),
        "WRITERS": "; `var.writers` publish" if plan.writers else "",
    }


def _variables(plan: ArtifactRegistryPlan) -> list[str]:
    found = [variable("readers", "Members that install", "list(string)", plan.readers)]
    if plan.writers:
        found.append(variable("writers", "Members that publish", "list(string)", plan.writers))
    return found
