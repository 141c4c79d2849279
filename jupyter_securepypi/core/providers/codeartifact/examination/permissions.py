"""Try each IAM action that is needed; nothing is concluded from policies. Runs in the child."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from .... import reach as endpoints
from ....check import STORED, Check
from ....errors import (
    AccessDenied,
    ClockSkew,
    CredentialsError,
    NotFound,
    SecurePyPIError,
    TokenExpired,
    Unreachable,
)
from ....grant import MintRequest
from ....index import Index
from ....proxy_and_trust import ProxyAndTrust
from ....secret import Secret, SecretDict
from ..mint import Caller, ask
from ..repository import LOGIN, named_by
from ..trust import as_the_sdk_does
from .credentials import NAME as CREDENTIALS
from .credentials import credentials
from .machine import clock, sdk
from .network import remedies_for
from .own_names import own_names

IDENTITY, ASSUME = "sts:GetCallerIdentity", "sts:AssumeRole"
TOKEN, BEARER = "codeartifact:GetAuthorizationToken", "sts:GetServiceBearerToken"
ENDPOINT, READ = "codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"
_TIMEOUTS = (endpoints.CONNECT, endpoints.ANSWER)
_PROBE_LIFETIME = 900  # seconds, the shortest lifetime, because the token is thrown away
_PROJECT = "jupyter-securepypi"  # CodeArtifact serves pages of projects, and none about itself
_DEAD_END = "not tried: {}"


def examine(
    request: MintRequest, report: Callable[[Check], None], stored: str = "", index_url: str = ""
) -> str:
    """Make all checks, and return the address of the index; empty if it is still unknown.

    Args:
        request: the request that minting would make.
        report: is called with each check as soon as it is made.
        stored: the secret of the token that package managers have, or empty.
        index_url: the address of the index if it is known, or empty.
    """
    examination = _Examination(request, report, stored, index_url)
    examination.run()
    return examination.index_url


class _Examination:
    """Makes the checks in the order of their dependencies; the arguments are those of `examine`."""

    def __init__(
        self, request: MintRequest, report: Callable[[Check], None], stored: str, index_url: str
    ) -> None:
        # Any patience turns the SDK's own retries off, and this small one allows a single attempt.
        self.request = replace(request, duration=_PROBE_LIFETIME, patience=0.001)
        self.report = report
        self.stored = stored
        self.index_url = index_url
        self._down: dict[str, str] = {}
        self._clock_wrong = False

    def run(self) -> None:
        """Make and report each check; no failure of AWS or the network is raised."""
        request = self.request
        self.report(sdk())
        try:
            caller = Caller(request, _TIMEOUTS)
            sts = caller.client(
                caller.session, "sts", request.setting("sts_region") or named_by(request).region
            )
            api = caller.client(caller.session, "codeartifact", named_by(request).region)
        except SecurePyPIError as error:
            self.report(Check.of(error, CREDENTIALS))
            return self._give_up(self._actions(), "nothing can ask AWS")
        self._reach({"sts": _url(sts, "sts", request), "codeartifact": _url(api, "codeartifact", request)})
        session = self._identify(caller, sts)
        if session is None:
            return None
        api = caller.client(session, "codeartifact", named_by(request).region)
        secret = self._token(api)
        self._index(secret)
        if "codeartifact" not in self._down:
            self.report(own_names(self.request, api))
        return None

    def _actions(self) -> list[str]:
        role = [ASSUME] if self.request.role else []
        return [IDENTITY, *role, TOKEN, BEARER, ENDPOINT, READ]

    def _give_up(self, names: list[str], why: str) -> None:
        for name in names:
            self.report(Check.untried(name, _DEAD_END.format(why)))

    def _reach(self, urls: Mapping[str, str]) -> None:
        with ThreadPoolExecutor(max_workers=len(urls)) as pool:
            contacts = dict(zip(urls, pool.map(self._contact, urls, urls.values()), strict=True))
        for service, contact in contacts.items():
            check = contact.check
            if not check.ok:
                self._down[service] = f"the {check.name} is out of reach"
                if service == "sts" and not self.request.role:
                    check = Check.untried(check.name, f"{check.finding.what} Without a role it is not needed.")
            self.report(check)
        found = clock([contact.skew for contact in contacts.values()])
        self._clock_wrong = found.ok is False
        self.report(found)

    def _contact(self, service: str, url: str) -> endpoints.Contact:
        def connect() -> ProxyAndTrust:
            return as_the_sdk_does(self.request.setting("profile"))

        return endpoints.reach(f"{service} endpoint", url, connect, remedies_for(service))

    def _identify(self, caller: Caller, sts: Any) -> Any:
        """Return the session that reads packages, or None if the examination cannot go on."""
        lifetime, source = credentials(caller.session)
        rest = self._actions()
        if not lifetime.ok:
            self.report(lifetime)
            return self._give_up(rest, "there are no usable credentials")
        who: Mapping[str, Any] = {}
        try:
            who = self._try(IDENTITY, "sts", sts.get_caller_identity)
        except CredentialsError as error:
            self.report(Check.of(error, CREDENTIALS))
            return self._give_up(rest, "the credentials are not accepted")
        except SecurePyPIError as error:
            self.report(lifetime.reworded(f"found ({source}), {lifetime.finding.what}; AWS did not say whose"))
            self._report_failure(IDENTITY, error)
        else:
            self.report(lifetime.reworded(f"{who.get('Arn', '')} ({source}), {lifetime.finding.what}"))
            self.report(Check.passed(IDENTITY, "allowed"))
        if not self.request.role:
            return caller.session
        rest = rest[1:]
        if not who and ("sts" in self._down or self._clock_wrong or "{account_id}" in self.request.role):
            return self._give_up(rest, f"{IDENTITY} failed")
        try:
            arn, session = caller.assume_role(sts, who)
        except SecurePyPIError as error:
            self._report_failure(ASSUME, error)
            return self._give_up(rest[1:], "the role cannot be assumed")
        self.report(Check.passed(ASSUME, f"allowed, as {arn}"))
        return session

    def _token(self, api: Any) -> str:
        repository = named_by(self.request)
        where = {"domain": repository.domain, "domainOwner": repository.owner}
        secret = ""  # none yet # nosec B105
        try:
            answer = self._try(
                TOKEN,
                "codeartifact",
                lambda: SecretDict(api.get_authorization_token(**where, durationSeconds=_PROBE_LIFETIME)),
            )
            secret = Secret(answer["authorizationToken"])
            self.report(Check.passed(TOKEN, "allowed"))
            self.report(Check.passed(BEARER, "allowed"))
        except AccessDenied as error:
            # AWS checks the second action only after it has allowed the first.
            if BEARER in error.message:
                self.report(Check.passed(TOKEN, "allowed"))
                self._report_failure(BEARER, error)
            else:
                self._report_failure(TOKEN, error)
                self._give_up([BEARER], f"{TOKEN} is denied")
        except SecurePyPIError as error:
            self._report_failure(TOKEN, error)
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
            self.report(Check.passed(ENDPOINT, "allowed"))
        except SecurePyPIError as error:
            if not self.index_url and repository.partition == "aws":
                self.index_url = repository.computed_endpoint + "simple/"
            self._report_failure(ENDPOINT, error)
        return secret

    def _index(self, secret: str) -> None:
        if not self.index_url:
            return self._give_up(["index endpoint", READ], "the index is not known")
        contact = endpoints.reach(
            "index endpoint", self.index_url, endpoints.as_pip_does, remedies_for("index")
        )
        self.report(contact.check)
        if not contact.check.ok:
            return self._give_up([READ], "the index is out of reach")
        if not (secret or self.stored):
            return self._give_up([READ], "there is no token")
        self.report(self._read(READ, secret or self.stored))
        if self.stored and secret:
            accepted = self._read(STORED, self.stored)
            # If a new token fails in the same way, the failure says nothing about the old one.
            if accepted.ok or "401" in accepted.finding.what or "404" in accepted.finding.what:
                self.report(accepted)
        return None

    def _read(self, name: str, secret: str) -> Check:
        index = Index(self.index_url, self.index_url, secret, LOGIN)
        try:
            status = endpoints.index_status(index, remedies_for("index"), _PROJECT)
            if status == 404:
                # Whether there is no such package, or no such token: a made-up token is answered 401, as a rule.
                other = Index(self.index_url, self.index_url, "no-token", LOGIN)
                refused = endpoints.index_status(other, remedies_for("index"), _PROJECT)
                status = 200 if refused == 401 else status
        except endpoints.NoAnswer as missing:
            return Check.failed(name, f"{self.index_url}: {missing}.", missing.remedy or "try again")
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

    def _report_failure(self, name: str, error: SecurePyPIError) -> None:
        """Report a failure, unless an earlier check has already named its cause."""
        known = error.message in self._down.values() or (isinstance(error, ClockSkew) and self._clock_wrong)
        if known:
            why = "the clock is wrong" if isinstance(error, ClockSkew) else error.message
            self.report(Check.untried(name, _DEAD_END.format(why)))
        elif isinstance(error, NotFound):
            self.report(Check.failed(name, f"{error.message} {error.why}.", error.remedy))
        else:
            self.report(Check.of(error, name))


def _url(client: Any, service: str, request: MintRequest) -> str:
    """Return the address that the client sends its requests to."""
    known = getattr(getattr(client, "meta", None), "endpoint_url", "")
    name = f"AWS_ENDPOINT_URL_{service.upper()}"
    chosen = known or os.environ.get(name) or os.environ.get("AWS_ENDPOINT_URL")
    # The AWS CLI does not say; this is the standard form (AWS General Reference, "Service endpoints").
    region = (request.setting("sts_region") if service == "sts" else "") or named_by(request).region
    return str(chosen or f"https://{service}.{region}.amazonaws.com")
