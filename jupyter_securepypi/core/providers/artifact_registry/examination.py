"""What the doctor asks Google: credentials, permissions, the index, and what the repository takes in. In the child."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from ... import reach as endpoints
from ...check import STORED, Check
from ...errors import AccessDenied, SecurePyPIError, TokenExpired, Unreachable
from ...grant import MintRequest
from ...index import Index
from ...secret import Secret
from .errors import IMPERSONATE, READ, refused, translate
from .mint import refreshed
from .repository import LOGIN, Repository, named_by
from .upstreams import Described, upstreams

SDK, CREDENTIALS = "google-auth", "Google credentials"
LOOK = "artifactregistry.repositories.get"
_API = "https://artifactregistry.googleapis.com"
_TIMEOUT = 4.0  # seconds
# Kinds of credentials by the modules of google-auth that hold them.
_KINDS = {
    "auth.compute_engine.credentials": "metadata server",
    "auth.external_account_authorized_user": "workforce identity federation",
    "auth.identity_pool": "workload identity federation",
    "auth.aws": "workload identity federation",
    "auth.pluggable": "workload identity federation",
    "auth.impersonated_credentials": "impersonated",
    "oauth2.credentials": "user login",
    "oauth2.service_account": "service account key",
}
_PROJECT = "jupyter-securepypi"  # Artifact Registry serves pages of projects, and none about itself
_REMEDIES = endpoints.Remedies(
    unknown="check this machine's DNS; without internet, *.pkg.dev must lead to private.googleapis.com",
    unreachable="without internet the subnet needs Private Google Access; otherwise set HTTPS_PROXY",
    untrusted="set REQUESTS_CA_BUNDLE, or pip's `cert`, to the authority of the proxy in between",
    private="over a private address",
)


def examine(request: MintRequest, report: Callable[[Check], None], stored: str = "") -> str:
    """Make all checks, and return the address of the index.

    Args:
        request: the request that minting would make.
        report: is called with each check as soon as it is made.
        stored: the secret of the token that package managers have, or empty.
    """
    repository = named_by(request)
    index_url = f"{repository.endpoint_url}simple/"
    permissions = [*([IMPERSONATE] if request.role else []), LOOK, READ]
    sdk = _sdk()
    report(sdk)
    secret = ""  # none yet # nosec B105
    if sdk.ok:
        secret = _credentials(request, report)
    else:
        report(Check.untried(CREDENTIALS, "not tried: google-auth is not here"))
    if secret:
        described = _look(repository, secret, report)
        _index(index_url, secret, stored, report)
        if described is not None:
            report(upstreams(described, partial(_repository, secret)))
        return index_url
    for name in permissions[1:] if request.role and sdk.ok else permissions:
        report(Check.untried(name, "not tried: there is no token"))
    return index_url


def _sdk() -> Check:
    try:
        import google.auth
        import google.auth.transport.requests
    except Exception as error:  # noqa: BLE001 a google-auth too old for this Python raises anything
        return Check.of(translate(error), SDK)
    return Check.passed(SDK, str(getattr(google.auth, "__version__", "installed")))


def _credentials(request: MintRequest, report: Callable[[Check], None]) -> str:
    """Report the checks of the credentials, and return a token, or an empty string."""
    try:
        credentials, identity = refreshed(request, _TIMEOUT)
    except SecurePyPIError as error:
        impersonating = bool(request.role) and (IMPERSONATE in error.message or request.role in error.message)
        if impersonating:
            report(Check.passed(CREDENTIALS, "found"))
        report(Check.of(error, IMPERSONATE if impersonating else CREDENTIALS))
        if request.role and not impersonating:
            report(Check.untried(IMPERSONATE, "not tried: there are no usable credentials"))
        return ""
    module = type(credentials).__module__.removeprefix("google.")
    who = identity or "Google does not say whose"
    report(Check.passed(CREDENTIALS, f"{who} ({_KINDS.get(module, module)})"))
    if request.role:
        report(Check.passed(IMPERSONATE, f"allowed, as {identity}"))
    return Secret(credentials.token)


def _look(repository: Repository, secret: str, report: Callable[[Check], None]) -> Described | None:
    """Report whether the repository may be looked at, and return its description, or None."""
    try:
        described = _repository(secret, repository.id)
    except AccessDenied as error:
        # An install does without; only what is about the API, the perimeter or the project is a finding.
        if LOOK in error.message:
            report(Check.untried(LOOK, f"denied, so its upstreams are not known: {error.why}"))
        else:
            report(Check.of(error, LOOK))
        return None
    except SecurePyPIError as error:
        report(Check.of(error, LOOK))
        return None
    if described.get("format") not in (None, "PYTHON"):
        what = f"{repository} is a repository for {described['format']}, not for Python"
        report(Check.failed(LOOK, what, "name one with format PYTHON"))
        return None
    report(Check.passed(LOOK, "allowed"))
    return described


def _repository(secret: str, name: str) -> Described:
    """Return what the API says of a repository (Artifact Registry REST reference, `Repository`).

    Raises:
        SecurePyPIError: it may not be looked at, or Google does not answer.
    """
    from google.auth.transport.requests import Request

    try:
        answer: Any = Request()(
            f"{_API}/v1/{name}", headers={"Authorization": "Bearer " + secret}, timeout=_TIMEOUT
        )
    except Exception as error:  # noqa: BLE001 not chained: a traceback may show the header
        raise translate(error) from None
    text = answer.data.decode("utf-8", "replace")
    if answer.status != 200:
        raise refused(answer.status, text, LOOK, name)
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Unreachable("Artifact Registry's answer is no JSON object.", remedy="look at proxies in between")
    return found


def _index(index_url: str, secret: str, stored: str, report: Callable[[Check], None]) -> None:
    contact = endpoints.reach("index endpoint", index_url, endpoints.as_pip_does, _REMEDIES)
    report(contact.check)
    if not contact.check.ok:
        return report(Check.untried(READ, "not tried: the index is out of reach"))
    allowed = _read(index_url, secret, READ)
    report(allowed)
    if stored and stored != secret and allowed.ok:
        report(_read(index_url, stored, STORED))
    return None


def _read(index_url: str, secret: str, name: str) -> Check:
    try:
        status = endpoints.index_status(Index(index_url, index_url, secret, LOGIN), _REMEDIES, _PROJECT)
    except endpoints.NoAnswer as missing:
        return Check.failed(name, f"{index_url}: {missing}.", missing.remedy or "try again")
    # There is no project of that name: an index that may be read says so.
    if status in (200, 404):
        return Check.passed(name, "allowed" if name == READ else "accepted")
    if status == 403:
        error = refused(403, "", READ, index_url)
    elif status == 401:
        error = TokenExpired(
            f"The index does not accept the token (401 from {index_url}).",
            why="it has expired or was revoked",
            remedy="`jupyter securepypi refresh` gets a new one",
        )
    else:
        error = Unreachable(f"The index answers {status}.", remedy="try again in a while")
    return Check.of(error, name)
