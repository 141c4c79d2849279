"""The four calls that minting needs, through the AWS CLI, for containers whose Python has no boto3.

`Session` and `Client` have the methods of `aws_sdk` and botocore that `mint` uses, so that there is one way to mint.
A failure of the CLI becomes an exception like botocore's, which `errors.translate` accepts.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Sequence

from ...child import program_on_path
from ...secret_folder import secret_folder

_TIMEOUT = 60.0  # seconds; the CLI has its own retries
_API_ERROR = re.compile(r"An error occurred \((\w+)\) when calling the \w+ operation[^:]*: (.*)", re.DOTALL)
_KEYS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
)


class CliError(Exception):
    """A failure of the CLI; if AWS answered, `response` has the form of botocore's ``ClientError.response``."""

    def __init__(self, text: str, response: Optional[Dict[str, Any]] = None) -> None:
        super().__init__(text)
        self.response = response


class BotoCoreError(CliError):
    """An exception of the botocore inside the CLI, known by its text; subclasses have botocore's names."""


# Text of the CLI → the name of botocore's exception, because `errors` tells failures apart by that name.
_SAID = (
    (r"Unable to locate credentials", "NoCredentialsError"),
    (r"Partial credentials", "PartialCredentialsError"),
    (r"config profile .* could not be found", "ProfileNotFound"),
    (r"Error when retrieving|SSO session|Token .* expired|refresh failed", "CredentialRetrievalError"),
    (r"SSL validation failed|CERTIFICATE_VERIFY_FAILED", "SSLError"),
    (r"Failed to connect to proxy", "ProxyConnectionError"),
    (r"Could not connect to the endpoint|Connect timeout|Read timeout", "EndpointConnectionError"),
    (r"Connection was closed|HTTP Client raised", "HTTPClientError"),
    (r"Infinite loop in credential", "InfiniteLoopConfigError"),
    (r"Unable to parse config file", "ConfigParseError"),
    (r"Missing Dependency", "MissingDependencyException"),
    (r"invalid|not valid|Bad value|does not exist|missing required|no role ARN", "InvalidConfigError"),
)


def available() -> bool:
    """Return whether there is an ``aws`` command."""
    return bool(program_on_path("aws", os.environ))


class Session:
    """The credentials of the calls: the CLI's own chain, a profile, or the keys of an assumed role.

    Args:
        profile: AWS profile; empty for the CLI's default chain.
        keys: the ``Credentials`` in AssumeRole's answer.
    """

    def __init__(self, profile: str = "", keys: Optional[Mapping[str, str]] = None) -> None:
        self.profile = profile
        self._keys = keys

    def acting_with(self, keys: Mapping[str, str]) -> Session:
        """Return the session of an assumed role."""
        return Session(keys=keys)

    def client(self, service: str, region: str, endpoint: Optional[str], **_: Any) -> Client:
        """Return a client of `service`."""
        return Client(self, service, region, endpoint)

    def call(self, words: Sequence[str], answer_to: Mapping[str, Any]) -> Dict[str, Any]:
        """Run ``aws`` with `words` and the parameters `answer_to`; return the answer.

        Raises:
            CliError: the call failed; the subclass says how.
        """
        with secret_folder() as folder:
            environ = self._environment(folder)
            parameters = folder / "parameters.json"
            # Through a file, because the CLI drops a duration of zero that is given as an option.
            parameters.write_text(json.dumps(answer_to), encoding="utf-8")
            command = [program_on_path("aws", os.environ) or "aws", *words]
            command += ["--cli-input-json", f"file://{parameters}", "--output", "json"]
            if self.profile and not self._keys:
                command += ["--profile", self.profile]
            try:
                done = subprocess.run(
                    command,
                    env=environ,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    timeout=_TIMEOUT,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                # Not chained: the original error carries the CLI's output.
                raise _named(
                    "EndpointConnectionError", f"the AWS CLI did not finish in {_TIMEOUT:g} seconds"
                ) from None
        if done.returncode:
            raise _failure(done.stderr.decode("utf-8", "replace"))
        try:
            answer: Dict[str, Any] = json.loads(done.stdout.decode("utf-8"))
        except ValueError:
            raise CliError("the AWS CLI printed no JSON") from None
        return answer

    def _environment(self, folder: Path) -> Dict[str, str]:
        environ = {**os.environ, "AWS_PAGER": "", "AWS_STS_REGIONAL_ENDPOINTS": "regional"}
        # The CLI is a Python program: a job's folder of scripts must not hide its modules.
        environ.pop("PYTHONPATH", None)
        if self._keys:
            # Through a file for this one call: every process of this user can read an environment.
            for name in _KEYS:
                environ.pop(name, None)
            path = folder / "credentials"
            path.touch(mode=0o600)
            path.write_text(
                "[default]\n"
                f"aws_access_key_id = {self._keys['AccessKeyId']}\n"
                f"aws_secret_access_key = {self._keys['SecretAccessKey']}\n"
                f"aws_session_token = {self._keys['SessionToken']}\n",
                encoding="utf-8",
            )
            environ["AWS_SHARED_CREDENTIALS_FILE"] = str(path)
            environ["AWS_CONFIG_FILE"] = os.devnull
        return environ


class Client:
    """One service, with the methods of botocore's clients that minting uses."""

    def __init__(self, session: Session, service: str, region: str, endpoint_url: Optional[str]) -> None:
        self._session = session
        self._service = service
        self._options = ["--region", region, *(["--endpoint-url", endpoint_url] if endpoint_url else [])]

    def get_caller_identity(self) -> Dict[str, Any]:
        """Return ``Account``, ``Arn`` and ``UserId`` of the caller."""
        return self._call("get-caller-identity")

    def assume_role(self, **parameters: Any) -> Dict[str, Any]:
        """Return the ``Credentials`` of a role and its ``AssumedRoleUser``."""
        return self._call("assume-role", **parameters)

    def get_authorization_token(self, **parameters: Any) -> Dict[str, Any]:
        """Return ``authorizationToken`` and ``expiration``, a datetime."""
        answer = self._call("get-authorization-token", **parameters)
        return {**answer, "expiration": _when(answer["expiration"])}

    def get_repository_endpoint(self, **parameters: Any) -> Dict[str, Any]:
        """Return ``repositoryEndpoint``."""
        return self._call("get-repository-endpoint", **parameters)

    def _call(self, operation: str, **parameters: Any) -> Dict[str, Any]:
        return self._session.call([self._service, operation, *self._options], parameters)


def _when(value: Any) -> datetime:
    """Return the time in the CLI's answer, which is ISO 8601, or epoch seconds with some settings."""
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value, timezone.utc)
    text = re.sub(r"\.\d+", "", str(value)).replace("Z", "+00:00")
    return datetime.fromisoformat(text)


def _failure(text: str) -> CliError:
    if "Traceback (most recent call last)" in text:
        text = text.strip().splitlines()[-1].partition(": ")[2] or text
    said = " ".join(text.split())
    found = _API_ERROR.search(said)
    if found:
        return CliError(said, {"Error": {"Code": found.group(1), "Message": found.group(2)}})
    kind = next((kind for pattern, kind in _SAID if re.search(pattern, said, re.IGNORECASE)), "")
    return _named(kind, said) if kind else CliError(said)


def _named(kind: str, said: str) -> CliError:
    """Return an exception whose class has the name of botocore's exception `kind`."""
    failure: CliError = type(kind, (BotoCoreError,), {})(said)
    return failure
