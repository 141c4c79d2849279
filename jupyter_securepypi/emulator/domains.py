"""Domains and repositories, as CodeArtifact keeps them."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .packages.catalog import Catalog
from .packages.groups import Groups
from .storage import Storage


@dataclass(eq=False)
class Domain:
    """A domain; ``policy`` is its resource policy or None. One that is made again is another one."""

    name: str
    owner: str
    region: str
    partition: str
    policy: Mapping[str, Any] | None = None
    created: float = field(default_factory=time.time)
    encryption_key: str = ""
    groups: Groups = field(init=False)

    def __post_init__(self) -> None:
        self.groups = Groups(self.created)
        if not self.encryption_key:
            key = "00000000-0000-0000-0000-000000000000"
            self.encryption_key = f"arn:{self.partition}:kms:{self.region}:{self.owner}:key/{key}"

    @property
    def arn(self) -> str:
        """The domain's ARN."""
        return self._arn("domain")

    def group_arn(self, pattern: str) -> str:
        """Return the ARN of the package group with this pattern."""
        return self._arn("package-group") + pattern

    def _arn(self, kind: str) -> str:
        return f"arn:{self.partition}:codeartifact:{self.region}:{self.owner}:{kind}/{self.name}"


@dataclass(eq=False)
class Repo:
    """A repository of a domain.

    Attributes:
        catalog: its packages and their files.
        policy: its resource policy or None.
        upstreams: names of repositories of the domain, in the order in which they are searched.
        connection: the name of its external connection, or an empty string.
    """

    domain: Domain
    name: str
    catalog: Catalog
    policy: Mapping[str, Any] | None = None
    description: str = ""
    upstreams: list[str] = field(default_factory=list)
    connection: str = ""
    created: float = field(default_factory=time.time)

    @property
    def storage(self) -> Storage:
        """Its files."""
        return self.catalog.storage

    @property
    def arn(self) -> str:
        """The repository's ARN."""
        return self.domain.arn.replace(":domain/", ":repository/") + f"/{self.name}"

    def package_arn(self, package: str, package_format: str = "pypi", namespace: str = "") -> str:
        """Return the ARN of `package`, whose namespace is empty for Python."""
        place = self.domain.arn.replace(":domain/", ":package/")
        return f"{place}/{self.name}/{package_format}/{namespace}/{package}"

    @property
    def path(self) -> str:
        """The repository's path below the endpoint, in the form for a VPC endpoint without private DNS."""
        return f"/d/{self.domain.name}-{self.domain.owner}/pypi/{self.name}"

    def __str__(self) -> str:
        return f"{self.domain.name}/{self.name}"


def revision_of(policy: Mapping[str, Any]) -> str:
    """Return the revision of a resource policy."""
    return base64.b64encode(hashlib.sha256(json.dumps(policy).encode()).digest()).decode()
