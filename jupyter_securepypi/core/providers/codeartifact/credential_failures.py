"""Why there are no usable AWS credentials: told by the way in which botocore, or the AWS CLI, looked for them.

botocore's own exceptions say it in part only. A provider of credentials also fails with whatever its file, program or
service brings about (FileNotFoundError, JSONDecodeError, ValueError, EOFError), so the provider at work counts first:
the innermost of botocore's objects that the traceback goes through. The CLI hands on the text alone.
"""

from __future__ import annotations

import os
import re
from traceback import walk_tb
from typing import Iterator, List, NamedTuple, Optional, Set

from ...errors import ConfigurationError, CredentialsError, SecurePyPIError

_CANNOT = "Cannot get a CodeArtifact token: "
KEY_VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
PROFILE = "the AWS profile (~/.aws/config, or AWS_CONFIG_FILE)"


class Source(NamedTuple):
    """One way to credentials: what messages call it, and what to do where it fails."""

    name: str
    remedy: str


PROCESS = Source(
    "the program that credential_process names in the AWS profile",
    "run it in a terminal: it has to print one JSON object with Version 1, AccessKeyId and SecretAccessKey",
)
WEB_IDENTITY = Source(
    "the web identity (AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, or the AWS profile's)",
    "have the token file mounted or written anew (EKS: the pod's service account; elsewhere: the CI system), set "
    "AWS_ROLE_ARN, and check that the role's trust policy names the token's issuer",
)
CONTAINER = Source(
    "the container's credentials service (AWS_CONTAINER_CREDENTIALS_FULL_URI or _RELATIVE_URI)",
    "it has to be https, loopback or one of AWS's own addresses; check AWS_CONTAINER_AUTHORIZATION_TOKEN and "
    "_TOKEN_FILE, or restart the app",
)
METADATA = Source(
    "the instance metadata service", "give this machine a role, or set AWS_PROFILE or keys in the environment"
)
SSO = Source("the SSO session of the AWS profile", f"`aws sso login`, or correct the sso_ lines of {PROFILE}")
LOGIN = Source("the session of `aws login` that the AWS profile names", "run `aws login` again")
ROLE = Source(
    "the role of the AWS profile", f"correct role_arn, source_profile and credential_source in {PROFILE}"
)
KEYS = Source(
    "the set of AWS keys in variables or profile",
    "set access key, secret key and, for temporary ones, the session token",
)
OTHER = Source(
    "what the AWS SDK asks", "log in again, name a profile, or restart the app: its role gives new ones"
)

# botocore's classes, those that hold a METHOD and their helpers, by the start of their names.
_AT_WORK = (
    ("Process", PROCESS),
    ("AssumeRoleWithWebIdentity", WEB_IDENTITY),
    ("FileWebIdentity", WEB_IDENTITY),
    ("AssumeRole", ROLE),
    ("CanonicalName", ROLE),
    ("Container", CONTAINER),
    ("InstanceMetadata", METADATA),
    ("SSO", SSO),
    ("Login", LOGIN),
    ("Env", KEYS),
    ("SharedCredential", KEYS),
    ("Config", KEYS),
    ("OriginalEC2", KEYS),
    ("Boto", KEYS),
)
_MODULES = ("botocore.credentials", "botocore.tokens", "botocore.utils")
_NAMED = {
    "AWS_WEB_IDENTITY_TOKEN_FILE": WEB_IDENTITY,
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": CONTAINER,
}
# What only one provider says, or its exceptions are called.
_SAID = (
    (re.compile(r"custom-process|Expecting value|No closing quotation|has no attribute 'get'"), PROCESS),
    (re.compile(r"WebIdentity|web identity", re.IGNORECASE), WEB_IDENTITY),
    (re.compile(r"container-role|Auth token value|Unsupported host"), CONTAINER),
    (re.compile(r"iam-role|IMDS|Metadata"), METADATA),
    (re.compile(r"SSO|sso-session|TokenRetrieval"), SSO),
    (re.compile(r"aws login|login session|login credential|^Login"), LOGIN),
    (re.compile(r"source_profile|credential_source|source profile|credential source|Infinite loop"), ROLE),
    (re.compile(r"Partial credentials"), KEYS),
    (re.compile(r"\[Errno"), PROCESS),
    (re.compile(r"CredentialRetrieval|still expired"), OTHER),
)
_MFA = re.compile(r"MFA (code|token)")


def source_of(error: BaseException, text: str) -> Optional[Source]:
    """Return the way to credentials that `error`, which says `text`, stands in; None where it stands in none."""
    for holder in reversed(list(holders(error))):
        for start, source in _AT_WORK:
            if type(holder).__name__.startswith(start) and type(holder).__module__ in _MODULES:
                return source
    quoted = [_NAMED[name] for name in variables_in(text) if name in _NAMED]
    said = f"{type(error).__name__}: {text}"
    found = (source for pattern, source in _SAID if pattern.search(said))
    return next(iter(quoted), None) or next(found, None)


def variables_in(text: str) -> List[str]:
    """Return the variables of AWS, without those that hold keys, whose value `text` quotes."""
    return [
        name
        for name, value in sorted(os.environ.items())
        if name.startswith("AWS_") and name not in KEY_VARIABLES and len(value) > 2 and value in text
    ]


def holders(error: BaseException) -> Iterator[object]:
    """Yield the object whose method each frame of the traceback is in, the outermost first."""
    for frame, _ in walk_tb(error.__traceback__):
        if "self" in frame.f_locals:
            yield frame.f_locals["self"]


def unusable(error: BaseException, names: Set[str], text: str) -> Optional[SecurePyPIError]:
    """Return why there are no credentials, or why they cannot be used, or None where `error` is about something else.

    Args:
        error: what was raised.
        names: of its class and those above.
        text: what it says, secrets masked.
    """
    if "Invalid header value" in text:
        return untidy() or CredentialsError(  # the text is the header, and with it a key or a token
            f"{_CANNOT}one of the AWS keys holds a blank, a line end or a letter that no key has.",
            remedy=f"write it anew in {PROFILE}, its credentials file, or what hands it out",
        )
    if "NoCredentialsError" in names:
        return CredentialsError(
            f"{_CANNOT}there are no AWS credentials.",
            why=text,
            remedy="log in (`aws sso login`, `aws configure`), name a profile, or give this machine a role",
        )
    source = source_of(error, text)
    if (
        "RefreshWithMFAUnsupportedError" in names
        or _MFA.search(text)
        or (source is ROLE and "EOFError" in names)
    ):
        return CredentialsError(
            f"{_CANNOT}the AWS profile wants a one-time code (MFA), and there is no terminal to ask for it.",
            why="mfa_serial stands in the profile",
            remedy="get a session first: `aws sts get-session-token --serial-number ARN --token-code CODE`, and set "
            "its three values as AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN",
        )
    if "MissingDependencyException" in names and source is LOGIN:
        return ConfigurationError(
            f"{_CANNOT}{LOGIN.name} cannot be read: boto3 or the AWS CLI lacks awscrt.",
            why="login_session stands in the profile",
            remedy="add awscrt to the image, or have the AWS CLI 2 read the session, by another profile with "
            "`credential_process = aws configure export-credentials --profile NAME --format process`",
        )
    if source is None or (source is METADATA and any(name.startswith("Invalid") for name in names)):
        return None
    if source in (ROLE, WEB_IDENTITY) and names & {"ConnectionError", "HTTPClientError"}:
        return None  # it is STS that they could not reach
    if "PartialCredentialsError" in names:
        return CredentialsError(
            f"{_CANNOT}the AWS credentials are not complete.", why=text, remedy=source.remedy
        )
    kind = ConfigurationError if "InvalidConfigError" in names else CredentialsError
    return kind(f"{_CANNOT}{source.name} gives no credentials.", why=_why(error, text), remedy=source.remedy)


def refused(code: str, message: str, source: Source) -> CredentialsError:
    """Return what it means that AWS, asked by `source` for credentials, answers `code`."""
    return CredentialsError(f"{_CANNOT}AWS refuses {source.name} ({code}).", why=message, remedy=source.remedy)


def not_accepted(code: str, message: str, action: str) -> CredentialsError:
    """Return what it means that AWS answers `action` with a `code` about keys and signatures."""
    return untidy() or CredentialsError(
        f"{_CANNOT}AWS does not accept the credentials ({code} on {action}).",
        why=message,
        remedy="check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or the profile: all of one "
        "login, without quotes and blanks",
    )


def untidy() -> Optional[CredentialsError]:
    """Return the error about variables with keys that hold what no key does, or None where there are none."""
    found = [name for name in KEY_VARIABLES if re.search(r"[^\x21-\x7e]", os.environ.get(name, ""))]
    if not found:
        return None
    return CredentialsError(
        f"{_CANNOT}{' and '.join(found)} cannot be right.",
        why="there is a blank, a line end or a letter that no key has; its text is not shown",
        remedy="set it again without: a copied line end is a common cause",
    )


def _why(error: BaseException, text: str) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.strerror}: {error.filename}"
    if "Expecting value" in text:
        return "what it printed is not JSON"
    if "has no attribute 'get'" in text:
        return "what it printed is JSON, but no object"
    return text
