"""What is asked of a provider, and what it grants: a token and the index that it opens."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Dict

from .providers.codeartifact.repository import Repository
from .token import Token


@dataclass(frozen=True)
class MintRequest:
    """What to ask AWS for, and as whom.

    Attributes:
        repository: whose domain the token is for.
        role_arn: ARN of the role to assume, in which ``{account_id}`` stands for the caller's account and
            ``{partition}`` for the repository's partition; empty for the ambient credentials.
        duration: seconds, 900 to 43200, or 0 for as long as the temporary credentials last.
        profile: AWS profile to start from; empty for boto3's default chain.
        sts_region: region of the STS endpoint; empty for the repository's.
        endpoint_type: ``ipv4``, ``dualstack``, or empty for AWS's default.
        patience: seconds for which to ask again when AWS throttles, each call apart; 0 leaves it at the few
            attempts of botocore or the AWS CLI.
    """

    repository: Repository
    role_arn: str = ""
    duration: int = 43200
    profile: str = ""
    sts_region: str = ""
    endpoint_type: str = ""
    patience: float = 0.0

    def to_dict(self) -> Dict[str, Any]:
        """Return the request as plain JSON values."""
        return asdict(self)

    @staticmethod
    def from_dict(data: Dict[str, Any]) -> MintRequest:
        """Return the request that `to_dict` described."""
        return MintRequest(**{**data, "repository": Repository(**data["repository"])})


@dataclass(frozen=True)
class Grant:
    """A token and the endpoint that it opens.

    Attributes:
        token: the authorization token of the repository's domain.
        endpoint_url: the repository's endpoint, ending in a slash; packages are published there.
    """

    token: Token
    endpoint_url: str

    @property
    def index_url(self) -> str:
        """The index to install from, without credentials, ending in ``simple/``."""
        return self.endpoint_url + "simple/"
