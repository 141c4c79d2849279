"""CodeArtifact's REST interface: the operations that mint tokens and list domains, repositories and packages.

Paths, parameters and limits are those of botocore's service model ``codeartifact/2018-09-22``.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .errors import AwsError
from .http import Request, Response
from .pages import cut, invalid
from .permissions import authorize
from .principals import Principal
from .state import State
from .world import Domain, Repo

_DOMAIN = re.compile(r"[a-z][a-z0-9\-]{0,48}[a-z0-9]")
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{1,99}")
_OWNER = re.compile(r"\d{12}")
_FORMATS = ("npm", "pypi", "maven", "nuget", "generic", "ruby", "swift", "cargo")
_LONGEST, _SHORTEST = 43_200, 900  # seconds


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

    def authorize(self, action: str, resource: str, owner: str, policy: Any = None) -> None:
        """Allow the caller ``codeartifact:ACTION``, or raise `AwsError`."""
        authorize(self.who, f"codeartifact:{action}", resource, self.state.faults, owner=owner, policy=policy)

    def domain(self, action: str) -> Domain:
        """Return the domain of the request, if the caller may perform `action` on it."""
        domain = self._domain()
        self.authorize(action, domain.arn, domain.owner, domain.policy)
        return domain

    def repository(self, action: str) -> Repo:
        """Return the repository of the request, if the caller may perform `action` on it."""
        wanted = self._checked("repository", _REPOSITORY)
        repo = self.state.world.repository(self._domain(), wanted)
        self.authorize(action, repo.arn, repo.domain.owner, repo.policy)
        return repo

    def format(self, default: str = "") -> str:
        """Return the package format of the request."""
        value = self.get("format", default)
        if value not in _FORMATS:
            raise invalid(f"Value '{value}' at 'format' must be one of {', '.join(_FORMATS)}")
        return value

    def _domain(self) -> Domain:
        name = self._checked("domain", _DOMAIN)
        owner = self._checked("domain-owner", _OWNER) if self.get("domain-owner") else self.who.account
        return self.state.world.domain(self.region, owner, name)

    def _checked(self, name: str, pattern: re.Pattern[str]) -> str:
        value = self.get(name)
        if not pattern.fullmatch(value):
            raise invalid(
                f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: "
                f"Member must satisfy regular expression pattern: {pattern.pattern}"
            )
        return value


def operation_of(request: Request) -> str:
    """Return the name of the operation that `request` asks for, or an empty string."""
    return _ROUTES.get((request.method, request.path), ("", None))[0]


def answer(request: Request, who: Principal, region: str, state: State) -> Response:
    """Return CodeArtifact's answer to `who`, the principal that signed the request for `region`.

    Raises:
        AwsError: a refusal in CodeArtifact's words.
    """
    handler = _ROUTES[request.method, request.path][1]
    body = handler(Asked(request, who, region, state))
    headers = {"Content-Type": "application/json", "x-amzn-requestid": str(uuid.uuid4())}
    return Response(200, headers, json.dumps(body).encode())


def _get_authorization_token(asked: Asked) -> dict[str, Any]:
    given = asked.get("duration", str(_LONGEST))
    if not given.isdigit() or not (int(given) == 0 or _SHORTEST <= int(given) <= _LONGEST):
        raise invalid(
            f"Invalid duration '{given}': it must be 0, or between {_SHORTEST} and {_LONGEST} seconds"
        )
    domain = asked.domain("GetAuthorizationToken")
    context = {"sts:AWSServiceName": "codeartifact.amazonaws.com", "sts:DurationSeconds": given}
    authorize(asked.who, "sts:GetServiceBearerToken", "*", asked.state.faults, context=context)
    # 0 means the rest of the caller's temporary credentials; a user's never end, so they get the longest time.
    wanted = float(given) or min(asked.who.seconds_left, float(_LONGEST))
    lifetime = asked.state.faults.token_lifetime
    token, expires_at = asked.state.tokens.issue(domain, asked.who, wanted if lifetime is None else lifetime)
    expiration = round(expires_at + asked.state.faults.clock_skew, 3)
    return {"authorizationToken": token, "expiration": expiration}


def _get_repository_endpoint(asked: Asked) -> dict[str, Any]:
    wanted = asked.format()
    kind = asked.get("endpointType", "ipv4")
    if kind not in ("ipv4", "dualstack"):
        raise invalid(f"Value '{kind}' at 'endpointType' must be one of dualstack, ipv4")
    repo = asked.repository("GetRepositoryEndpoint")
    return {"repositoryEndpoint": asked.state.endpoint_of(repo, wanted, kind)}


def _list_domains(asked: Asked) -> dict[str, Any]:
    asked.authorize("ListDomains", "*", asked.who.account)
    try:
        given = json.loads(asked.request.body or b"{}")
    except ValueError:
        raise AwsError(
            "ValidationException", "Could not parse the body", 400, {"reason": "CANNOT_PARSE"}
        ) from None
    domains = [_domain(domain) for domain in asked.state.world.domains_in(asked.region, asked.who.account)]
    return cut("domains", domains, str(given.get("maxResults", 1000)), str(given.get("nextToken", "")))


def _describe_domain(asked: Asked) -> dict[str, Any]:
    domain = asked.domain("DescribeDomain")
    repositories = asked.state.world.repositories_of(domain)
    size = sum(repo.storage.size() for repo in repositories)
    return {
        "domain": {
            **_domain(domain),
            "repositoryCount": len(repositories),
            "assetSizeBytes": size,
            "s3BucketArn": f"arn:{domain.partition}:s3:::assets-{domain.owner}-{domain.region}",
        }
    }


def _list_repositories(asked: Asked) -> dict[str, Any]:
    asked.authorize("ListRepositories", "*", asked.who.account)
    domains = asked.state.world.domains_in(asked.region, asked.who.account)
    return _repositories(
        asked, [repo for domain in domains for repo in asked.state.world.repositories_of(domain)]
    )


def _list_repositories_in_domain(asked: Asked) -> dict[str, Any]:
    return _repositories(asked, asked.state.world.repositories_of(asked.domain("ListRepositoriesInDomain")))


def _repositories(asked: Asked, repos: list[Repo]) -> dict[str, Any]:
    prefix = asked.get("repository-prefix")
    found = [_repository(repo) for repo in repos if repo.name.startswith(prefix)]
    return cut("repositories", found, asked.get("max-results", "1000"), asked.get("next-token"))


def _describe_repository(asked: Asked) -> dict[str, Any]:
    repo = asked.repository("DescribeRepository")
    return {"repository": {**_repository(repo), "upstreams": [], "externalConnections": []}}


def _list_packages(asked: Asked) -> dict[str, Any]:
    repo = asked.repository("ListPackages")
    wanted, prefix = asked.format("pypi"), asked.get("package-prefix")
    names = repo.storage.versions() if wanted == "pypi" else {}
    restrictions = {"restrictions": {"publish": "ALLOW", "upstream": "BLOCK"}}
    packages = [
        {"format": "pypi", "package": name, "originConfiguration": restrictions}
        for name in names
        if name.startswith(prefix)
    ]
    return cut("packages", packages, asked.get("max-results", "1000"), asked.get("next-token"))


def _list_package_versions(asked: Asked) -> dict[str, Any]:
    wanted = asked.format()
    repo = asked.repository("ListPackageVersions")
    package = re.sub(r"[-_.]+", "-", asked.get("package")).lower()
    files = repo.storage.versions().get(package, []) if wanted == "pypi" else []
    if not files:
        raise AwsError(
            "ResourceNotFoundException",
            f"Package not found. Package '{package}' in repository '{repo.name}' does not exist",
            404,
            {"resourceId": f"{repo.domain.owner}/{repo}/{wanted}//{package}", "resourceType": "package"},
        )
    origin = {"domainEntryPoint": {"repositoryName": repo.name}, "originType": "INTERNAL"}
    status = asked.get("status", "Published")
    versions = [
        {
            "version": file.version,
            "revision": repo.storage.digest(file),
            "status": "Published",
            "origin": origin,
        }
        for file in reversed(files)
        if status == "Published"
    ]
    page = cut("versions", versions, asked.get("max-results", "1000"), asked.get("next-token"))
    return {"format": wanted, "package": package, "defaultDisplayVersion": files[-1].version, **page}


def _domain(domain: Domain) -> dict[str, Any]:
    return {
        "name": domain.name,
        "owner": domain.owner,
        "arn": domain.arn,
        "status": "Active",
        "createdTime": round(domain.created, 3),
        "encryptionKey": domain.encryption_key,
    }


def _repository(repo: Repo) -> dict[str, Any]:
    return {
        "name": repo.name,
        "administratorAccount": repo.domain.owner,
        "domainName": repo.domain.name,
        "domainOwner": repo.domain.owner,
        "arn": repo.arn,
        "description": f"Python packages of {repo.domain.name}",
        "createdTime": round(repo.created, 3),
    }


_Handler = Callable[[Asked], dict[str, Any]]
_ROUTES: dict[tuple[str, str], tuple[str, _Handler]] = {
    ("POST", "/v1/authorization-token"): ("GetAuthorizationToken", _get_authorization_token),
    ("GET", "/v1/repository/endpoint"): ("GetRepositoryEndpoint", _get_repository_endpoint),
    ("POST", "/v1/domains"): ("ListDomains", _list_domains),
    ("GET", "/v1/domain"): ("DescribeDomain", _describe_domain),
    ("POST", "/v1/repositories"): ("ListRepositories", _list_repositories),
    ("POST", "/v1/domain/repositories"): ("ListRepositoriesInDomain", _list_repositories_in_domain),
    ("GET", "/v1/repository"): ("DescribeRepository", _describe_repository),
    ("POST", "/v1/packages"): ("ListPackages", _list_packages),
    ("POST", "/v1/package/versions"): ("ListPackageVersions", _list_package_versions),
}
