"""Each IAM action that is needed, tried: nothing is concluded from policies. Runs in the child."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from ...core.errors import (
    AccessDenied,
    ClockSkew,
    CredentialsError,
    NotFound,
    SecurePyPIError,
    TokenExpired,
    Unreachable,
)
from ...core.grant import MintRequest
from ...core.providers.codeartifact.mint import Caller, ask
from ...core.providers.codeartifact.repository import LOGIN, named_by
from .. import endpoints
from ..check import Check
from ..provider import STORED
from .clock import clock
from .credentials import NAME as CREDENTIALS
from .credentials import credentials

IDENTITY, ASSUME = "sts:GetCallerIdentity", "sts:AssumeRole"
TOKEN, BEARER = "codeartifact:GetAuthorizationToken", "sts:GetServiceBearerToken"
ENDPOINT, READ = "codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"
_TIMEOUTS = (endpoints.CONNECT, endpoints.ANSWER)
_PROBE_LIFETIME = 900  # seconds, the shortest: the token is thrown away
_DEAD_END = "not tried: {}"


def examine(request: MintRequest, tell: Callable[[Check], None], stored: str = "", index_url: str = "") -> str:
    """Make all checks, and return the address of the index as far as it is known by then, or empty.

    Args:
        request: what minting would ask for.
        tell: gets each check as soon as it is known.
        stored: the secret of the token that package managers have, or empty.
        index_url: the index as far as it is known, or empty.
    """
    examination = _Examination(request, tell, stored, index_url)
    examination.run()
    return examination.index_url


class _Examination:
    """Looks at all that AWS has to say, in the order in which one thing needs another; arguments as for `examine`."""

    def __init__(
        self, request: MintRequest, tell: Callable[[Check], None], stored: str, index_url: str
    ) -> None:
        # Patience of next to nothing: one attempt, by nobody else either.
        self.request = replace(request, duration=_PROBE_LIFETIME, patience=0.001)
        self.tell = tell
        self.stored = stored
        self.index_url = index_url
        self._down: dict[str, str] = {}
        self._clock_wrong = False

    def run(self) -> None:
        """Examine, and tell each check; raises nothing that AWS or the network may cause."""
        request = self.request
        try:
            caller = Caller(request, _TIMEOUTS)
            sts = caller.client(
                caller.session, "sts", request.setting("sts_region") or named_by(request).region
            )
            api = caller.client(caller.session, "codeartifact", named_by(request).region)
        except SecurePyPIError as error:
            self.tell(Check.of(error, CREDENTIALS))
            return self._give_up(self._actions(), "nothing can ask AWS")
        self._reach({"sts": _url(sts, "sts", request), "codeartifact": _url(api, "codeartifact", request)})
        session = self._identify(caller, sts)
        if session is None:
            return None
        secret = self._token(caller.client(session, "codeartifact", named_by(request).region))
        self._index(secret)
        return None

    def _actions(self) -> list[str]:
        role = [ASSUME] if self.request.role else []
        return [IDENTITY, *role, TOKEN, BEARER, ENDPOINT, READ]

    def _give_up(self, names: list[str], why: str) -> None:
        for name in names:
            self.tell(Check.untried(name, _DEAD_END.format(why)))

    def _reach(self, urls: Mapping[str, str]) -> None:
        with ThreadPoolExecutor(max_workers=len(urls)) as pool:
            contacts = dict(zip(urls, pool.map(endpoints.reach, urls, urls.values()), strict=True))
        for service, contact in contacts.items():
            check = contact.check
            if not check.ok:
                self._down[service] = f"the {check.name} is out of reach"
                if service == "sts" and not self.request.role:
                    check = Check.untried(check.name, f"{check.finding.what} Without a role it is not needed.")
            self.tell(check)
        found = clock([contact.skew for contact in contacts.values()])
        self._clock_wrong = found.ok is False
        self.tell(found)

    def _identify(self, caller: Caller, sts: Any) -> Any:
        """Return the session that reads packages, or None where there is no way on."""
        lifetime, source = credentials(caller.session)
        rest = self._actions()
        if not lifetime.ok:
            self.tell(lifetime)
            return self._give_up(rest, "there are no usable credentials")
        who: Mapping[str, Any] = {}
        try:
            who = self._try(IDENTITY, "sts", sts.get_caller_identity)
        except CredentialsError as error:
            self.tell(Check.of(error, CREDENTIALS))
            return self._give_up(rest, "the credentials are not accepted")
        except SecurePyPIError as error:
            self.tell(lifetime.saying(f"found ({source}), {lifetime.finding.what}; whose, AWS has not told"))
            self._tell_failure(IDENTITY, error)
        else:
            self.tell(lifetime.saying(f"{who.get('Arn', '')} ({source}), {lifetime.finding.what}"))
            self.tell(Check.passed(IDENTITY, "allowed"))
        if not self.request.role:
            return caller.session
        rest = rest[1:]
        if not who and ("sts" in self._down or self._clock_wrong or "{account_id}" in self.request.role):
            return self._give_up(rest, f"{IDENTITY} failed")
        try:
            arn, session = caller.assume_role(sts, who)
        except SecurePyPIError as error:
            self._tell_failure(ASSUME, error)
            return self._give_up(rest[1:], "the role cannot be assumed")
        self.tell(Check.passed(ASSUME, f"allowed, as {arn}"))
        return session

    def _token(self, api: Any) -> str:
        repository = named_by(self.request)
        where = {"domain": repository.domain, "domainOwner": repository.owner}
        secret = ""  # none yet # nosec B105
        try:
            answer = self._try(
                TOKEN,
                "codeartifact",
                lambda: api.get_authorization_token(**where, durationSeconds=_PROBE_LIFETIME),
            )
            secret = str(answer["authorizationToken"])
            self.tell(Check.passed(TOKEN, "allowed"))
            self.tell(Check.passed(BEARER, "allowed"))
        except AccessDenied as error:
            # AWS asks for the second only once it has allowed the first.
            if BEARER in error.message:
                self.tell(Check.passed(TOKEN, "allowed"))
                self._tell_failure(BEARER, error)
            else:
                self._tell_failure(TOKEN, error)
                self._give_up([BEARER], f"{TOKEN} is denied")
        except SecurePyPIError as error:
            self._tell_failure(TOKEN, error)
            self._give_up([BEARER], f"{TOKEN} failed")
        kind = (
            {"endpointType": self.request.setting("endpoint_type")}
            if self.request.setting("endpoint_type")
            else {}
        )
        try:
            answer = self._try(
                ENDPOINT,
                "codeartifact",
                lambda: api.get_repository_endpoint(**where, **kind, repository=repository.name, format="pypi"),
            )
            self.index_url = str(answer["repositoryEndpoint"]).rstrip("/") + "/simple/"
            self.tell(Check.passed(ENDPOINT, "allowed"))
        except SecurePyPIError as error:
            if not self.index_url and repository.partition == "aws":
                self.index_url = repository.computed_endpoint + "simple/"
            self._tell_failure(ENDPOINT, error)
        return secret

    def _index(self, secret: str) -> None:
        if not self.index_url:
            return self._give_up(["index endpoint", READ], "the index is not known")
        contact = endpoints.reach("index", self.index_url)
        self.tell(contact.check)
        if not contact.check.ok:
            return self._give_up([READ], "the index is out of reach")
        if not (secret or self.stored):
            return self._give_up([READ], "there is no token")
        self.tell(self._read(READ, secret or self.stored))
        if self.stored and secret:
            accepted = self._read(STORED, self.stored)
            # What a new token may not do either says nothing about the old one.
            if accepted.ok or "401" in accepted.finding.what or "404" in accepted.finding.what:
                self.tell(accepted)
        return None

    def _read(self, name: str, secret: str) -> Check:
        login = base64.b64encode(f"{LOGIN}:{secret}".encode()).decode()
        try:
            status = endpoints.get(self.index_url, {"Authorization": f"Basic {login}"}, index=True).status
        except endpoints.Stage as stage:
            return Check.failed(name, f"{self.index_url}: {stage}.", stage.remedy or "try again")
        if status == 200:
            return Check.passed(name, "allowed" if name == READ else "accepted")
        if status == 403:
            error: SecurePyPIError = AccessDenied(
                f"The index may not be read (403 from {self.index_url}).",
                why=f"the role, or the repository's policy, lacks {READ} on {named_by(self.request).arn}",
                remedy="`jupyter securepypi iam-policy reader` prints the statement; repository-policy the owner's",
            )
        elif status in (401, 404):
            error = TokenExpired(
                f"The index does not accept the token ({status} from {self.index_url}).",
                why="it has expired, was revoked, or belongs to another domain",
                remedy="`jupyter securepypi refresh` gets a new one",
            )
        else:
            error = Unreachable(f"The index answers {status}.", remedy="try again in a while")
        return Check.of(error, name)

    def _try(self, action: str, service: str, call: Callable[[], Any]) -> Any:
        if service in self._down:
            raise Unreachable(self._down[service])
        return ask(action, self.request, call)

    def _tell_failure(self, name: str, error: SecurePyPIError) -> None:
        """Tell what failed, unless an earlier line has told the cause already."""
        known = error.message in self._down.values() or (isinstance(error, ClockSkew) and self._clock_wrong)
        if known:
            why = "the clock is wrong" if isinstance(error, ClockSkew) else error.message
            self.tell(Check.untried(name, _DEAD_END.format(why)))
        elif isinstance(error, NotFound):
            self.tell(Check.failed(name, f"{error.message} {error.why}.", error.remedy))
        else:
            self.tell(Check.of(error, name))


def _url(client: Any, service: str, request: MintRequest) -> str:
    """Return where the client's requests go."""
    known = getattr(getattr(client, "meta", None), "endpoint_url", "")
    name = f"AWS_ENDPOINT_URL_{service.upper()}"
    chosen = known or os.environ.get(name) or os.environ.get("AWS_ENDPOINT_URL")
    # For the AWS CLI: the standard form, AWS General Reference, "Service endpoints".
    region = (request.setting("sts_region") if service == "sts" else "") or named_by(request).region
    return str(chosen or f"https://{service}.{region}.amazonaws.com")
