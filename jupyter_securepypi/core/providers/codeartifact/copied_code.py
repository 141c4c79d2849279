"""By what code is known that gets a token of CodeArtifact's by itself: boto3's methods and the AWS CLI's commands."""

from __future__ import annotations

import re

from ..signs import Signs

# Options of the CLI may stand before the service.
_AWS = r"\baws\d?\b[^|;&\n]*?"
SIGNS = Signs(
    role_calls=frozenset(("assume_role", "assume_role_with_web_identity")),
    token_calls=frozenset(("get_authorization_token",)),
    service_calls=frozenset(("get_repository_endpoint", "get_caller_identity")),
    services=frozenset(("codeartifact", "sts")),
    words=frozenset(("codeartifact", "get_authorization_token")),
    token_command=re.compile(_AWS + r"\bcodeartifact\s+get-authorization-token\b"),
    login_command=re.compile(_AWS + r"\bcodeartifact\s+login\b"),
    role_command=re.compile(_AWS + r"\bsts\s+assume-role"),
)
