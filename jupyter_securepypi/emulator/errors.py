"""Failures in AWS's words, and their three forms: query XML, REST JSON and index page."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape  # it writes, and parses nothing # nosec B406

from .http import Response

# The query protocol (STS, IAM) and REST JSON have different names for the same failure; see "Common Errors" in the
# API references of STS and CodeArtifact.
_REST_NAMES = {
    "AccessDenied": "AccessDeniedException",
    "ExpiredToken": "ExpiredTokenException",
    "IncompleteSignature": "IncompleteSignatureException",
    "InternalFailure": "InternalServerException",
    "InvalidClientTokenId": "UnrecognizedClientException",
    "MissingAuthenticationToken": "MissingAuthenticationTokenException",
    "ServiceUnavailable": "ServiceUnavailableException",
    "SignatureDoesNotMatch": "InvalidSignatureException",
    "Throttling": "ThrottlingException",
}
_NAMESPACES = {
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
}


@dataclass
class AwsError(Exception):
    """A refusal.

    Attributes:
        code: the query protocol's name for it, or REST JSON's name if only that exists.
        message: AWS's words.
        status: HTTP status.
        fields: further members of the JSON body (``reason``, ``resourceId``, ``resourceType``).
        retry_after: seconds for the ``Retry-After`` header, or None.
    """

    code: str
    message: str
    status: int = 400
    fields: Mapping[str, str] = field(default_factory=dict)
    retry_after: int | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def rest_error(error: AwsError) -> Response:
    """Return `error` in CodeArtifact's form: the type in a header, the rest as JSON."""
    code = _REST_NAMES.get(error.code, error.code)
    headers = {
        "Content-Type": "application/json",
        "x-amzn-errortype": code,
        "x-amzn-requestid": str(uuid.uuid4()),
    }
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return Response(error.status, headers, json.dumps({"message": error.message, **error.fields}).encode())


def query_error(error: AwsError, service: str) -> Response:
    """Return `error` in the form of STS and IAM: an XML document."""
    # STS throttles with 400, REST JSON services with 429.
    status = 400 if error.code == "Throttling" else error.status
    kind = "Receiver" if status >= 500 else "Sender"
    request_id = str(uuid.uuid4())
    body = (
        f'<ErrorResponse xmlns="{_NAMESPACES[service]}">\n  <Error>\n    <Type>{kind}</Type>\n'
        f"    <Code>{escape(error.code)}</Code>\n    <Message>{escape(error.message)}</Message>\n  </Error>\n"
        f"  <RequestId>{request_id}</RequestId>\n</ErrorResponse>\n"
    )
    return Response(status, {"Content-Type": "text/xml", "x-amzn-RequestId": request_id}, body.encode())


def index_error(error: AwsError, realm: str) -> Response:
    """Return `error` in the package index's form; a 401 says how to authenticate for `realm`."""
    headers = {"Content-Type": "application/json", "x-amzn-requestid": str(uuid.uuid4())}
    if error.status == 401:
        # CodeArtifact's realm is DOMAIN/REPOSITORY; no Python client uses the Bearer challenge beside it.
        headers["WWW-Authenticate"] = f'Basic realm="{realm}"'
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return Response(error.status, headers, json.dumps({"message": error.message}).encode())
