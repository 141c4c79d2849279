"""IAM policies with only the rights that the secure index needs: the one source of all that we print.

Actions, resource types and condition keys come from the service authorization reference for CodeArtifact and STS.
Access from another account also needs the owner's resource policies (CodeArtifact user guide, "Domain policies"
and "Repository policies").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..core.errors import ConfigurationError
from ..core.providers.codeartifact.mint import expand_role
from ..core.providers.codeartifact.repository import Repository

Statement = dict[str, Any]
_PRINCIPAL = re.compile(r"arn:aws(-[a-z0-9]+)*:iam::\d{12}:(root|(role|user)/[\w+=,.@/-]{1,512})", re.ASCII)
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")  # Organization id in the API reference of AWS Organizations


@dataclass(frozen=True)
class Grantee:
    """The grantee of a resource or trust policy: roles, an organisation, or roles of an organisation.

    Raises:
        ConfigurationError: an ARN or an id is not valid.
    """

    roles: tuple[str, ...] = ()
    organization_id: str = ""

    def __post_init__(self) -> None:
        for role in self.roles:
            if not _PRINCIPAL.fullmatch(role):
                raise ConfigurationError(
                    f"This is not the ARN of a role, a user or an account: {role!r}.",
                    remedy="write arn:aws:iam::ACCOUNT:role/NAME, several with commas between them",
                )
        if self.organization_id and not _ORGANIZATION.fullmatch(self.organization_id):
            raise ConfigurationError(
                f"This is not the id of an organisation: {self.organization_id!r}.",
                remedy="`aws organizations describe-organization` prints it; it starts with o-",
            )

    def statement(self, sid: str, actions: Sequence[str], resource: str = "") -> Statement:
        """Return a statement that allows `actions` to the grantee.

        Raises:
            ConfigurationError: the grantee is empty.
        """
        if not self.roles and not self.organization_id:
            raise ConfigurationError(
                "Nobody is named whom this policy would let in.",
                why="a policy of a resource or a role says who may use it",
                remedy="add --roles ARN,ARN or --organization-id o-...",
            )
        found: Statement = {"Sid": sid, "Effect": "Allow"}
        found["Principal"] = {"AWS": list(self.roles) or "*"}
        found["Action"] = list(actions)
        if resource:
            found["Resource"] = resource
        if self.organization_id:
            found["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": self.organization_id}}
        return found


@dataclass(frozen=True)
class PolicyPurpose:
    """The subject of a policy.

    Attributes:
        repository: the repository to install from, publish to, promote to or protect.
        role_arn: ARN or template of the role that is assumed first; empty: none.
        account: the caller's account, if the template needs it; empty: any account, limited by a condition.
        upstreams: repositories of the same or another domain that are also read directly; those to promote from; those
            that the one to protect takes packages from.
        grantee: the grantee of resource and trust policies.
        writers: ARNs of those that the owner's policies also let publish.

    Raises:
        ConfigurationError: the ARN of a writer is not valid.
    """

    repository: Repository
    role_arn: str = ""
    account: str = ""
    upstreams: tuple[Repository, ...] = ()
    grantee: Grantee = Grantee()
    writers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        Grantee(self.writers)

    @property
    def readers_and_writers(self) -> Grantee:
        """All who install: whoever publishes does so, too."""
        if self.grantee.organization_id and not self.grantee.roles:
            return self.grantee  # its members, the writers among them
        return replace(self.grantee, roles=tuple(dict.fromkeys([*self.grantee.roles, *self.writers])))


def document(kind: str, purpose: PolicyPurpose) -> dict[str, Any]:
    """Return the policy document of `kind`, a key of `KINDS`.

    Raises:
        ConfigurationError: if something is missing that the kind needs.
    """
    return {"Version": "2012-10-17", "Statement": KINDS[kind].statements(purpose)}


def _reader(purpose: PolicyPurpose) -> list[Statement]:
    repositories = list(dict.fromkeys([purpose.repository, *purpose.upstreams]))
    domains = list(dict.fromkeys(domain_arn(repository) for repository in repositories))
    return [
        _allow("GetTokens", ["GetAuthorizationToken"], domains),
        {
            "Sid": "BearTokens",
            "Effect": "Allow",
            "Action": "sts:GetServiceBearerToken",
            "Resource": "*",
            "Condition": {"StringEquals": {"sts:AWSServiceName": "codeartifact.amazonaws.com"}},
        },
        _allow(
            "ReadPackages",
            ["GetRepositoryEndpoint", "ReadFromRepository"],
            [repository.arn for repository in repositories],
        ),
    ]


def _publisher(purpose: PolicyPurpose) -> list[Statement]:
    # Python needs no more than this. PutPackageMetadata is no operation of the API: Maven's publishers need it, and
    # whoever sets npm's tags (CodeArtifact user guide, "Publishing permissions" and "Permissions reference").
    return [
        *_reader(purpose),
        _allow("PublishPackages", ["PublishPackageVersion"], [packages_arn(purpose.repository)]),
    ]


def _promoter(purpose: PolicyPurpose) -> list[Statement]:
    if not purpose.upstreams:
        raise ConfigurationError(
            "Nothing says which repository is promoted from.",
            why="a promoter reads one repository, and copies to another",
            remedy="add --from ARN; --repository-arn, or the configured one, is what is copied to",
        )
    source, *others = purpose.upstreams
    to = purpose.repository
    return [
        *_reader(replace(purpose, repository=source, upstreams=tuple(others))),
        # "Copy packages between repositories", user guide: on the repository and on the package.
        _allow("CopyPackages", ["CopyPackageVersions"], [to.arn, packages_arn(to)]),
        _allow("LookAtRepository", ["DescribeRepository"], [to.arn]),
        _allow("LookAtPackages", ["ListPackageVersions", "ListPackageVersionAssets"], [packages_arn(to)]),
    ]


def _protector(purpose: PolicyPurpose) -> list[Statement]:
    repositories = list(dict.fromkeys([purpose.repository, *purpose.upstreams]))
    groups = domain_arn(purpose.repository).replace(":domain/", ":package-group/", 1)
    return [
        _allow(
            "LookAtRepositories",
            ["DescribeRepository", "ListPackages"],
            [repository.arn for repository in repositories],
        ),
        _allow("LookAtPackages", ["ListPackageVersions"], [packages_arn(one) for one in repositories]),
        _allow("BlockUpstreams", ["PutPackageOriginConfiguration"], [packages_arn(purpose.repository)]),
        # Before it has a group of its own, a name belongs to the domain's root group, which is `/*`.
        _allow("LookAtGroups", ["GetAssociatedPackageGroup", "DescribePackageGroup"], [f"{groups}/*"]),
        # The service authorization reference knows no resource of it.
        _allow("CreateGroups", ["CreatePackageGroup"], ["*"]),
        _allow("BlockGroups", ["UpdatePackageGroupOriginConfiguration"], [f"{groups}/pypi//*"]),
    ]


def _allow(sid: str, names: Sequence[str], resources: list[str]) -> Statement:
    actions = [f"codeartifact:{name}" for name in names]
    return {"Sid": sid, "Effect": "Allow", "Action": _one(actions), "Resource": _one(resources)}


def packages_arn(repository: Repository) -> str:
    """Return the ARN of all Python packages of `repository`: FORMAT/NAMESPACE/NAME, and they have no namespace."""
    return f"{repository.arn.replace(':repository/', ':package/', 1)}/pypi//*"


def _execution_role(purpose: PolicyPurpose) -> list[Statement]:
    # SageMaker's own containers assume no role, so the execution role also needs the reader's rights.
    return [*_reader(purpose), *([_assume(purpose)] if purpose.role_arn else [])]


def _assume(purpose: PolicyPurpose) -> Statement:
    template, partition = purpose.role_arn, purpose.repository.partition
    expand_role(template, account_id=purpose.account or "111122223333", partition=partition)
    statement: Statement = {"Sid": "AssumeReadRole", "Effect": "Allow", "Action": "sts:AssumeRole"}
    if purpose.account or "{account_id}" not in template:
        statement["Resource"] = expand_role(template, account_id=purpose.account, partition=partition)
        return statement
    account, _, path = template.partition(":role/")
    # IAM fills in variables only after the fifth colon; before it, a condition must limit the account.
    path = path.replace("{account_id}", "${aws:PrincipalAccount}")
    if "{account_id}" in account:
        account = account.replace("{account_id}", "*")
        statement["Condition"] = {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}
    statement["Resource"] = f"{account}:role/{path}".replace("{partition}", partition)
    return statement


def _trust(purpose: PolicyPurpose) -> list[Statement]:
    return [purpose.grantee.statement("AssumeReadRole", ["sts:AssumeRole"])]


def _domain_policy(purpose: PolicyPurpose) -> list[Statement]:
    grantee = purpose.readers_and_writers
    bearer = grantee.statement("BearTokens", ["sts:GetServiceBearerToken"], "*")
    conditions = bearer.setdefault("Condition", {}).setdefault("StringEquals", {})
    conditions["sts:AWSServiceName"] = "codeartifact.amazonaws.com"
    arn = domain_arn(purpose.repository)
    return [grantee.statement("GetTokens", ["codeartifact:GetAuthorizationToken"], arn), bearer]


def _repository_policy(purpose: PolicyPurpose) -> list[Statement]:
    # The domain's ARN must not be in it: CodeArtifact refuses that.
    actions = ["codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"]
    found = [purpose.readers_and_writers.statement("ReadPackages", actions, purpose.repository.arn)]
    if purpose.writers:
        publish = ["codeartifact:PublishPackageVersion"]
        writers = replace(purpose.grantee, roles=purpose.writers)
        found.append(writers.statement("PublishPackages", publish, packages_arn(purpose.repository)))
    return found


def domain_arn(repository: Repository) -> str:
    """Return the ARN of the domain of `repository`."""
    return repository.arn.rpartition("/")[0].replace(":repository/", ":domain/", 1)


def _one(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


@dataclass(frozen=True)
class Kind:
    """A kind of policy: its purpose and its statements."""

    purpose: str
    statements: Callable[[PolicyPurpose], list[Statement]]


KINDS = {
    "reader": Kind("install packages", _reader),
    "publisher": Kind("install and publish packages", _publisher),
    "promoter": Kind("promote packages from another repository of the domain", _promoter),
    "protector": Kind("keep upstreams from answering for own names", _protector),
    "execution-role": Kind(
        "what a SageMaker execution role needs: read, and assume the configured role", _execution_role
    ),
    "read-role-trust": Kind("who may assume the read role", _trust),
    "domain-policy": Kind("the domain's own policy, for readers in other accounts", _domain_policy),
    "repository-policy": Kind("the repository's own policy, for readers in other accounts", _repository_policy),
}
