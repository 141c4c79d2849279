"""A CodeArtifact repository in Terraform: its domain, its upstream, who is let in, and Studio's start script."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from ...core.errors import ConfigurationError
from ...core.providers.codeartifact.administration.blocking import DESCRIPTION
from ...core.providers.codeartifact.administration.group_pattern import OwnNames
from ...core.providers.codeartifact.repository import Repository
from ..policies import Grantee, PolicyPurpose, domain_arn, packages_arn
from . import codeartifact_readme as readme
from .hcl import References, quoted, variable
from .policy import encoded
from .studio import FILE, StartScript, lifecycle_config
from .templates import filled
from .wanted import DOMAIN, STORE

READ_ROLE = "SecurePyPIReadRole"
# RoleName in botocore's model of IAM.
_ROLE = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
# They stand for the lists of the variables while a policy is made, so that the policy refers to the variables.
_READERS, _WRITERS = (f"arn:aws:iam::000000000000:role/{name}" for name in ("readers", "writers"))


@dataclass(frozen=True)
class CodeArtifactPlan:
    """What is to be described.

    Attributes:
        repository: what people install from.
        readers: who installs: roles, users and accounts, or an organisation, or both.
        writers: ARNs of those that publish, too.
        store: name of the repository that takes in from public PyPI; empty: none.
        connected: the store is an upstream of the repository; else packages are promoted from it.
        own_names: names and patterns, such as ``acme-*``, for which nobody outside may answer.
        existing: what is there already, and described elsewhere; some of `EXISTING`.
        read_role: name of the role that readers assume.
        studio: the start script for Studio, or None.
        command: what was typed, for the README.

    Raises:
        ConfigurationError: something is missing, or not valid.
    """

    repository: Repository
    readers: Grantee
    writers: tuple[str, ...] = ()
    store: str = ""
    connected: bool = False
    own_names: tuple[str, ...] = ()
    existing: tuple[str, ...] = ()
    read_role: str = READ_ROLE
    studio: StartScript | None = None
    command: str = ""
    groups: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        if not self.readers.roles and not self.readers.organization_id:
            raise ConfigurationError(
                "Nobody is named who may install.",
                why="the policies and the read role's trust say who is let in",
                remedy="add --readers ARN..., or --organization o-...",
            )
        Grantee(self.writers)
        if not _ROLE.fullmatch(self.read_role):
            raise ConfigurationError(
                f"This is not the name of a role: {self.read_role!r}.",
                why="it has 1 to 64 letters, digits and characters of +=,.@_-",
            )
        if self.store:
            replace(self.repository, name=self.store)  # its name must be valid
        if self.store == self.repository.name:
            raise ConfigurationError(
                f"{self.store} cannot be its own upstream.",
                remedy="give another name for what takes in from public PyPI, such as pypi-store",
            )
        if STORE in self.existing and not self.store:
            raise ConfigurationError(
                "Nothing says which store exists.", remedy="add --upstream NAME, or --promote-from NAME"
            )
        groups = tuple(dict.fromkeys(OwnNames.of(one).group for one in self.own_names))
        object.__setattr__(self, "groups", groups)

    @property
    def makes_domain(self) -> bool:
        """Whether the domain is among what is described."""
        return DOMAIN not in self.existing

    @property
    def makes_store(self) -> bool:
        """Whether the store is among what is described."""
        return bool(self.store) and STORE not in self.existing

    @property
    def read_role_arn(self) -> str:
        """ARN of the role that readers assume."""
        return f"arn:{self.repository.partition}:iam::{self.repository.owner}:role/{self.read_role}"


def codeartifact(plan: CodeArtifactPlan) -> dict[str, str]:
    """Return the configuration, file name → text, as `terraform fmt` would leave it."""
    files = {
        "versions.tf": filled("codeartifact/versions.tf", _versions(plan)),
        "main.tf": "\n".join(_main(plan)),
        "variables.tf": "\n".join(_variables(plan)),
        "outputs.tf": filled("codeartifact/outputs.tf", {}),
        "README.md": readme.text(plan),
    }
    if plan.studio:
        files["outputs.tf"] += "\n" + filled("codeartifact/studio_output.tf", {})
        files[FILE] = plan.studio.text
    return files


def _versions(plan: CodeArtifactPlan) -> dict[str, str]:
    region = quoted(plan.repository.region)
    required = '    awscc = {\n      source  = "hashicorp/awscc"\n      version = ">= 1.0"\n    }\n'
    provider = f'\nprovider "awscc" {{\n  region = {region}\n}}\n'
    return {
        "REGION": region,
        "OWNER": quoted(plan.repository.owner),
        "AWSCC_REQUIRED": required if plan.groups else "",
        "AWSCC": provider if plan.groups else "",
    }


def _main(plan: CodeArtifactPlan) -> list[str]:
    values = _values(plan)
    names = {
        "domain": plan.makes_domain,
        "store": plan.makes_store,
        "repository": True,
        "own_names": bool(plan.groups),
        "read_role": True,
    }
    parts = [filled(f"codeartifact/{name}.tf", values) for name, wanted in names.items() if wanted]
    if plan.studio:
        path = f'"${{path.module}}/{FILE}"'
        parts.append(lifecycle_config(plan.studio.name, plan.studio.app_type, path))
    return parts


def _values(plan: CodeArtifactPlan) -> dict[str, str]:
    repository = plan.repository
    main = "aws_codeartifact_domain.main"
    store = "aws_codeartifact_repository.store.repository" if plan.makes_store else quoted(plan.store)
    upstream = f"\n  upstream {{\n    repository_name = {store}\n  }}\n"
    purpose = PolicyPurpose(
        repository,
        grantee=replace(plan.readers, roles=(_READERS,) if plan.readers.roles else ()),
        writers=(_WRITERS,) if plan.writers else (),
    )
    references = _references(plan)
    return {
        "DOMAIN": quoted(repository.domain),
        "KEY_DESCRIPTION": quoted(f"Packages of the CodeArtifact domain {repository.domain}"),
        "DOMAIN_NAME": f"{main}.domain" if plan.makes_domain else quoted(repository.domain),
        "DOMAIN_OWNER": f"{main}.owner" if plan.makes_domain else quoted(repository.owner),
        "DOMAIN_POLICY": encoded("domain-policy", purpose, references),
        "STORE": quoted(plan.store),
        "REPOSITORY": quoted(repository.name),
        "UPSTREAM": upstream if plan.connected else "",
        "REPOSITORY_POLICY": encoded("repository-policy", purpose, references),
        "GROUP_DESCRIPTION": quoted(DESCRIPTION),
        "ROLE": quoted(plan.read_role),
        "ROLE_DESCRIPTION": quoted(f"Installs Python packages from {repository}"),
        "TRUST": encoded("read-role-trust", purpose, references),
        "READER": encoded("reader", purpose, references),
    }


def _references(plan: CodeArtifactPlan) -> References:
    repository, main = plan.repository, "aws_codeartifact_repository.main.arn"
    packages = packages_arn(repository).removeprefix(repository.arn.replace(":repository/", ":package/", 1))
    texts = {
        repository.arn: main,
        packages_arn(repository): f'"${{replace({main}, ":repository/", ":package/")}}{packages}"',
    }
    if plan.makes_domain:
        texts[domain_arn(repository)] = "aws_codeartifact_domain.main.arn"
    if plan.readers.organization_id:
        texts[plan.readers.organization_id] = "var.organization_id"
    return References(texts, {_READERS: "var.readers", _WRITERS: "var.writers"})


def _variables(plan: CodeArtifactPlan) -> list[str]:
    texts, found = "list(string)", []
    if plan.readers.roles:
        what = "Who installs: ARNs of roles, users and accounts"
        found.append(variable("readers", what, texts, plan.readers.roles, _not_empty("readers")))
    if plan.readers.organization_id:
        only = "Readers must belong to it" if plan.readers.roles else "Whose members install"
        what = f"{only}: id of an organisation"
        found.append(variable("organization_id", what, "string", plan.readers.organization_id))
    if plan.writers:
        what = "Who also publishes: ARNs of roles, users and accounts"
        found.append(variable("writers", what, texts, plan.writers, _not_empty("writers")))
    if plan.groups:
        what = "Package groups that nobody outside the domain may answer for"
        found.append(variable("own_names", what, texts, plan.groups))
    if plan.makes_domain:
        what = "Days until a key that was scheduled for deletion is gone, and every package with it"
        found.append(variable("key_deletion_days", what, "number", 30))
    return found


def _not_empty(name: str) -> str:
    return (
        f"\n  validation {{\n    condition     = length(var.{name}) > 0\n"
        '    error_message = "Name at least one: AWS takes no policy without a principal."\n  }\n'
    )
