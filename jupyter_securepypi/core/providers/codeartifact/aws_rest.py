"""CodeArtifact for a botocore that is older than the service (2020): its two calls, signed by botocore.

Every botocore can sign and send a request; an old one only lacks the description of the service.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from typing import Any, Dict, Optional
from urllib.parse import urlencode

# Paths and parameters are those of botocore's service model ``codeartifact/2018-09-22``.
_SERVICE = "codeartifact"
_ENDPOINT = "https://codeartifact.{region}.amazonaws.com"  # AWS General Reference, "CodeArtifact endpoints"
_NAMES = {"domainOwner": "domain-owner", "durationSeconds": "duration"}


class Client:
    """Has the methods of botocore's client that `codeartifact.mint` uses.

    Args:
        session: `aws_sdk.Session`; its credentials sign the requests.
        region: the repository's region.
        endpoint_url: the address for requests, instead of the regional endpoint of partition ``aws``.
    """

    def __init__(self, session: Any, region: str, endpoint_url: Optional[str]) -> None:
        self._session = session
        self._region = region
        self._endpoint = (endpoint_url or _ENDPOINT.format(region=region)).rstrip("/")

    def get_authorization_token(self, **parameters: Any) -> Dict[str, Any]:
        """Return ``authorizationToken`` and ``expiration``, a datetime."""
        answer = self._send("POST", "/v1/authorization-token", "GetAuthorizationToken", parameters)
        return {**answer, "expiration": datetime.fromtimestamp(float(answer["expiration"]), timezone.utc)}

    def get_repository_endpoint(self, **parameters: Any) -> Dict[str, Any]:
        """Return ``repositoryEndpoint``."""
        return self._send("GET", "/v1/repository/endpoint", "GetRepositoryEndpoint", parameters)

    def _send(self, method: str, path: str, operation: str, parameters: Dict[str, Any]) -> Dict[str, Any]:
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.exceptions import ClientError, NoCredentialsError
        from botocore.httpsession import URLLib3Session
        from botocore.utils import get_environ_proxies

        credentials = self._session.get_credentials()
        if credentials is None:
            raise NoCredentialsError()
        query = urlencode(sorted((_NAMES.get(name, name), value) for name, value in parameters.items()))
        request = AWSRequest(method=method, url=f"{self._endpoint}{path}?{query}", data=b"")
        SigV4Auth(credentials.get_frozen_credentials(), _SERVICE, self._region).add_auth(request)
        options: Dict[str, Any] = {"verify": os.environ.get("AWS_CA_BUNDLE") or True, "timeout": (10, 20)}
        http = URLLib3Session(proxies=get_environ_proxies(self._endpoint), **options)
        response = http.send(request.prepare())
        if response.status_code == 200:
            answer: Dict[str, Any] = json.loads(response.content.decode("utf-8"))
            return answer
        raise ClientError(_error(response), operation)


def _error(response: Any) -> Any:
    """Return the error that botocore would make of a failed REST-JSON call."""
    try:
        body = json.loads(response.content.decode("utf-8"))
    except ValueError:
        body = {}
    code = response.headers.get("x-amzn-errortype") or body.get("__type") or body.get("code") or ""
    return {
        "Error": {
            "Code": str(code).split(":")[0].rpartition("#")[2] or str(response.status_code),
            "Message": str(body.get("message") or body.get("Message") or ""),
        },
        "ResponseMetadata": {"HTTPStatusCode": response.status_code},
    }
