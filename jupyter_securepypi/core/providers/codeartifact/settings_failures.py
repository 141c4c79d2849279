"""What is not valid among the settings of AWS's SDK or CLI: files, variables, and whom to trust."""

from __future__ import annotations

import os
import re
from typing import Set, Tuple

from ...errors import ConfigurationError, SecurePyPIError, Unreachable
from .credential_failures import PROFILE, holders, variables_in

_UNKNOWN = {"DataNotFoundError", "ApiVersionNotFoundError", "UnsupportedServiceProtocolsError"}
# Of the names of botocore's exceptions: those about what a file, a variable or a parameter says.
_SETTING = re.compile(
    r"^(Invalid|Unknown|Unsupported|MissingDep|MissingParam|ConfigNotFound|(Base)?Endpoint(Variant|Provider|Res)|NoRegion|NoAuth"
    r"|ServiceNotInRegion|Range)|Validation"
)
# As botocore and the CLI read them, the first one first.
_OPTION = "ca_bundle in the AWS profile"
_BUNDLES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")


def authorities(error: BaseException, text: str, action: str) -> SecurePyPIError:
    """Return why TLS failed when `error` was raised: a file of authorities that is missing, or that lacks one."""
    by, file = _bundle(error)
    if (file and not os.path.exists(file)) or (not file and "No such file" in text):
        by = by or _OPTION  # of the CLI nobody hears the path
        return ConfigurationError(
            f"{by} names the certificate authorities {file or 'in a file'}, which are not there.",
            remedy=f"correct {by}, or leave it out: boto3 and the AWS CLI bring Mozilla's authorities",
        )
    failed = f"The TLS connection to AWS failed on {action or 'the first request'}."
    if "CERTIFICATE_VERIFY_FAILED" in text and file:
        remedy = f"add the authority of the inspecting proxy to {file}, which {by} names"
    elif "CERTIFICATE_VERIFY_FAILED" in text:
        remedy = "behind an inspecting proxy set AWS_CA_BUNDLE to its certificate authority"
    elif file and re.search(r"Permission denied|NO_CERTIFICATE|PEM|X509|unknown error", text):
        failed = f"{by} names the certificate authorities {file}, which cannot be read."
        remedy = f"{by} has to name a file with certificates in PEM that this user may read"
    else:
        remedy = (
            "look at what stands in between: check HTTPS_PROXY, whose own address mostly starts with http://"
        )
    return Unreachable(failed, why=text, remedy=remedy)


def not_valid(error: BaseException, names: Set[str], text: str) -> SecurePyPIError:
    """Return what is not valid when `error`, of classes with these `names`, was raised before anything was asked."""
    if "ProfileNotFound" in names:
        return ConfigurationError(text, remedy="set SecurePyPI.profile or AWS_PROFILE to a profile that exists")
    details = getattr(error, "kwargs", None) or {}
    if "ConfigParseError" in names:
        path, lines = details.get("path"), _lines(details.get("error"))
        return ConfigurationError(
            f"The AWS configuration file {path} is not valid." if path else f"{text}.",
            why=f"it cannot be read at {lines}; the line is not shown, because it may hold a key"
            if lines
            else "",
            remedy="each line has to stand below a [default] or a [profile NAME], as name = value",
        )
    if names & _UNKNOWN:
        return ConfigurationError(
            "This boto3 does not know a service that a token needs.",
            why=text[:200],
            remedy="update boto3 and botocore together, or put the AWS CLI into the image",
        )
    if "ValueError" in names or any(map(_SETTING.search, names)):
        quoted = variables_in(text)
        return ConfigurationError(
            "Cannot get a CodeArtifact token: an AWS setting is not valid.",
            why=f"{text} ({', '.join(quoted)})" if quoted else text,
            remedy=f"correct it among the variables AWS_… or in {PROFILE}",
        )
    return SecurePyPIError(
        "Cannot get a CodeArtifact token: AWS's SDK or CLI failed.",
        why=f"{type(error).__name__}: {text}",
        remedy="`aws sts get-caller-identity` shows whether AWS can be used here at all",
    )


def _bundle(error: BaseException) -> Tuple[str, str]:
    """Return which setting names the authorities in force, and their path; both empty for Mozilla's."""
    used = [
        vars(holder)["_verify"] for holder in holders(error) if "_verify" in getattr(holder, "__dict__", {})
    ]
    files = [file for file in used if isinstance(file, str)]
    for name in _BUNDLES:
        value = os.environ.get(name, "")
        if value and (not used or value in files):
            return name, value
    return (_OPTION, files[-1]) if files else ("", "")


def _lines(error: object) -> str:
    """Return the numbers of the lines that a parser of INI files refused, and not their text."""
    single = getattr(error, "lineno", None)
    found = [single] if single else [line[0] for line in getattr(error, "errors", ())]
    return f"line {', '.join(map(str, found))}" if found else ""
