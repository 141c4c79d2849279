"""The accounts, roles, domains and repositories that exist: moto holds IAM, this holds CodeArtifact."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from ..core.providers.codeartifact.repository import Repository
from .callers import CALLER_ROLES
from .errors import AwsError
from .storage import Storage

PARTNER = "675292366480"
# The partner's account number if the home account already has PARTNER's: AWS's own example account.
OTHER_PARTNER = "111122223333"

_READ = {
    "Effect": "Allow",
    "Action": [
        "codeartifact:GetAuthorizationToken",
        "codeartifact:GetRepositoryEndpoint",
        "codeartifact:ReadFromRepository",
        "codeartifact:Describe*",
        "codeartifact:List*",
    ],
    "Resource": "*",
}
_BEARER = {
    "Effect": "Allow",
    "Action": "sts:GetServiceBearerToken",
    "Resource": "*",
    "Condition": {"StringEquals": {"sts:AWSServiceName": "codeartifact.amazonaws.com"}},
}
_PUBLISH = {
    "Effect": "Allow",
    "Action": "codeartifact:PublishPackageVersion",
    "Resource": "*",
}
# moto has one IAM state per process: the first emulator finds it empty, and emulators build one at a time.
_IAM_LOCK = threading.Lock()
_open_worlds = 0


@dataclass(frozen=True)
class Domain:
    """A CodeArtifact domain; ``policy`` is its resource policy or None."""

    name: str
    owner: str
    region: str
    partition: str
    policy: Mapping[str, Any] | None = None
    created: float = field(default_factory=time.time)

    @property
    def arn(self) -> str:
        """The domain's ARN."""
        return f"arn:{self.partition}:codeartifact:{self.region}:{self.owner}:domain/{self.name}"

    @property
    def encryption_key(self) -> str:
        """ARN of the key that a real domain would be encrypted with."""
        return f"arn:{self.partition}:kms:{self.region}:{self.owner}:key/00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Repo:
    """A repository of a domain, and the folder of its files."""

    domain: Domain
    name: str
    storage: Storage
    created: float = field(default_factory=time.time)

    @property
    def policy(self) -> Mapping[str, Any] | None:
        """The repository's resource policy, which admits the same accounts as its domain."""
        return self.domain.policy

    @property
    def arn(self) -> str:
        """The repository's ARN."""
        return self.domain.arn.replace(":domain/", ":repository/") + f"/{self.name}"

    def package_arn(self, package: str) -> str:
        """Return the ARN of `package`, whose namespace is empty for Python."""
        return self.domain.arn.replace(":domain/", ":package/") + f"/{self.name}/pypi//{package}"

    @property
    def path(self) -> str:
        """The repository's path below the endpoint, in the form for a VPC endpoint without private DNS."""
        return f"/d/{self.domain.name}-{self.domain.owner}/pypi/{self.name}"

    def __str__(self) -> str:
        return f"{self.domain.name}/{self.name}"


class World:
    """The accounts, roles, domains and repositories around the repository `home`.

    There are two accounts: the one of `home`, and a partner; both share packages with each other. There are three
    domains: the one of `home`, with a second repository; the partner's; and ``island``, which is closed to other
    accounts.
    """

    def __init__(self, home: Repository, folder: Path) -> None:
        self.home = home
        self.partner = PARTNER if home.owner != PARTNER else OTHER_PARTNER
        self._folder = folder
        self._domains: dict[tuple[str, str, str], Domain] = {}
        self._repositories: dict[tuple[str, str], Repo] = {}
        self._seed_domains()
        global _open_worlds
        with _IAM_LOCK:
            if not _open_worlds:
                for account in self.accounts:
                    iam_backends[account][home.partition].reset()
                    sts_backends[account][home.partition].reset()
            _open_worlds += 1
            self._seed_roles()

    def close(self) -> None:
        """Release moto's state: the next world that opens alone resets it."""
        global _open_worlds
        with _IAM_LOCK:
            _open_worlds -= 1

    @property
    def accounts(self) -> tuple[str, str]:
        """The two accounts, the default caller's first."""
        return self.home.owner, self.partner

    @property
    def role_template(self) -> str:
        """A role ARN template that the default caller may assume."""
        return f"arn:{{partition}}:iam::{{account_id}}:role/SecurePyPIReadRole_{self.partner}"

    def repositories(self) -> list[Repo]:
        """Return every repository."""
        return list(self._repositories.values())

    def repositories_of(self, domain: Domain) -> list[Repo]:
        """Return the repositories of `domain`."""
        return [repo for repo in self._repositories.values() if repo.domain == domain]

    def domains_in(self, region: str, owner: str) -> list[Domain]:
        """Return the domains that `owner` has in `region`."""
        return [domain for (where, who, _), domain in self._domains.items() if (where, who) == (region, owner)]

    def domain(self, region: str, owner: str, name: str) -> Domain:
        """Return a domain.

        Raises:
            AwsError: there is no domain with that name, owner and region.
        """
        found = self._domains.get((region, owner, name))
        if found is None:
            raise AwsError(
                "ResourceNotFoundException",
                f"Domain not found. Domain '{name}' owned by account '{owner}' does not exist",
                404,
                {"resourceId": f"{owner}/{name}", "resourceType": "domain"},
            )
        return found

    def repository(self, domain: Domain, name: str) -> Repo:
        """Return a repository of `domain`.

        Raises:
            AwsError: there is no repository of that name.
        """
        found = self._repositories.get((domain.arn, name))
        if found is None:
            raise AwsError(
                "ResourceNotFoundException",
                f"Repository not found. Repository '{name}' in domain '{domain.name}' "
                f"owned by account '{domain.owner}' does not exist",
                404,
                {"resourceId": f"{domain.owner}/{domain.name}/{name}", "resourceType": "repository"},
            )
        return found

    def at(self, path: str) -> tuple[Repo, str] | None:
        """Return the repository of an index path and the rest of the path, or None."""
        match = re.fullmatch(r"/d/(?P<domain>[^/]+)-(?P<owner>\d{12})/pypi/(?P<name>[^/]+)(?P<rest>/.*)?", path)
        if match is None:
            return None
        for repo in self._repositories.values():
            if (repo.domain.name, repo.domain.owner, repo.name) == match.group("domain", "owner", "name"):
                return repo, match["rest"] or "/"
        return None

    def _seed_domains(self) -> None:
        home = self.home
        self._add(home.domain, home.owner, [home.name, "team-pypi"], open_to=self.partner)
        self._add("partner", self.partner, ["partner-pypi"], open_to=home.owner)
        self._add("island", home.owner, ["island-pypi"])

    def _add(self, name: str, owner: str, repositories: list[str], open_to: str = "") -> None:
        policy = None
        if open_to:
            reader = {"AWS": f"arn:{self.home.partition}:iam::{open_to}:root"}
            policy = {"Version": "2012-10-17", "Statement": [{**_READ, "Principal": reader}]}
        key = (self.home.region, owner, name)
        domain = self._domains.setdefault(
            key, Domain(name, owner, self.home.region, self.home.partition, policy)
        )
        for repository in dict.fromkeys(repositories):
            folder = self._folder / f"{name}-{owner}" / repository
            folder.mkdir(parents=True, exist_ok=True)
            self._repositories[domain.arn, repository] = Repo(domain, repository, Storage(folder))

    def _seed_roles(self) -> None:
        partition, home, partner = self.home.partition, self.home.owner, self.partner
        trust_home = {"AWS": f"arn:{partition}:iam::{home}:root"}
        trust_partner = {"AWS": f"arn:{partition}:iam::{partner}:root"}
        assume = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": f"arn:{partition}:iam::*:role/SecurePyPI*",
        }
        self._role(
            home,
            CALLER_ROLES["reader"],
            {"Service": "sagemaker.amazonaws.com"},
            [_READ, _BEARER, assume],
            hours=12,
        )
        self._role(home, f"SecurePyPIReadRole_{partner}", trust_home, [_READ, _BEARER])
        self._role(partner, f"SecurePyPIReadRole_{home}", trust_home, [_READ, _BEARER])
        self._role(home, "SecurePyPIPublishRole", trust_home, [_READ, _BEARER, _PUBLISH])
        self._role(home, "SecurePyPINobodyRole", trust_home, [])
        self._role(home, "AdministratorRole", trust_home, [{"Effect": "Allow", "Action": "*", "Resource": "*"}])
        self._role(home, "SecurePyPIForeignRole", trust_partner, [_READ, _BEARER])

    def _role(
        self, account: str, name: str, trust: dict[str, str], statements: list[dict[str, Any]], hours: int = 1
    ) -> None:
        backend = iam_backends[account][self.home.partition]
        for role in [role for role in backend.get_roles() if role.name == name]:
            del backend.roles[role.id]
        document = {"Effect": "Allow", "Principal": trust, "Action": "sts:AssumeRole"}
        role = backend.create_role(
            role_name=name,
            assume_role_policy_document=json.dumps({"Version": "2012-10-17", "Statement": [document]}),
            path="/",
            permissions_boundary=None,
            description="",
            tags=[],
            max_session_duration=str(hours * 3600),
        )
        if statements:
            role.put_policy("permissions", json.dumps({"Version": "2012-10-17", "Statement": statements}))
