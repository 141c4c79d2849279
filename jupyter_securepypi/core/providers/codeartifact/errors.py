"""What AWS and botocore say when they say no, told with its cause and its remedy.

Kinds are told apart by the names of botocore's exceptions and by AWS's error codes, because the classes
themselves differ between the botocore versions that images carry.
"""

from __future__ import annotations

import re
from calendar import timegm
from time import strptime
from typing import Optional

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
from .credential_failures import WEB_IDENTITY, Source, not_accepted, refused, source_of, unusable
from .settings_failures import authorities, not_valid

_LOG_IN = "log in again (for example `aws sso login`), or restart the app so that it gets new role credentials"

# Common errors of the AWS APIs ("Common Errors" in the STS and CodeArtifact API references) and CodeArtifact's own.
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_UNKNOWN_KEY = {
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
}
_SIGNATURE = {"SignatureDoesNotMatch", "InvalidSignatureException"}
_THROTTLED = {
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "SlowDown",
}
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
_MISSING = {"ResourceNotFoundException", "NoSuchEntity"}

_FOR_A_TOKEN = {"codeartifact:GetAuthorizationToken", "codeartifact:GetRepositoryEndpoint"}
_NO_ROUTE = {
    "EndpointConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ConnectionClosedError",
    "HTTPClientError",
    "ConnectionError",
    "IncompleteReadError",
}
# What resolvers say on Linux, macOS and Windows about a name that does not exist or cannot be looked up.
_NO_NAME = re.compile(
    r"Name or service not known|Temporary failure in name|No address associated|nodename nor servname"
    r"|getaddrinfo failed|NameResolutionError",
    re.IGNORECASE,
)
# "Signature expired: 20260101T000000Z is now earlier than 20260101T010000Z (20260101T011500Z - 15 min.)"
_STAMPS = re.compile(r"(\d{8}T\d{6}Z) is .*\((\d{8}T\d{6}Z)")
_POLICY = "`jupyter securepypi iam-policy {}` prints the statement"
# What administrators do, and the policy that allows it; everything else is what a token takes.
_PROMOTE = ("CopyPackageVersions", "ListPackageVersionAssets")
_PROTECT = (
    "ListPackages",
    "PutPackageOriginConfiguration",
    "GetAssociatedPackageGroup",
    "DescribePackageGroup",
    "CreatePackageGroup",
    "UpdatePackageGroupOriginConfiguration",
)
_BOTH = ("DescribeRepository", "ListPackageVersions")

_NOT_AUTHORIZED = re.compile(
    r"(?:User: (?P<who>\S+) is n|N)ot authorized to perform:? (?P<action>[\w-]+:\w+)"
    r"(?: on resource: (?P<resource>\S+))?"
)


def translate(error: BaseException, *, action: str = "", resource: str = "") -> SecurePyPIError:
    """Return the error that says what `error`, raised by boto3 or botocore, means.

    Args:
        error: what was raised.
        action: the IAM action that was being used, like ``sts:AssumeRole``; empty before any call.
        resource: ARN of what it was used on.
    """
    response = getattr(error, "response", None)
    if isinstance(response, dict) and isinstance(response.get("Error"), dict):
        code = str(response["Error"].get("Code", ""))
        status = (response.get("ResponseMetadata") or {}).get("HTTPStatusCode", 0)
        message = unsaid(str(response["Error"].get("Message", "")), error)
        return _from_code(code, message, status, action, resource, source_of(error, ""))
    return _from_class(error, action)


def _from_code(
    code: str, message: str, status: int, action: str, resource: str, source: Optional[Source]
) -> SecurePyPIError:
    doing = f"AWS refused {action}: " if action else "AWS refused: "
    if code in _SIGNATURE and re.search(r"expired|not yet current", message, re.IGNORECASE):
        return ClockSkew(
            f"Cannot get a CodeArtifact token: this machine's clock is {_off_by(message)} ({code} on {action}).",
            why=message,
            remedy="set the clock (`timedatectl set-ntp true`), or restart the machine; AWS allows five minutes",
        )
    if code in _DENIED:
        return _denied(message, action, resource)
    if code in _EXPIRED and source is not WEB_IDENTITY:
        return CredentialsError(
            f"Cannot get a CodeArtifact token: the AWS credentials have expired ({code} on {action}).",
            why=message,
            remedy=_LOG_IN,
        )
    if code in _UNKNOWN_KEY or code in _SIGNATURE:
        return not_accepted(code, message, action)
    if code in _THROTTLED or status == 429:
        return Throttled(
            f"AWS answers that there are too many requests ({code} on {action}).",
            why=message,
            remedy="wait; it is tried again with growing pauses",
        )
    if source and status < 500:
        return refused(code, message, source)
    if code in _MISSING:
        return NotFound(
            f"{doing}{message or code}",
            why=f"looked for {resource}{_in_region(resource)}",
            remedy="check domain, owner, region and repository in CA_REPOSITORY_ARN or SecurePyPI.repository",
        )
    if status >= 500 or code in ("InternalServerException", "InternalFailure", "ServiceUnavailable"):
        return Unreachable(
            f"AWS failed to answer {action or 'the request'}: {code or status}.",
            why=message,
            remedy="nothing to do here: it is tried again with growing pauses",
        )
    return ConfigurationError(
        f"{doing}{code}: {message}", remedy="check the options; `jupyter securepypi status`"
    )


def _denied(message: str, action: str, resource: str) -> AccessDenied:
    said = _NOT_AUTHORIZED.search(message)
    missing = said.group("action") if said else action
    for_a_token = missing.startswith("sts:") or missing in _FOR_A_TOKEN
    who = said.group("who") if said else ""
    on = (said.group("resource") if said else "") or resource
    short = who.split(":", 5)[-1] if who else "the caller"
    if missing == "sts:GetServiceBearerToken":
        why = "whoever calls codeartifact:GetAuthorizationToken needs this action as well"
        remedy = (
            "allow sts:GetServiceBearerToken on * with the condition "
            f"sts:AWSServiceName = codeartifact.amazonaws.com; {_POLICY.format('reader')}"
        )
    elif missing == "sts:AssumeRole":
        why = "either the caller lacks sts:AssumeRole on the role, or the role's trust policy does not name it"
        remedy = (
            f"add both for {short} ({_POLICY.format('execution-role')}, read-role-trust the role's), "
            "or correct role_arn / SECURE_PYPI_ROLE_ARN, or the role_arn of the AWS profile"
        )
    elif missing == "sts:AssumeRoleWithWebIdentity":
        why = f"the trust policy of the role in AWS_ROLE_ARN does not let this identity in; AWS says: {message}"
        remedy = WEB_IDENTITY.remedy
    else:
        why = message
        kind = _policy_for(missing, for_a_token)
        remedy = f"allow {missing} on {on} for {short}; across accounts the resource policy must allow it too"
        remedy += f"; {_POLICY.format(kind)}" if kind else ""
    failed = "Cannot get a CodeArtifact token: " if for_a_token else ""
    return AccessDenied(f"{failed}AccessDenied on {missing} ({short}, {on}).", why=why, remedy=remedy)


def _policy_for(action: str, for_a_token: bool) -> str:
    """Return the kind of policy that allows `action`; empty where none of ours is meant for it."""
    name = action.rpartition(":")[2]
    if name in _BOTH:
        return "promoter` or `protector"
    if name in _PROMOTE:
        return "promoter"
    return "protector" if name in _PROTECT else "reader" if for_a_token else ""


def _from_class(error: BaseException, action: str) -> SecurePyPIError:
    names = {kind.__name__ for kind in type(error).__mro__}
    text = unsaid(str(error), error)
    if "SSLError" in names:
        return authorities(error, text, action)
    if "ProxyConnectionError" in names:
        return Unreachable(
            f"The proxy does not let {action or 'requests'} through to AWS.",
            why=_inner(error) or text,
            remedy="check HTTPS_PROXY, or set NO_PROXY for AWS's hosts where VPC endpoints lead to them",
        )
    found = None if names & {"ConfigParseError", "ProfileNotFound"} else unusable(error, names, text)
    if found:
        return found
    if names & _NO_ROUTE and _NO_NAME.search(f"{text} {_inner(error)}"):
        return Unreachable(
            f"AWS cannot be reached for {action}: its host name is unknown here.",
            why=text,
            remedy="check the region in the repository's ARN, and this machine's DNS: a VPC endpoint needs private "
            "DNS, or AWS_ENDPOINT_URL_CODEARTIFACT and AWS_ENDPOINT_URL_STS",
        )
    if names & _NO_ROUTE:
        return Unreachable(
            f"AWS cannot be reached for {action}.",
            why=text,
            remedy="without internet the VPC needs the endpoints codeartifact.api, codeartifact.repositories and "
            "sts; otherwise check HTTPS_PROXY and the region",
        )
    if "CapacityNotAvailableError" in names:
        return Throttled(
            f"Too many requests to AWS failed before {action}.", why=text, remedy="wait a moment and try again"
        )
    if names & {"ImportError", "ModuleNotFoundError"}:
        return ConfigurationError("boto3 cannot be imported.", why=text, remedy="python -m pip install boto3")
    return not_valid(error, names, text)


def _inner(error: BaseException) -> str:
    """Return what the error below botocore's says, which names the cause where botocore names the address only."""
    kwargs = getattr(error, "kwargs", None)
    return unsaid(str(kwargs.get("error", "")), error) if isinstance(kwargs, dict) else ""


def _in_region(arn: str) -> str:
    region = (arn.split(":") + [""] * 4)[3]
    return f", and a domain exists in one region only: {region} may be the wrong one" if region else ""


def _off_by(message: str) -> str:
    """Return how wrong this machine's clock is, by the two times in AWS's words."""
    found = _STAMPS.search(message)
    if not found:
        return "wrong"
    ours, theirs = (timegm(strptime(stamp, "%Y%m%dT%H%M%SZ")) for stamp in found.groups())
    return f"{abs(ours - theirs) // 60} minutes {'behind' if ours < theirs else 'ahead'}"
