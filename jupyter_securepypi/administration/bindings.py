"""Who may do what at Artifact Registry: bindings of Google's own roles to members, on one repository or account.

Roles, their permissions and the forms of members are those of the IAM documentation ("Artifact Registry roles",
"Principal identifiers"). Terraform, the gcloud commands and the JSON all come from `bindings`.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..core.errors import ConfigurationError
from ..core.providers.artifact_registry.mint import account_of
from ..core.providers.artifact_registry.repository import Repository

ROLES = {
    "reader": "roles/artifactregistry.reader",
    "publisher": "roles/artifactregistry.writer",
    "impersonator": "roles/iam.serviceAccountTokenCreator",
}
"""Google's role for each kind of policy: install, install and publish, and be the service account that installs."""
# Everybody on the internet is no member that a private index has.
_MEMBER = re.compile(
    r"(user|serviceAccount|group):[^\s:/@]+@[^\s:/@]+|domain:[^\s:/@]+\.[^\s:/@]+|principal(Set)?://iam\.googleapis\.com/\S+"
)


@dataclass(frozen=True)
class Binding:
    """A role for members.

    Attributes:
        kind: a key of `ROLES`.
        members: in IAM's form, such as ``group:data@example.com``.
        repository: the repository that it is about.
        account: the service account that it is about instead, for ``impersonator``; else empty.
    """

    kind: str
    members: tuple[str, ...]
    repository: Repository
    account: str = ""

    @property
    def role(self) -> str:
        """Google's name of the role."""
        return ROLES[self.kind]


def binding(kind: str, repository: Repository, members: Sequence[str], account: str = "") -> Binding:
    """Return the binding of `kind`.

    Args:
        kind: a key of `ROLES`.
        repository: the repository.
        members: who gets the role; for those who install, by default the service account.
        account: the service account that is impersonated to install; empty for none.

    Raises:
        ConfigurationError: there is no such kind, nobody is named, or a member is none.
    """
    if kind not in ROLES:
        raise ConfigurationError(
            f"There is no policy {kind!r} for Artifact Registry.", remedy=f"there are {', '.join(ROLES)}"
        )
    account = account_of(account)
    impersonates = kind == "impersonator"
    if impersonates and not account:
        raise ConfigurationError(
            "Nothing says which service account is to be impersonated.",
            remedy="add --role-arn NAME@PROJECT.iam.gserviceaccount.com, or set role_arn",
        )
    chosen = tuple(dict.fromkeys(members))
    if not chosen and account and kind == "reader":
        chosen = (f"serviceAccount:{account}",)
    if not chosen:
        raise ConfigurationError(
            "Nobody is named whom this binding would let in.",
            remedy="add --member group:…, user:…, serviceAccount:… or principalSet://…",
        )
    for member in chosen:
        if not _MEMBER.fullmatch(member):
            raise ConfigurationError(
                f"This is not a member whom a private index lets in: {member!r}.",
                why="allUsers and allAuthenticatedUsers mean everybody" if member.startswith("all") else "",
                remedy="write user:E-MAIL, group:E-MAIL, serviceAccount:E-MAIL, domain:NAME or principalSet://…",
            )
    return Binding(kind, chosen, repository, account if impersonates else "")


def as_json(found: Binding) -> dict[str, Any]:
    """Return the policy that holds the binding (IAM REST reference, `Policy`)."""
    return {"bindings": [{"role": found.role, "members": list(found.members)}]}


def as_commands(found: Binding) -> str:
    """Return the commands that add the binding to what there is, one line for each member."""
    repository = found.repository
    if found.account:
        start = ["gcloud", "iam", "service-accounts", "add-iam-policy-binding", found.account]
        project = found.account.partition("@")[2].removesuffix(".iam.gserviceaccount.com")
        place = [f"--project={project}"] if "." not in project else []
    else:
        start = ["gcloud", "artifacts", "repositories", "add-iam-policy-binding", repository.name]
        place = [f"--project={repository.project}", f"--location={repository.location}"]
    return "\n".join(
        shlex.join([*start, *place, f"--member={member}", f"--role={found.role}"]) for member in found.members
    )
