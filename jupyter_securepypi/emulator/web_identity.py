"""AssumeRoleWithWebIdentity: a role for whoever holds a token of an identity provider, such as a CI job.

Unlike AWS, the token's signature is not checked: there is no identity provider here to ask for its keys. Everything
else is: the provider must be registered in IAM, with the audience, and the role's trust policy decides.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from moto.iam.models import iam_backends

from .errors import AwsError
from .policies import Verdict, decide
from .state import State

OPERATION = "AssumeRoleWithWebIdentity"
_ACTION = f"sts:{OPERATION}"


@dataclass(frozen=True)
class WebIdentity:
    """What a token says of its holder: the issuer without its scheme, the audience, the subject."""

    issuer: str
    audience: str
    subject: str


def identity_of(token: str, now: float) -> WebIdentity:
    """Return what a token (JWT) says.

    Args:
        token: the token.
        now: epoch seconds.

    Raises:
        AwsError: it is none, or has expired, in the words of STS.
    """
    try:
        _, payload, _ = token.split(".")
        claims: Any = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        audience = claims["aud"] if isinstance(claims["aud"], str) else claims["aud"][0]
        identity = WebIdentity(claims["iss"].removeprefix("https://"), audience, claims["sub"])
        expires_at = float(claims["exp"])
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise AwsError("InvalidIdentityToken", "The ID Token provided is not a valid JWT.", 400) from None
    if expires_at <= now:
        raise AwsError(
            "ExpiredTokenException",
            f"Token expired: current date/time {now:.0f} must be before the expiration date/time {expires_at:.0f}",
            400,
        )
    return identity


def trusted_role(arn: str, identity: WebIdentity, state: State) -> Any:
    """Return moto's role `arn`, if its trust policy lets `identity` assume it.

    Raises:
        AwsError: the identity provider is not registered for this audience, or the role does not trust it.
    """
    _, partition, _, _, account, _ = arn.split(":", 5)
    providers = iam_backends[account][partition].open_id_providers
    provider = next((one for one in providers.values() if one.url == identity.issuer), None)
    if provider is None:
        raise AwsError(
            "InvalidIdentityToken",
            f"No OpenIDConnect provider found in your account for https://{identity.issuer}",
            400,
        )
    if identity.audience not in provider.client_id_list:
        raise AwsError("InvalidIdentityToken", "Incorrect token audience", 400)
    role = state.keyring.find_role(arn)
    context = {
        f"{identity.issuer}:aud".lower(): identity.audience,
        f"{identity.issuer}:sub".lower(): identity.subject,
    }
    principals = (frozenset([provider.arn]), frozenset[str]())
    trusted = role and decide([role.assume_role_policy_document], _ACTION, arn, context, principals)
    if trusted is not Verdict.ALLOW or state.faults.denies(_ACTION):
        raise AwsError("AccessDenied", f"Not authorized to perform {_ACTION}", 403)
    return role
