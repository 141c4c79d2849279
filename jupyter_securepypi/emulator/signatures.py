"""The check of Signature Version 4 by AWS's rules: key, token, scope, clock and recomputed signature."""

from __future__ import annotations

import hmac
import re
from calendar import timegm
from time import gmtime, strftime, strptime

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from .errors import AwsError
from .http import Request
from .principals import Keyring, Principal

_TOLERANCE = 900  # seconds by which a request's date may differ
_STAMP = "%Y%m%dT%H%M%SZ"
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256\s+Credential=(?P<key>[^/,\s]+)/(?P<day>\d{8})/(?P<region>[^/,]*)/(?P<service>[^/,]*)/aws4_request,"
    r"\s*SignedHeaders=(?P<headers>[^,\s]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d{1,2}")


def claimed_service(request: Request) -> str:
    """Return the service that the request claims to be signed for, or an empty string."""
    match = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    return match["service"] if match else ""


def authenticate(
    request: Request, service: str, keyring: Keyring, now: float, expired: bool
) -> tuple[Principal, str]:
    """Return the principal that signed `request`, and the region that it signed for.

    Args:
        request: the received request.
        service: the service that answers: ``sts``, ``iam`` or ``codeartifact``.
        keyring: the principals that exist.
        now: AWS's clock, epoch seconds.
        expired: treat all credentials as expired.

    Raises:
        AwsError: the signature is not valid; the error has AWS's code and words.
    """
    header = request.headers.get("authorization", "")
    if not header:
        raise AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
    match = _AUTHORIZATION.fullmatch(header)
    if match is None:
        raise AwsError(
            "IncompleteSignature", "The Authorization header is not a valid AWS4-HMAC-SHA256 one.", 400
        )

    who = keyring.find(match["key"])
    given_token = request.headers.get("x-amz-security-token", "")
    if who is None or not hmac.compare_digest(given_token.encode(), who.session_token.encode()):
        raise AwsError("InvalidClientTokenId", "The security token included in the request is invalid.", 403)
    if expired or who.seconds_left <= 0:
        raise AwsError("ExpiredToken", "The security token included in the request is expired", 403)
    if match["service"] != service:
        raise _mismatch(f"Credential should be scoped to correct service: '{service}'. ")
    if not _REGION.fullmatch(match["region"]):
        raise _mismatch("Credential should be scoped to a valid region. ")

    stamp = request.headers.get("x-amz-date", "")
    _check_clock(stamp, match["day"], now)
    expected = _signature(request, who, match["headers"].split(";"), match["region"], service, stamp)
    if not hmac.compare_digest(expected, match["signature"]):
        raise _mismatch(
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method. "
            "Consult the service documentation for details."
        )
    return who, match["region"]


def _check_clock(stamp: str, day: str, now: float) -> None:
    try:
        sent = timegm(strptime(stamp, _STAMP))
    except ValueError:
        raise AwsError(
            "IncompleteSignature", f"Date must be in ISO-8601 'basic format'. Got '{stamp}'.", 400
        ) from None
    here = strftime(_STAMP, gmtime(now))
    if sent < now - _TOLERANCE:
        oldest = strftime(_STAMP, gmtime(now - _TOLERANCE))
        raise _mismatch(f"Signature expired: {stamp} is now earlier than {oldest} ({here} - 15 min.)")
    if sent > now + _TOLERANCE:
        latest = strftime(_STAMP, gmtime(now + _TOLERANCE))
        raise _mismatch(f"Signature not yet current: {stamp} is still later than {latest} ({here} + 15 min.)")
    if not stamp.startswith(day):
        raise _mismatch(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP"
        )


def _signature(
    request: Request, who: Principal, signed: list[str], region: str, service: str, stamp: str
) -> str:
    headers = {name: request.headers.get(name, "") for name in signed}
    url = f"http://{request.headers.get('host', '')}{request.raw_path}"
    if request.query_string:
        url += f"?{request.query_string}"
    again = AWSRequest(method=request.method, url=url, data=request.body, headers=headers)
    again.context["timestamp"] = stamp
    auth = SigV4Auth(Credentials(who.access_key, who.secret_key, who.session_token or None), service, region)
    signature: str = auth.signature(auth.string_to_sign(again, auth.canonical_request(again)), again)
    return signature


def _mismatch(message: str) -> AwsError:
    return AwsError("SignatureDoesNotMatch", message, 403)
