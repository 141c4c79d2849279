"""From AWS credentials to a token: STS, an optional role, GetAuthorizationToken, GetRepositoryEndpoint."""

from __future__ import annotations

import os
import re
import time
from dataclasses import replace
from typing import Any, Callable, Dict, Mapping, Optional, Tuple

from ...errors import AccessDenied, ConfigurationError, NotFound, SecurePyPIError, Throttled, Unreachable
from ...grant import Grant, MintRequest, check_duration
from ...proxy_address import refuse_unreadable
from ...retry import patiently
from ...secret import Secret, SecretDict
from ...token import Token
from . import aws_cli, aws_rest
from .errors import translate
from .repository import LOGIN, named_by

_ROLE_ARN = re.compile(r"arn:aws(-[a-z0-9]+)*:iam::\d{12}:role/[\w+=,.@/-]{1,512}")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def expand_role(template: str, *, account_id: str, partition: str) -> str:
    """Return the role ARN that `template` means for a caller in `account_id`.

    Raises:
        ConfigurationError: for an unknown placeholder, or where the result is no role ARN.
    """
    role = template.strip().replace("{account_id}", account_id).replace("{partition}", partition)
    left = _PLACEHOLDER.search(role)
    if left:
        raise ConfigurationError(
            f"The role template has the unknown placeholder {left.group()}: {template!r}.",
            remedy="only {account_id} (the caller's account) and {partition} are filled in",
        )
    if not _ROLE_ARN.fullmatch(role):
        raise ConfigurationError(
            f"This is not the ARN of a role: {role!r}.",
            why=_why_no_role(role, template),
            remedy="write role_arn or SECURE_PYPI_ROLE_ARN as arn:PARTITION:iam::ACCOUNT:role/NAME",
        )
    return role


def _why_no_role(role: str, template: str) -> str:
    if "@" in role and not role.startswith("arn:"):
        return (
            "it looks like the service account of another cloud, and the repository is one of AWS CodeArtifact"
        )
    return "" if role == template else f"it comes from the template {template!r}"


def mint(request: MintRequest, *, clock: Callable[[], float] = time.time) -> Grant:
    """Ask AWS for a token and the repository's endpoint, through botocore's standard credential chain.

    Without botocore, the AWS CLI asks with its own credential chain. A call takes some hundred milliseconds, or longer
    with retries. The variables AWS_ENDPOINT_URL_* work with a botocore of any age.

    Raises:
        SecurePyPIError: there is no token; the error has AWS's words and a remedy.
    """
    check_duration(request.duration)
    caller = Caller(request)
    identity, session = caller.assume()
    repository = named_by(request)
    client = caller.client(session, "codeartifact", repository.region)
    answer = ask(
        "codeartifact:GetAuthorizationToken",
        request,
        lambda: SecretDict(
            client.get_authorization_token(
                domain=repository.domain, domainOwner=repository.owner, durationSeconds=request.duration
            )
        ),
    )
    now = clock()
    token = Token(
        secret=Secret(answer["authorizationToken"]),
        expires_at=answer["expiration"].timestamp(),
        minted_at=now,
        identity=identity,
    )
    return Grant(token, _endpoint(request, client), LOGIN)


def _endpoint(request: MintRequest, client: Any) -> str:
    repository = named_by(request)
    parameters = {"domain": repository.domain, "domainOwner": repository.owner, "repository": repository.name}
    if request.setting("endpoint_type"):
        parameters["endpointType"] = request.setting("endpoint_type")
    try:
        answer = ask(
            "codeartifact:GetRepositoryEndpoint",
            request,
            lambda: client.get_repository_endpoint(format="pypi", **parameters),
        )
    except AccessDenied:
        # AWS documents the host for one partition and one kind only; for all others the denial stands.
        if repository.partition != "aws" or request.setting("endpoint_type") == "dualstack":
            raise
        return repository.computed_endpoint
    return str(answer["repositoryEndpoint"]).rstrip("/") + "/"


class Caller:
    """The identity that asks AWS: the ambient session, and the role that it assumes.

    Args:
        request: the request to the provider.
        timeouts: seconds for the connection and for the answer.

    Raises:
        ConfigurationError: nothing on this machine can speak to AWS, or the profile does not exist.
    """

    def __init__(self, request: MintRequest, timeouts: Tuple[float, float] = (10, 20)) -> None:
        self.request = request
        self.repository = named_by(request)
        self.timeouts = timeouts
        self.session = self._session()

    def _session(self) -> Any:
        profile = self.request.setting("profile")
        try:
            from . import aws_sdk
        except Exception as error:  # noqa: BLE001 a botocore too old for this Python raises anything
            if aws_cli.available():
                return aws_cli.Session(profile)
            raise ConfigurationError(
                "There is neither boto3 nor the AWS CLI, so AWS cannot be asked for a token.",
                why=f"botocore: {type(error).__name__}: {error}; no command `aws` on PATH",
                remedy="add boto3 or the AWS CLI to the image",
            ) from None
        return ask("", self.request, lambda: aws_sdk.Session.start(self.repository.region, profile))

    def client(self, session: Any, service: str, region: str) -> Any:
        """Return a client; the endpoint variables also work with a botocore that is too old to read them."""
        environ = os.environ
        ignore = environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true"
        name = f"AWS_ENDPOINT_URL_{service.upper()}"
        endpoint = None if ignore else environ.get(name) or environ.get("AWS_ENDPOINT_URL")
        # Other partitions have other hosts, which go through the same proxy.
        refuse_unreadable(endpoint or f"https://{service}.{region}.amazonaws.com", environ)
        return ask("", self.request, lambda: self._client(session, service, region, endpoint or None))

    def _client(self, session: Any, service: str, region: str, endpoint: Optional[str]) -> Any:
        # Two nested retries would multiply the waiting: with patience, only `patiently` retries.
        more: Dict[str, Any] = {"retries": {"max_attempts": 0}} if _patience(self.request) else {}
        connect, read = self.timeouts
        try:
            return session.client(service, region, endpoint, connect_timeout=connect, read_timeout=read, **more)
        except Exception as error:
            unknown = type(error).__name__ == "UnknownServiceError" and service == "codeartifact"
            if not unknown or (self.repository.partition != "aws" and not endpoint):
                raise
            return aws_rest.Client(session, region, endpoint)

    def assume(self) -> Any:
        """Return (ARN of the identity, session that acts as it)."""
        request, role = self.request, self.request.role.strip()
        region = request.setting("sts_region") or self.repository.region
        sts = self.client(self.session, "sts", region)
        caller = self._identity(sts, needed="{account_id}" in role)
        arn = str(caller.get("Arn", ""))
        if not role:
            return arn, self.session
        return self.assume_role(sts, caller)

    def assume_role(self, sts: Any, caller: Mapping[str, Any]) -> Any:
        """Return (ARN of the role session, session that acts as it); `caller` is the answer of GetCallerIdentity."""
        request, arn = self.request, str(caller.get("Arn", ""))
        role = expand_role(
            request.role.strip(),
            account_id=str(caller.get("Account", "")),
            partition=self.repository.partition,
        )
        # CloudTrail shows the session name, so it names the identity.
        name = re.sub(r"[^\w+=,.@-]", "-", "securepypi-" + arn.rpartition("/")[2])[:64]
        answer = ask(
            "sts:AssumeRole",
            request,
            lambda: SecretDict(sts.assume_role(RoleArn=role, RoleSessionName=name)),
            resource=role,
        )
        return str(answer["AssumedRoleUser"]["Arn"]), self.session.acting_with(answer["Credentials"])

    def _identity(self, sts: Any, *, needed: bool) -> Dict[str, Any]:
        try:
            # A name that is only for the record is not worth a wait.
            request = self.request if needed else replace(self.request, patience=0.0)
            return dict(ask("sts:GetCallerIdentity", request, sts.get_caller_identity))
        except (Unreachable, AccessDenied, NotFound, Throttled):
            # Only a role template needs the account from STS. Otherwise the call may fail: a VPC may lack the endpoint.
            if needed:
                raise
            return {}


def ask(action: str, request: MintRequest, call: Callable[[], Any], resource: Optional[str] = None) -> Any:
    """Return the result of `call`, which uses the IAM action `action`.

    Raises:
        SecurePyPIError: the call failed; the error says what the failure means.
    """

    def once() -> Any:
        try:
            return call()
        except SecurePyPIError:
            raise
        except Exception as error:  # noqa: BLE001 botocore's many kinds; `translate` lets none of ours through
            # Not chained: a traceback of botocore may show request headers.
            raise translate(error, action=action, resource=resource or named_by(request).arn) from None

    return patiently(once, _patience(request))


def _patience(request: MintRequest) -> float:
    """Return the seconds for repetitions; none where the user asks the AWS SDK for a single attempt (SDK reference)."""
    said = os.environ.get("AWS_MAX_ATTEMPTS", "")
    # What is no number is the SDK's to refuse, which it does where the retries are its own.
    return 0.0 if said == "1" or (said and not said.isdecimal()) else request.patience
