"""CodeArtifact's operations for administrators: named as AWS names them, paged, paced and retried."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from math import inf
from typing import Any, Callable, Dict, Iterator

from ....errors import ConfigurationError, SecurePyPIError, Unreachable
from ....grant import MintRequest
from ..mint import Caller, ask
from ..repository import Repository, named_by

FORMAT = "pypi"
COPIES_PER_SECOND = 5
"""CodeArtifact quotas, "CopyPackageVersions": requests per second of an account."""
PATIENCE = 60.0
"""Seconds for which a throttled call is repeated, with growing pauses."""


class Pace:
    """Lets calls through at a steady rate.

    Args:
        per_second: calls.
        clock: returns the seconds of a clock that only goes forward.
        sleep: waits for so many seconds.
    """

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gap, self._clock, self._sleep = 1 / per_second, clock, sleep
        self._next = 0.0

    def wait(self) -> None:
        """Return once the next call may be made."""
        pause = self._next - self._clock()
        if pause > 0:
            self._sleep(pause)
        self._next = self._clock() + self._gap


class Api:
    """The operations on one domain.

    Args:
        request: says who asks, and its repository in which domain.
        client: boto3's client of CodeArtifact.
        seconds: that all calls together may take.
    """

    def __init__(self, request: MintRequest, client: Any, seconds: float = inf) -> None:
        self.request = request
        self._client = client
        self._seconds, self._until = seconds, time.monotonic() + seconds
        self._pace = Pace(COPIES_PER_SECOND)

    @staticmethod
    def of(request: MintRequest) -> Api:
        """Return the operations as the identity of `request`, its role included.

        Raises:
            SecurePyPIError: there are no credentials, or the role cannot be assumed.
        """
        patient = replace(request, patience=PATIENCE)
        caller = Caller(patient)
        _, session = caller.assume()
        return Api(patient, caller.client(session, "codeartifact", named_by(request).region))

    def call(self, operation: str, domain_of: Repository, resource: str = "", /, **parameters: Any) -> Any:
        """Return the answer of `operation`.

        Args:
            operation: as AWS spells it, like ``CopyPackageVersions``.
            domain_of: a repository of the domain.
            resource: the ARN that errors name; by default the repository's.
            parameters: the others, as boto3 spells them.

        Raises:
            SecurePyPIError: AWS refuses, or does not answer; ConfigurationError where boto3 is too old to ask.
        """
        if time.monotonic() > self._until:
            raise Unreachable(f"AWS has not answered everything within {self._seconds:g} seconds.")
        method = getattr(self._client, re.sub(r"(?<!^)([A-Z])", r"_\1", operation).lower(), None)
        if method is None:
            raise ConfigurationError(
                f"The boto3 here does not know {operation} of CodeArtifact.",
                why="it is older than that operation, or only the AWS CLI is installed",
                remedy="python -m pip install -U boto3",
            )

        def once() -> Any:
            if operation == "CopyPackageVersions":
                self._pace.wait()
            return method(domain=domain_of.domain, domainOwner=domain_of.owner, **parameters)

        return ask(f"codeartifact:{operation}", self.request, once, resource=resource or domain_of.arn)

    def pages(
        self, operation: str, key: str, domain_of: Repository, resource: str = "", /, **parameters: Any
    ) -> Iterator[Dict[str, Any]]:
        """Yield the items under `key` in every page of the answer of `operation`; arguments and errors as `call`."""
        more: Dict[str, Any] = {}
        while True:
            answer = self.call(operation, domain_of, resource, **parameters, **more)
            yield from answer.get(key, ())
            if not answer.get("nextToken"):
                return
            more = {"nextToken": answer["nextToken"]}


def package_arn(repository: Repository, name: str) -> str:
    """Return the ARN of the Python package `name` in `repository`."""
    return f"{repository.arn.replace(':repository/', ':package/', 1)}/{FORMAT}//{name}"


def group_arn(repository: Repository, pattern: str) -> str:
    """Return the ARN of the package group with `pattern` in the domain of `repository`."""
    return repository.arn.rpartition("/")[0].replace(":repository/", ":package-group/", 1) + pattern


def told(error: SecurePyPIError) -> str:
    """Return `error` on one line, with its remedy."""
    return f"{error.message} Try: {error.remedy}" if error.remedy else f"{error.message} {error.why}".strip()
