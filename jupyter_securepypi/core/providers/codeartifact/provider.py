"""AWS CodeArtifact as an index provider."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Callable, List, Mapping, Optional, Sequence, Tuple

from ...errors import SecurePyPIError
from ...files import file_state
from ...grant import Grant, MintRequest
from ...token import Windows
from ..advice import Advice
from . import named_in_parts
from .repository import LOGIN, PROVIDER, Repository, named_by

if TYPE_CHECKING:
    from ...check import Check
    from ..base import Connection
    from ..package_facts import PackageFacts
    from ..signs import Signs


# Its index hosts in every partition and of every kind: `repository` tells them apart.
_HOST = re.compile(r"(^|[.-])codeartifact\.", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://(?:[^/?#]*@)?(?P<host>[^/?#:@]*)", re.IGNORECASE)
# Variables that decide boto3's identity; their values only enter a hash.
_PRINCIPAL_VARIABLES = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CONFIG_FILE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_CODEARTIFACT",
)


class CodeArtifact:
    """Tokens of twelve hours for a domain, through STS and an optional role."""

    name = PROVIDER
    label = "AWS CodeArtifact"
    authority = "AWS"
    login = LOGIN
    mints = True
    windows = Windows()
    advice = Advice(
        forbidden=(
            "the token's role lacks codeartifact:ReadFromRepository on the repository, or its policy refuses",
            "`jupyter securepypi iam-policy reader` prints the statement; repository-policy the owner's",
        ),
        rejected=(
            "it has expired, was revoked, or belongs to another domain",
            "`jupyter securepypi refresh` gets a new one",
        ),
        unreachable="without internet the VPC needs the endpoint codeartifact.repositories and the S3 gateway",
        silent="check the VPC endpoints codeartifact.api, codeartifact.repositories and sts",
    )

    def claims(self, text: str) -> bool:
        """Return whether `text` is an ARN or an address on a host of CodeArtifact's."""
        address = _ADDRESS.match(text)
        return text.startswith("arn:") or bool(address and self.serves(address["host"]))

    def repository(self, text: str) -> Repository:
        """Return the repository that an ARN or an index URL names.

        Raises:
            ConfigurationError: naming the part that is wrong.
        """
        return Repository.parse(text)

    def mint(self, request: MintRequest) -> Grant:
        """Return a new grant from AWS, see `mint.mint`."""
        from .mint import mint

        return mint(request)

    def held(self, request: MintRequest) -> Optional[Grant]:
        """Return None: only a minted token opens the index."""
        return None

    def explain(self, error: BaseException) -> SecurePyPIError:
        """Return an exception of boto3 or botocore as an error of ours."""
        from .errors import translate

        return translate(error)

    def scope(self, request: MintRequest, environ: Mapping[str, str]) -> Sequence[str]:
        """Return the domain and the identity that asks: one token opens all repositories of a domain."""
        repository = named_by(request)
        return [
            repository.partition,
            repository.region,
            repository.owner,
            repository.domain,
            request.role,
            request.setting("profile"),
            request.setting("sts_region"),
            str(request.duration),
            *(f"{name}={environ.get(name, '')}" for name in _PRINCIPAL_VARIABLES),
        ]

    def place(self, request: MintRequest) -> str:
        """Return the repository within its domain, and the kind of host."""
        return f"{named_by(request).name} {request.setting('endpoint_type')}".strip()

    def logins(self, *, sessions: bool = True) -> str:
        """Return a text that differs once the AWS SDK's credential or configuration files have changed (SDK reference).

        Args:
            sessions: include the folders where `aws sso login` and `aws login` store their sessions.
        """
        paths: List[Path] = [
            Path(os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials").expanduser(),
            Path(os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config").expanduser(),
        ]
        for folder in ("~/.aws/sso/cache", "~/.aws/login/cache") if sessions else ():
            try:
                paths += sorted(Path(folder).expanduser().glob("*.json"))
            except OSError:
                continue
        return " ".join(file_state(path) for path in paths)

    def examine(
        self, request: MintRequest, report: Callable[[Check], None], stored: str, index_url: str
    ) -> str:
        """Try each IAM action that is needed."""
        from .examination.permissions import examine

        return examine(request, report, stored, index_url)

    def package_facts(self, request: MintRequest, project: str) -> PackageFacts:
        """Return the statuses of a package's versions, and the origin controls that keep others out."""
        from .package_facts import look_up

        return look_up(request, project)

    def package_names(self, request: MintRequest) -> Tuple[Sequence[str], Sequence[str]]:
        """Return the names in the repository and its upstreams, and what could not be seen."""
        from .package_names import look_up

        return look_up(request)

    def connections(self, request: MintRequest) -> Sequence[Connection]:
        """Return the external connections of the repository and of its upstreams."""
        from .connections import look_up

        return look_up(request)

    def repository_in(self, environ: Mapping[str, str], other: str) -> Tuple[str, str]:
        """Return the ARN that SECURE_PYPI_DOMAIN and its like make up, see `named_in_parts`."""
        return named_in_parts.repository_in(environ, other)

    def role_in(self, environ: Mapping[str, str], other: str) -> Tuple[str, str]:
        """Return the role that SECURE_PYPI_ROLE_ACCOUNT means, see `named_in_parts`."""
        return named_in_parts.role_in(environ, other)

    def signs(self) -> Signs:
        """Return by what code is known that gets a token by itself."""
        from .copied_code import SIGNS

        return SIGNS

    def serves(self, host: str) -> bool:
        """Return whether `host` is an index host of CodeArtifact's, in any region and partition."""
        return bool(_HOST.search(host))
