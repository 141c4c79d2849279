"""From application default credentials to an access token, perhaps by way of a service account. Runs in the child."""

from __future__ import annotations

import os
import re
import time
from calendar import timegm
from functools import partial
from typing import Any, Callable, Tuple

from ...errors import ConfigurationError, SecurePyPIError
from ...grant import Grant, MintRequest, check_duration
from ...proxy_address import refuse_unreadable
from ...retry import patiently
from ...secret import Secret
from ...token import Token
from .errors import translate
from .repository import LOGIN, named_by

# Artifact Registry takes no narrower scope for uploads (Artifact Registry: "Access scopes").
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_LONGEST = 3600
"""Seconds that a service account's token lasts, unless an organisation policy extends it (IAM Credentials API)."""
_ACCOUNT = re.compile(r"[A-Za-z0-9._-]+@[A-Za-z0-9.-]+\.gserviceaccount\.com")
_METADATA = ("metadata.google.internal", "169.254.169.254")
_TIMEOUT = 20.0  # seconds


def mint(request: MintRequest, *, clock: Callable[[], float] = time.time) -> Grant:
    """Ask Google for an access token, with google-auth's application default credentials.

    A metadata server may hand out a token that it has handed out before, with less than an hour left.

    Raises:
        SecurePyPIError: there is no token; the error has Google's words and a remedy.
    """
    credentials, identity = refreshed(request)
    now = clock()
    expiry = credentials.expiry
    token = Token(
        secret=Secret(credentials.token),
        # Naive times of google-auth are UTC. Credentials without one are documented to last an hour.
        expires_at=float(timegm(expiry.utctimetuple())) if expiry else now + _LONGEST,
        minted_at=now,
        identity=identity,
    )
    return Grant(token, named_by(request).endpoint_url, LOGIN)


def refreshed(request: MintRequest, timeout: float = _TIMEOUT) -> Tuple[Any, str]:
    """Return google-auth's credentials with a token that was just asked for, and whose they are; empty if unknown.

    Args:
        request: the request to the provider.
        timeout: seconds for each answer.

    Raises:
        SecurePyPIError: there are none, or they are refused.
    """
    check_duration(request.duration)
    role = account_of(request.role)
    refuse_unreadable("https://oauth2.googleapis.com", os.environ)
    _let_no_proxy_stand_before_the_metadata_server()

    def ask() -> Any:
        try:
            return _ask(role, request.duration, timeout)
        except SecurePyPIError:
            raise
        except Exception as error:  # noqa: BLE001 google-auth raises its own and those of files and transports
            # Not chained: a traceback of google-auth may show an assertion or a refresh token.
            raise translate(error, role=role) from None

    credentials = patiently(ask, request.patience)
    return credentials, role or _identity(credentials)


def _ask(role: str, duration: int, timeout: float) -> Any:
    import google.auth
    from google.auth import impersonated_credentials
    from google.auth.transport.requests import Request

    request = partial(Request(), timeout=timeout)
    credentials, _ = google.auth.default(scopes=[_SCOPE], request=request)
    if role:
        credentials = impersonated_credentials.Credentials(
            source_credentials=credentials,
            target_principal=role,
            target_scopes=[_SCOPE],
            lifetime=min(duration or _LONGEST, _LONGEST),
        )
    credentials.refresh(request)
    return credentials


def _let_no_proxy_stand_before_the_metadata_server() -> None:
    """Have google-auth ask the metadata server directly: behind HTTP_PROXY nobody answers, or that of another machine.

    This changes the variables of this process, which is the child that asks.
    """
    named = (os.environ.get(name, "") for name in ("GCE_METADATA_HOST", "GCE_METADATA_ROOT", "GCE_METADATA_IP"))
    hosts = [*_METADATA, *(one.partition(":")[0] for one in named if one)]
    known = os.environ.get("no_proxy") or os.environ.get("NO_PROXY", "")
    if known.strip() != "*":
        os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(filter(None, [known, *hosts]))


def account_of(role: str) -> str:
    """Return the service account that `role` names; empty for none.

    Raises:
        ConfigurationError: it names none; it may be the role of another provider.
    """
    role = role.strip()
    if role and not _ACCOUNT.fullmatch(role):
        aws = role.startswith("arn:")
        raise ConfigurationError(
            f"This is not a service account of Google's: {role!r}.",
            why="it is the ARN of an AWS role, and the repository is one of Google Artifact Registry"
            if aws
            else "",
            remedy="write role_arn or SECURE_PYPI_ROLE_ARN as NAME@PROJECT.iam.gserviceaccount.com, or leave it empty",
        )
    return role


def _identity(credentials: Any) -> str:
    for name in ("service_account_email", "account"):
        found = getattr(credentials, name, None)
        if isinstance(found, str) and "@" in found:
            return found
    return ""
