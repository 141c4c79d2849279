"""STS and IAM: moto keeps the state and answers for IAM; this module adds the checks that moto lacks."""

from __future__ import annotations

import json
import re
import uuid
from datetime import datetime, timezone
from typing import Any
from xml.sax.saxutils import escape  # it writes, and parses nothing # nosec B406

from moto.core.request import Request as MotoRequest
from moto.iam.responses import IamResponse

from . import web_identity
from .errors import AwsError
from .http import Request, Response
from .permissions import authorize, denied
from .principals import Principal
from .state import State

_XML = "https://sts.amazonaws.com/doc/2011-06-15/"
_SHORTEST, _LONGEST, _CHAINED = 900, 43_200, 3600  # seconds
_ROLE_ARN = re.compile(r"arn:aws[a-z0-9-]*:iam::\d{12}:role/[\w+=,.@/-]+", re.ASCII)
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)


def answer_sts(request: Request, operation: str, who: Principal, state: State) -> Response:
    """Return the answer of STS to `operation` by `who`.

    Raises:
        AwsError: a refusal in the words of the STS API reference.
    """
    if operation == "GetCallerIdentity":
        inner = _elements(Arn=who.arn, UserId=who.user_id, Account=who.account)
    elif operation == "AssumeRole":
        inner = _assume_role(request.form, who, state)
    else:
        raise AwsError("InvalidAction", f"Could not find operation {operation} for version 2011-06-15", 400)
    return _answer(operation, inner)


def answer_web_identity(request: Request, state: State) -> Response:
    """Return a session of a role for the holder of an identity provider's token; the call has no signature.

    Raises:
        AwsError: a refusal in the words of the STS API reference.
    """
    form = request.form
    arn, name = _role_and_name(form)
    seconds = _duration(form)
    identity = web_identity.identity_of(form.get("WebIdentityToken", ""), state.now)
    role = web_identity.trusted_role(arn, identity, state)
    _check_longest(seconds, role)
    session = _session(role, name, seconds, form.get("Policy", ""), state)
    told = {
        "SubjectFromWebIdentityToken": identity.subject,
        "Audience": identity.audience,
        "Provider": f"arn:{arn.split(':')[1]}:iam::{role.account_id}:oidc-provider/{identity.issuer}",
    }
    return _answer(web_identity.OPERATION, session + _elements(**told))


def _answer(operation: str, inner: str) -> Response:
    request_id = str(uuid.uuid4())
    body = (
        f'<{operation}Response xmlns="{_XML}">\n<{operation}Result>\n{inner}</{operation}Result>\n'
        f"<ResponseMetadata>\n{_elements(RequestId=request_id)}</ResponseMetadata>\n</{operation}Response>\n"
    )
    return Response(200, {"Content-Type": "text/xml", "x-amzn-RequestId": request_id}, body.encode())


def answer_iam(request: Request, operation: str, who: Principal, state: State) -> Response:
    """Return moto's answer for IAM in the account of `who`.

    Raises:
        AwsError: `who` has no permission, or moto does not know `operation`.
    """
    authorize(who, f"iam:{operation}", "*", state.faults)
    environ = {**request.environ, "wsgi.input": _Replay(request.body)}
    asked = MotoRequest(environ)
    try:
        status, headers, body = IamResponse.dispatch(asked, asked.raw_url, asked.headers)
    except NotImplementedError:
        raise AwsError(
            "InvalidAction", f"Could not find operation {operation} for version 2010-05-08", 400
        ) from None
    data = body if isinstance(body, bytes) else str(body).encode()
    return Response(int(status), {"Content-Type": headers.get("Content-Type", "text/xml")}, data)


def _assume_role(form: dict[str, str], who: Principal, state: State) -> str:
    arn, name = _role_and_name(form)
    seconds = _duration(form)

    role = state.keyring.find_role(arn)
    if role is None:
        # AWS gives the same answer for a role that does not exist and for one that may not be assumed.
        raise denied(who, "sts:AssumeRole", arn)
    context = {"sts:RoleSessionName": name}
    if "ExternalId" in form:
        context["sts:ExternalId"] = form["ExternalId"]
    trust = role.assume_role_policy_document
    authorize(who, "sts:AssumeRole", arn, state.faults, owner=role.account_id, policy=trust, context=context)

    if who.role_arn and seconds > _CHAINED:
        raise AwsError(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
            400,
        )
    _check_longest(seconds, role)
    return _session(role, name, seconds, form.get("Policy", ""), state)


def _role_and_name(form: dict[str, str]) -> tuple[str, str]:
    arn, name = form.get("RoleArn", ""), form.get("RoleSessionName", "")
    _require(len(arn) >= 20, arn, "roleArn", "Member must have length greater than or equal to 20")
    if not _ROLE_ARN.fullmatch(arn):
        raise AwsError("ValidationError", f"{arn} is invalid", 400)
    _require(
        _SESSION_NAME.fullmatch(name) is not None,
        name,
        "roleSessionName",
        r"Member must satisfy regular expression pattern: [\w+=,.@-]*",
    )
    return arn, name


def _check_longest(seconds: int, role: Any) -> None:
    if seconds > int(role.max_session_duration or 3600):
        raise AwsError(
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            400,
        )


def _session(role: Any, name: str, seconds: int, policy: str, state: State) -> str:
    _check_policy(policy)
    lifetime = state.faults.active("session_lifetime") or seconds
    session = state.keyring.open_session(role, name, float(lifetime), policy)
    end = datetime.fromtimestamp(state.now + float(lifetime), timezone.utc)
    credentials = _elements(
        AccessKeyId=session.access_key,
        SecretAccessKey=session.secret_key,
        SessionToken=session.session_token,
        Expiration=end.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    user = _elements(AssumedRoleId=session.user_id, Arn=session.arn)
    return f"<AssumedRoleUser>\n{user}</AssumedRoleUser>\n<Credentials>\n{credentials}</Credentials>\n"


def _check_policy(text: str) -> None:
    try:
        well_formed = not text or "Statement" in json.loads(text)
    except (ValueError, TypeError):
        well_formed = False
    if not well_formed:
        raise AwsError("MalformedPolicyDocument", "The policy is not in the valid JSON format.", 400)


def _duration(form: dict[str, str]) -> int:
    given = form.get("DurationSeconds", "3600")
    try:
        seconds = int(given)
    except ValueError:
        raise AwsError("MalformedInput", f"'{given}' is not a whole number", 400) from None
    _require(
        seconds >= _SHORTEST,
        given,
        "durationSeconds",
        f"Member must have value greater than or equal to {_SHORTEST}",
    )
    _require(
        seconds <= _LONGEST,
        given,
        "durationSeconds",
        f"Member must have value less than or equal to {_LONGEST}",
    )
    return seconds


def _require(holds: bool, value: str, member: str, constraint: str) -> None:
    if not holds:
        problem = f"Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
        raise AwsError("ValidationError", f"1 validation error detected: {problem}", 400)


def _elements(**values: Any) -> str:
    return "".join(f"<{name}>{escape(str(value))}</{name}>\n" for name, value in values.items())


class _Replay:
    """A body that was already read, in a form that moto can read again."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int = -1) -> bytes:
        """Return the next `size` bytes, or all."""
        end = len(self._data) if size is None or size < 0 else size
        part, self._data = self._data[:end], self._data[end:]
        return part
