"""A CodeArtifact repository, from its ARN, its index URL or its parts, in every partition."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import List, Tuple

from ...address import split_url
from ...errors import ConfigurationError
from ...grant import MintRequest

PROVIDER = "codeartifact"
"""The provider's name."""
LOGIN = "aws"
"""The user name that the index expects (AWS: "Configure and use pip with CodeArtifact")."""

ARN_FORM = "arn:PARTITION:codeartifact:REGION:OWNER:repository/DOMAIN/REPOSITORY"
_ASK = f"write it as {ARN_FORM}; `aws codeartifact describe-repository` prints yours"

# Name rules from the CodeArtifact API reference (DescribeRepository: domain, domainOwner, repository); the
# partition and region forms are those of botocore's endpoints data.
_RULES = {
    "partition": (re.compile(r"aws(-[a-z0-9]+)*"), "like aws, aws-cn or aws-us-gov"),
    "region": (re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}"), "like us-west-2"),
    "owner": (re.compile(r"[0-9]{12}"), "the 12 digits of an account"),
    "domain": (
        re.compile(r"[a-z][a-z0-9\-]{0,48}[a-z0-9]"),
        "2 to 50 lower-case letters, digits and dashes, with a letter first and no dash last",
    ),
    "name": (
        re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{1,99}"),
        "2 to 100 letters, digits, dots, dashes and underscores, with a letter or digit first",
    ),
}
# Region prefix → partition, every one but `aws` itself: the patterns of botocore's partitions data.
_PARTITIONS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}
_LABEL = {"name": "repository name", "owner": "owner account", "domain": "domain name"}

# The three kinds of index host that AWS documents: ipv4, dual stack, and a VPC endpoint without private DNS.
# With the last one, domain and owner stand in the path.
_HOSTS = (
    re.compile(r"(?P<domain>.+)-(?P<owner>[0-9]{12})\.d\.codeartifact\.(?P<region>[a-z0-9-]+)\.amazonaws\.com"),
    re.compile(r"(?P<domain>.+)-(?P<owner>[0-9]{12})\.codeartifact\.(?P<region>[a-z0-9-]+)\.on\.aws"),
    re.compile(r"vpce-[a-z0-9-]+\.d\.codeartifact\.(?P<region>[a-z0-9-]+)\.vpce\.amazonaws\.com"),
)
_PATH = re.compile(r"(?:/d/(?P<domain>.+)-(?P<owner>[0-9]{12}))?/pypi/(?P<name>[^/]+)/?(?:simple/?)?")


@dataclass(frozen=True)
class Repository:
    """A CodeArtifact repository, valid by construction.

    Raises:
        ConfigurationError: it names the part that is wrong, and the form that is right.
    """

    domain: str
    owner: str
    region: str
    name: str
    partition: str = "aws"

    def __post_init__(self) -> None:
        for part, (pattern, form) in _RULES.items():
            value = getattr(self, part)
            if not isinstance(value, str) or not pattern.fullmatch(value):
                raise ConfigurationError(
                    f"The {_LABEL.get(part, part)} of the CodeArtifact repository is not valid: {_show(value)}.",
                    why=f"it must be {form}",
                    remedy=_ASK,
                )
        if self.partition != partition_of(self.region):
            raise ConfigurationError(
                f"The region {self.region} of the CodeArtifact repository does not lie in partition {self.partition}.",
                why=f"it lies in partition {partition_of(self.region)}",
                remedy=_ASK,
            )

    @classmethod
    def parse(cls, text: str) -> Repository:
        """Return the repository that an ARN or an index URL names.

        Raises:
            ConfigurationError: `text` is neither; the error names the part that is wrong.
        """
        text = text.strip()
        return cls.from_index_url(text) if "://" in text else cls.from_arn(text)

    @classmethod
    def from_arn(cls, arn: str) -> Repository:
        """Return the repository of `arn`.

        Raises:
            ConfigurationError: it names the part of the ARN that is wrong.
        """
        arn = arn.strip()
        parts = arn.split(":", 5)
        if len(parts) < 6 or parts[0] != "arn":
            have = "it does not start with `arn:`" if parts[0] != "arn" else f"it has {len(parts)} of 6 parts"
            raise ConfigurationError(f"This is not a repository ARN: {_show(arn)}.", why=have, remedy=_ASK)
        _, partition, service, region, owner, resource = parts
        if service != "codeartifact":
            raise ConfigurationError(
                f"The service of the repository ARN is {_show(service)}, not codeartifact: {_show(arn)}.",
                remedy=_ASK,
            )
        kind, _, path = resource.partition("/")
        if kind != "repository":
            raise ConfigurationError(
                f"The ARN names a {_show(kind)}, not a repository: {_show(arn)}.",
                why="a token belongs to a domain, but packages are installed from a repository",
                remedy=_ASK,
            )
        domain, slash, name = path.partition("/")
        if not slash:
            raise ConfigurationError(
                f"The ARN names no repository after the domain: {_show(arn)}.", remedy=_ASK
            )
        return cls(domain=domain, owner=owner, region=region, name=name, partition=partition)

    @classmethod
    def from_index_url(cls, url: str) -> Repository:
        """Return the repository behind a CodeArtifact endpoint or index URL; credentials in it are ignored.

        Raises:
            ConfigurationError: if the host or the path is not CodeArtifact's.
        """
        try:
            split = split_url(url.strip())
            host = (split.hostname or "").lower()
        except ValueError as error:
            raise ConfigurationError(
                f"This is not a URL: {_show(url.strip())}.",
                why=_show(str(error)),
                remedy="give the repository's ARN instead: " + ARN_FORM,
            ) from None
        shown = f"{split.scheme}://{host}{split.path}"  # no user information: it may hold a token
        matches = [match for match in (pattern.fullmatch(host) for pattern in _HOSTS) if match]
        path = _PATH.fullmatch(split.path)
        if not matches or not path:
            part = "path" if matches else "host"
            raise ConfigurationError(
                f"This is not a CodeArtifact index URL: {_show(shown)}.",
                why=f"the {part} is not one that CodeArtifact uses for Python packages",
                remedy="give the repository's ARN instead: " + ARN_FORM,
            )
        found = {**path.groupdict(), **matches[0].groupdict()}
        if not found.get("domain"):
            raise ConfigurationError(
                f"The index URL names no domain: {_show(shown)}.",
                why="behind a VPC endpoint without private DNS the path starts with /d/DOMAIN-OWNER/",
                remedy="give the repository's ARN instead: " + ARN_FORM,
            )
        partition = partition_of(found["region"])
        if partition not in ("aws", "aws-us-gov"):  # the two that share the domain name amazonaws.com
            raise ConfigurationError(
                f"This is not a CodeArtifact index URL: {_show(shown)}.",
                why=f"{found['region']} lies in partition {partition}, whose hosts end otherwise",
                remedy="give the repository's ARN instead: " + ARN_FORM,
            )
        return cls(found["domain"], found["owner"], found["region"], found["name"], partition)

    @property
    def provider(self) -> str:
        """The provider's name."""
        return PROVIDER

    @property
    def id(self) -> str:
        """The repository's ARN."""
        return self.arn

    @property
    def detail(self) -> str:
        """Region and account."""
        return f"{self.region}, {self.owner}"

    @property
    def facts(self) -> List[Tuple[str, str]]:
        """The facts that people are shown about it."""
        return [
            ("Region", self.region),
            ("Owner account", self.owner),
            ("Domain", self.domain),
            ("Repository", self.name),
        ]

    @property
    def arn(self) -> str:
        """The repository's ARN."""
        return (
            f"arn:{self.partition}:codeartifact:{self.region}:{self.owner}:repository/{self.domain}/{self.name}"
        )

    @property
    def computed_endpoint(self) -> str:
        """The ipv4 endpoint URL that partition ``aws`` uses, ending in a slash.

        It is only for callers that may not call GetRepositoryEndpoint.

        Raises:
            ConfigurationError: in any other partition, whose hosts are not documented.
        """
        if self.partition != "aws":
            raise ConfigurationError(
                f"The index host in partition {self.partition} cannot be computed.",
                why="AWS documents it for partition aws only",
                remedy="allow codeartifact:GetRepositoryEndpoint on the repository",
            )
        return (
            f"https://{self.domain}-{self.owner}.d.codeartifact.{self.region}.amazonaws.com/pypi/{self.name}/"
        )

    def __str__(self) -> str:
        return f"{self.domain}/{self.name}"


def named_by(request: MintRequest) -> Repository:
    """Return the repository of a request to this provider.

    Raises:
        TypeError: the request is for another provider, which is a mistake in our own code.
    """
    if not isinstance(request.repository, Repository):
        raise TypeError(f"{request.repository} is no CodeArtifact repository")
    return request.repository


def partition_of(region: str) -> str:
    """Return the partition of `region`; a region with an unknown prefix counts as a new one of ``aws``."""
    return next((found for prefix, found in _PARTITIONS.items() if region.startswith(prefix)), "aws")


def _show(value: object) -> str:
    """Return `value` quoted, cut to a readable length, and without the text before an @: it may be a password."""
    text = repr(re.sub(r"(?s).*@", "***@", value) if isinstance(value, str) else value)
    return text if len(text) <= 160 else text[:157] + "..."
