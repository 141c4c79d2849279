"""A request to one of CodeArtifact's operations: its parameters, and the resources that they name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from packaging.utils import canonicalize_name

from ..domains import Domain, Repo
from ..errors import AwsError
from ..http import Request, Response
from ..packages.patterns import FORMATS
from ..packages.reach import Reach
from ..packages.records import PackageRecord
from ..pages import cut, invalid
from ..permissions import authorize
from ..principals import Principal
from ..state import State

DOMAIN = re.compile(r"[a-z][a-z0-9\-]{0,48}[a-z0-9]")
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{1,99}")
_OWNER = re.compile(r"\d{12}")
_NAME = re.compile(r"[^#/\s]+")

Answer = dict[str, Any]
Handler = Callable[["Asked"], "Answer | Response"]
Routes = dict[tuple[str, str], tuple[str, Handler]]


@dataclass(frozen=True)
class PackageOf:
    """The package of a request; it may not exist."""

    repo: Repo
    format: str
    namespace: str
    name: str

    @property
    def record(self) -> PackageRecord | None:
        """What the repository knows of it, or None: the emulator keeps Python packages only."""
        return self.repo.catalog.package(self.name) if self.format == "pypi" and not self.namespace else None

    def existing(self) -> PackageRecord:
        """Return what the repository knows of it, or raise `AwsError`."""
        if self.record is None:
            raise not_found(
                "package", f"Package '{self.name}' in repository '{self.repo.name}'", self.resource_id
            )
        return self.record

    @property
    def resource_id(self) -> str:
        """How errors name it."""
        return f"{self.repo.domain.owner}/{self.repo}/{self.format}/{self.namespace}/{self.name}"


@dataclass(frozen=True)
class Asked:
    """An authenticated request to one operation."""

    request: Request
    who: Principal
    region: str
    state: State

    def get(self, name: str, default: str = "") -> str:
        """Return a query parameter."""
        return self.request.query.get(name, default)

    @cached_property
    def body(self) -> Mapping[str, Any]:
        """The members of the body.

        Raises:
            AwsError: it is not a JSON object.
        """
        try:
            found = json.loads(self.request.body or b"{}")
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise AwsError("ValidationException", "Could not parse the body", 400, {"reason": "CANNOT_PARSE"})
        return found

    def authorize(self, action: str, resource: str, owner: str, policy: Any = None) -> None:
        """Allow the caller ``codeartifact:ACTION``, or raise `AwsError`."""
        authorize(self.who, f"codeartifact:{action}", resource, self.state.faults, owner=owner, policy=policy)

    def domain(self, action: str, name: str | None = None, owner: str | None = None) -> Domain:
        """Return the domain of the request, if the caller may perform `action` on it."""
        domain = self.any_domain(name, owner)
        self.authorize(action, domain.arn, domain.owner, domain.policy)
        return domain

    def any_domain(self, name: str | None = None, owner: str | None = None) -> Domain:
        """Return the domain of the request, or of this name and owner; what the caller may do is not asked."""
        name = checked("domain", self.get("domain") if name is None else name, DOMAIN)
        owner = self.get("domain-owner") if owner is None else owner
        owner = checked("domain-owner", owner, _OWNER) if owner else self.who.account
        return self.state.world.domain(self.region, owner, name)

    def repository(self, action: str, parameter: str = "repository") -> Repo:
        """Return the repository that `parameter` names, if the caller may perform `action` on it."""
        repo = self.any_repository(parameter)
        self.authorize(action, repo.arn, repo.domain.owner, repo.policy)
        return repo

    def any_repository(self, parameter: str = "repository") -> Repo:
        """Return the repository that `parameter` names; what the caller may do is not asked."""
        wanted = checked(parameter, self.get(parameter), REPOSITORY)
        return self.state.world.repository(self.any_domain(), wanted)

    def package(self, action: str, parameter: str = "repository") -> PackageOf:
        """Return the package of the request, if the caller may perform `action` on it."""
        kind = self.format()
        repo = self.any_repository(parameter)
        name, namespace = checked("package", self.get("package"), _NAME), self.get("namespace")
        name = canonicalize_name(name) if kind == "pypi" else name
        self.authorize(action, repo.package_arn(name, kind, namespace), repo.domain.owner, repo.policy)
        return PackageOf(repo, kind, namespace, name)

    def format(self, default: str = "") -> str:
        """Return the package format of the request."""
        return one_of("format", self.get("format", default), FORMATS)

    def reach(self, repo: Repo) -> Reach:
        """Return what looks through the upstreams of a repository."""
        return self.state.world.reach(repo.domain, self.state.now)

    def cut(self, name: str, items: list[dict[str, Any]]) -> Answer:
        """Return the page of `items` that the request's query asks for."""
        return cut(name, items, self.get("max-results", "1000"), self.get("next-token"))


def checked(name: str, value: Any, pattern: re.Pattern[str]) -> str:
    """Return `value` if it has the form of `pattern`, or raise `AwsError`."""
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise invalid(
            f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: "
            f"Member must satisfy regular expression pattern: {pattern.pattern}"
        )
    return value


def one_of(name: str, value: Any, allowed: tuple[str, ...]) -> str:
    """Return `value` if it is one of `allowed`, or raise `AwsError`."""
    if value not in allowed:
        raise invalid(f"Value '{value}' at '{name}' must be one of {', '.join(allowed)}")
    return str(value)


def texts(name: str, value: Any) -> list[str]:
    """Return `value` if it is a list of texts, or raise `AwsError`."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise invalid(f"Value at '{name}' must be a list of strings")
    return value


def not_found(kind: str, what: str, resource_id: str) -> AwsError:
    """Return the refusal for a resource that is not there; `kind` is one of AWS's resource types."""
    title = kind.replace("-", " ").capitalize()
    fields = {"resourceId": resource_id, "resourceType": kind}
    return AwsError("ResourceNotFoundException", f"{title} not found. {what} does not exist", 404, fields)


def conflict(kind: str, message: str, resource_id: str) -> AwsError:
    """Return the refusal of what does not fit the state of a resource."""
    return AwsError("ConflictException", message, 409, {"resourceId": resource_id, "resourceType": kind})


def over_quota(kind: str, message: str, resource_id: str) -> AwsError:
    """Return the refusal of more than a quota allows."""
    fields = {"resourceId": resource_id, "resourceType": kind}
    return AwsError("ServiceQuotaExceededException", message, 402, fields)
