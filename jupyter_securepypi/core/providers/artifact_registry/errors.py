"""What google-auth and Google's services say when they say no, told with its cause and its remedy.

Kinds are told apart by the names of google-auth's exceptions and by Google's own words, because the classes differ
between the versions that images carry.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any, Dict, List, NamedTuple, Optional, Pattern, Tuple, Type

from ...errors import (
    AccessDenied,
    ClockSkew,
    ConfigurationError,
    CredentialsError,
    NotFound,
    SecurePyPIError,
    Throttled,
    Unreachable,
)
from ..echoes import unsaid
from .provider import well_known_file

_CANNOT = "Cannot get a token for Artifact Registry: "
LOG_IN = "`gcloud auth application-default login`"
GRANTS = "`jupyter securepypi iam-policy {}` prints the binding"
READ = "artifactregistry.repositories.downloadArtifacts"
IMPERSONATE = "iam.serviceAccounts.getAccessToken"


class _Failure(NamedTuple):
    """A failure that `pattern` finds in ``CLASS: TEXT``; ``{role}`` in its sentences is the service account."""

    pattern: Pattern[str]
    kind: Type[SecurePyPIError]
    message: str
    remedy: str


def _failure(pattern: str, kind: Type[SecurePyPIError], message: str, remedy: str) -> _Failure:
    return _Failure(re.compile(pattern, re.IGNORECASE | re.DOTALL), kind, message, remedy)


# What every service of Google's may say.
_OF_ANY_SERVICE = (
    _failure(
        r"SECURITY_POLICY_VIOLATED|organization's policy|vpcServiceControls",
        AccessDenied,
        "A VPC Service Controls perimeter refuses the request.",
        "ask whoever runs the perimeter for an ingress rule, or work inside it; its log has the identifier",
    ),
    _failure(
        r"SERVICE_DISABLED|has not been used in project|it is disabled",
        AccessDenied,
        "An API of Google Cloud is disabled in the project.",
        "`gcloud services enable artifactregistry.googleapis.com iamcredentials.googleapis.com`",
    ),
    _failure(
        r"RATE_LIMIT|RESOURCE_EXHAUSTED|Too Many Requests|\b429\b",
        Throttled,
        "Google answers that there are too many requests.",
        "wait; it is tried again with growing pauses",
    ),
)
# The first one that fits counts.
_FAILURES = (
    _failure(
        r"^(ImportError|ModuleNotFoundError)|requests library is not installed",
        ConfigurationError,
        "google-auth cannot be imported, so Google cannot be asked for a token.",
        'python -m pip install "jupyter_securepypi[google]", or "google-auth[requests]" in the image',
    ),
    _failure(
        r"reauth|invalid_rapt|rapt_required",
        CredentialsError,
        f"{_CANNOT}Google wants you to log in again (reauthentication).",
        f"run {LOG_IN} in a terminal; what runs unattended needs a service account instead",
    ),
    _failure(
        r"short-lived token|reasonable timeframe",
        ClockSkew,
        f"{_CANNOT}this machine's clock is wrong, and Google refuses what the key has signed.",
        "set the clock (`timedatectl set-ntp true`), or restart the machine",
    ),
    _failure(
        r"Invalid JWT Signature|account not found|Invalid signature for token|account.{0,20}disabled",
        CredentialsError,
        f"{_CANNOT}Google does not know the service account's key.",
        "the key was deleted, or its account was deleted or disabled: make another one, or use a metadata server "
        "or workload identity federation, which need no key",
    ),
    *_OF_ANY_SERVICE,
    _failure(
        r"impersonated credentials.*(NOT_FOUND|\b404\b)",
        NotFound,
        f"{_CANNOT}there is no service account {{role}}.",
        "correct role_arn or SECURE_PYPI_ROLE_ARN; `gcloud iam service-accounts list` prints those of a project",
    ),
    _failure(
        r"impersonated credentials.*(PERMISSION_DENIED|\b403\b)",
        AccessDenied,
        f"{_CANNOT}{IMPERSONATE} is denied on {{role}}.",
        "have roles/iam.serviceAccountTokenCreator granted to the caller on that service account; "
        + GRANTS.format("impersonator"),
    ),
    _failure(
        r"File '.*' was not found|subject.token|invalid_target|Error code |Unable to \w+ AWS",
        CredentialsError,
        f"{_CANNOT}workload identity federation fails.",
        "have the subject token written anew, and check audience and token source in the credential configuration",
    ),
    _failure(
        r"invalid_grant|expired or revoked|invalid_client|unauthorized_client",
        CredentialsError,
        f"{_CANNOT}the login has expired or was revoked.",
        f"run {LOG_IN}, or name a key file in GOOGLE_APPLICATION_CREDENTIALS",
    ),
    _failure(
        r"metadata (service|server)|computeMetadata",
        Unreachable,
        f"{_CANNOT}the metadata server does not answer.",
        "restart the machine or the pod, and check that it has a service account; elsewhere "
        f"run {LOG_IN}, and leave out GCE_METADATA_HOST",
    ),
    _failure(
        r"CERTIFICATE_VERIFY_FAILED|CA certificate|SSLError",
        Unreachable,
        f"{_CANNOT}the TLS connection to Google failed.",
        "behind an inspecting proxy set REQUESTS_CA_BUNDLE to its certificate authority",
    ),
    _failure(
        r"^TransportError|Max retries|timed out|Connection",
        Unreachable,
        f"{_CANNOT}Google cannot be reached.",
        "check HTTPS_PROXY and DNS; without internet the subnet needs Private Google Access",
    ),
    _failure(
        r"credentials were not found|could not automatically determine",
        CredentialsError,
        f"{_CANNOT}there are no Google credentials.",
        f"run {LOG_IN}, name a key file in GOOGLE_APPLICATION_CREDENTIALS, or give this machine a service account",
    ),
    _failure(
        r"^(DefaultCredentialsError|MalformedError|Invalid\w+|ValueError|KeyError|FileNotFoundError|PermissionError)",
        ConfigurationError,
        f"{_CANNOT}the file with the credentials cannot be used.",
        "correct {file}, or make it anew",
    ),
)


def translate(error: BaseException, *, role: str = "") -> SecurePyPIError:
    """Return the error that says what `error`, raised by google-auth or below it, means.

    Args:
        error: what was raised.
        role: the service account to impersonate, or empty.
    """
    names = [kind.__name__ for kind in type(error).__mro__]
    raw, said = _texts(error)
    for failure in _FAILURES:
        if failure.pattern.search(f"{names[0]}: {raw}"):
            found = {"role": role or "the service account", "file": _file()}
            return failure.kind(
                failure.message.format(**found), why=masked(said, error), remedy=failure.remedy.format(**found)
            )
    return SecurePyPIError(
        f"{_CANNOT}google-auth failed.",
        why=masked(f"{names[0]}: {said}", error),
        remedy="`gcloud auth application-default print-access-token` shows whether Google can be used here at all",
    )


def refused(status: int, body: str, permission: str, resource: str) -> SecurePyPIError:
    """Return the error that a REST answer of Google's means (google.rpc.Status, AIP-193).

    Args:
        status: its HTTP status.
        body: its text.
        permission: what the call needs.
        resource: the name of what was asked for.
    """
    said = masked(_message(body))
    for failure in _OF_ANY_SERVICE:
        if failure.pattern.search(f"{status} {body}"):
            return failure.kind(failure.message, why=said, remedy=failure.remedy)
    if status == 404:
        return NotFound(
            f"There is no repository {resource}.",
            why=said,
            remedy="check project, location and name; `gcloud artifacts repositories list` prints those of a project",
        )
    if status in (401, 403):
        return AccessDenied(
            f"{permission} is denied on {resource}, or there is no such repository.",
            why=said,
            remedy="have roles/artifactregistry.reader granted on it; " + GRANTS.format("reader"),
        )
    return Unreachable(f"Artifact Registry answers {status}.", why=said, remedy="try again in a while")


def masked(text: str, error: Optional[BaseException] = None) -> str:
    """Return `text` as `unsaid` does, and not too long."""
    return unsaid(text, error)[:400]


def _texts(error: BaseException) -> Tuple[str, str]:
    """Return all that `error` says, to be searched, and what of it is for people."""
    parts: List[str] = []
    for part in error.args or (str(error),):
        if isinstance(part, BaseException):
            parts += [type(part).__name__, *_texts(part)]
        elif isinstance(part, (str, dict)):
            parts.append(part if isinstance(part, str) else json.dumps(part, default=str))
        elif isinstance(part, (tuple, list)):
            parts += [str(one) for one in part]
    said = next(filter(None, (_message(part) for part in parts if "{" in part)), "") or (
        parts[0] if parts else ""
    )
    return " ".join(parts), said


def _message(text: str) -> str:
    """Return the sentence in an answer of Google's: of its REST services, of OAuth, or the text itself."""
    try:
        values: Any = json.loads(text[text.index("{") : text.rindex("}") + 1])
    except ValueError:
        return text.strip()
    error = values.get("error") if isinstance(values, dict) else None
    if isinstance(error, dict):
        return str(error.get("message", ""))
    found: Dict[str, Any] = values if isinstance(values, dict) else {}
    return ": ".join(str(found[name]) for name in ("error", "error_description") if found.get(name))


def _file() -> str:
    named = os.environ.get("GOOGLE_APPLICATION_CREDENTIALS")
    return f"{named} (GOOGLE_APPLICATION_CREDENTIALS)" if named else str(well_known_file(os.environ))
