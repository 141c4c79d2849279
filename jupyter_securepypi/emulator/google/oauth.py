"""Where tokens come from: OAuth's token endpoint, Security Token Service, and impersonation.

RFC 7523 (JWT bearer), RFC 6749 (refresh tokens), RFC 8693 (token exchange), and the IAM Service Account Credentials
API, ``generateAccessToken``.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import Any

from google.auth import jwt

from ..http import Request, Response
from .failures import GoogleError, as_json
from .identities import AUDIENCE, Identities
from .tokens import Issued, TokenBook
from .world import FEDERATED, USER, World

_REFUSALS = {
    "expired": ("invalid_grant", "Token has been expired or revoked.", ""),
    "reauth": ("invalid_grant", "reauth related error (invalid_rapt)", "invalid_rapt"),
    "unknown key": ("invalid_grant", "Invalid JWT Signature.", ""),
    "clock": (
        "invalid_grant",
        "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and "
        "exp values in the JWT claim.",
        "",
    ),
}
_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ACCOUNT = re.compile(r"/v1/projects/-/serviceAccounts/(?P<email>[^/:]+):generateAccessToken")


def oauth_operation(request: Request) -> str:
    """Return what is asked of the token endpoint; empty if it is none of its addresses."""
    kinds = {_BEARER: "token:key", "refresh_token": "token:user"}  # nosec B105
    return kinds.get(request.form.get("grant_type", ""), "token:unknown") if request.path == "/token" else ""


def answer_oauth(request: Request, world: World, identities: Identities, book: TokenBook) -> Response:
    """Answer the token endpoint: a key's assertion, or a user's refresh token.

    Raises:
        GoogleError: it is refused.
    """
    _refuse_login(world)
    if request.form.get("grant_type") == _BEARER:
        try:
            claims = jwt.decode(request.form.get("assertion", ""), certs=identities.public_key())
        except ValueError as error:
            raise GoogleError(400, "Invalid JWT Signature.", oauth="invalid_grant") from error
        if claims.get("iss") not in world.accounts:
            raise GoogleError(400, "Invalid grant: account not found", oauth="invalid_grant")
        return _token(book.issue(claims["iss"]))
    if request.form.get("refresh_token") != identities.refresh_token:
        raise GoogleError(400, "Bad Request", oauth="invalid_grant")
    return _token(book.issue(USER))


def answer_sts(request: Request, world: World, identities: Identities, book: TokenBook) -> Response:
    """Answer the exchange of a subject token for a federated one.

    Raises:
        GoogleError: it is refused.
    """
    _refuse_login(world)
    if request.form.get("grant_type") != _EXCHANGE or request.form.get("audience") != AUDIENCE:
        raise GoogleError(400, "Invalid value for audience.", oauth="invalid_target")
    if request.form.get("subject_token") != identities.subject_token:
        raise GoogleError(400, "The subject token is not valid.", oauth="invalid_grant")
    kind = "urn:ietf:params:oauth:token-type:access_token"
    return _token(book.issue(FEDERATED), issued_token_type=kind)


def answer_iam(request: Request, world: World, who: str, book: TokenBook) -> Response:
    """Answer ``generateAccessToken``.

    Raises:
        GoogleError: it is refused.
    """
    found = _ACCOUNT.fullmatch(request.path)
    if request.method != "POST" or not found:
        raise GoogleError(404, "Requested entity was not found.")
    email = found["email"]
    if email not in world.accounts:
        raise GoogleError(404, "Not found; Gaia id not found for email " + email)
    if not world.may_impersonate(who, email):
        text = "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist)."
        raise GoogleError(403, text, "IAM_PERMISSION_DENIED")
    seconds = float(str(json.loads(request.body or b"{}").get("lifetime", "3600s")).rstrip("s"))
    if seconds > 3600:
        raise GoogleError(400, "Request contains an invalid argument: lifetime is above 3600 seconds.")
    issued = book.issue(email, seconds)
    # Rounded up: whoever rounds down lets a token of a few seconds expire before it is used.
    at = datetime.fromtimestamp(int(issued.expires_at) + 1, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return as_json({"accessToken": issued.secret, "expireTime": at})


def _refuse_login(world: World) -> None:
    if world.trouble.login:
        code, text, subtype = _REFUSALS[world.trouble.login]
        raise GoogleError(400, text, oauth=code, subtype=subtype)


def _token(issued: Issued, **more: Any) -> Response:
    kind = "Bearer"
    found = {"access_token": issued.secret, "expires_in": issued.seconds_left, "token_type": kind}
    return as_json(found | more)
