"""Operations on repositories, and on their external connections."""

from __future__ import annotations

from typing import Any

from ..domains import Domain, Repo
from ..pages import invalid
from ..public_index import CONNECTION
from .asked import REPOSITORY, Answer, Asked, Routes, checked, conflict, not_found, one_of, over_quota
from .tags import set_tags

_MOST_UPSTREAMS = 10  # AWS user guide, "Requesting a package version with upstream repositories"


# AWS user guide, "Supported external connection repositories"; only that of Python has packages here.
_CONNECTIONS = (
    CONNECTION,
    "public:npmjs",
    "public:nuget-org",
    "public:maven-central",
    "public:maven-googleandroid",
    "public:maven-gradleplugins",
    "public:maven-commonsware",
    "public:maven-clojars",
    "public:ruby-gems-org",
    "public:crates-io",
)


def _create_repository(asked: Asked) -> Answer:
    name = checked("repository", asked.get("repository"), REPOSITORY)
    domain, world = asked.any_domain(), asked.state.world
    arn = domain.arn.replace(":domain/", ":repository/") + f"/{name}"
    asked.authorize("CreateRepository", arn, domain.owner, domain.policy)
    if any(repo.name == name for repo in world.repositories_of(domain)):
        raise conflict(
            "repository",
            f"Repository '{name}' in domain '{domain.name}' owned by account '{domain.owner}' already exists",
            f"{domain.owner}/{domain.name}/{name}",
        )
    upstreams = _upstreams(asked, domain, name)
    repo = world.add_repository(domain, name, description=str(asked.body.get("description", "")))
    repo.upstreams, repo.created = upstreams, asked.state.now
    set_tags(asked, repo.arn)
    return {"repository": describe_repository(repo)}


def _describe_repository(asked: Asked) -> Answer:
    return {"repository": describe_repository(asked.repository("DescribeRepository"))}


def _update_repository(asked: Asked) -> Answer:
    repo = asked.repository("UpdateRepository")
    if "upstreams" in asked.body:
        repo.upstreams = _upstreams(asked, repo.domain, repo.name)
    repo.description = str(asked.body.get("description", repo.description))
    return {"repository": describe_repository(repo)}


def _delete_repository(asked: Asked) -> Answer:
    repo, world = asked.repository("DeleteRepository"), asked.state.world
    below = [other.name for other in world.repositories_of(repo.domain) if repo.name in other.upstreams]
    if below:
        raise conflict(
            "repository",
            f"Repository '{repo.name}' is an upstream of {', '.join(below)}; remove it there before deleting it",
            f"{repo.domain.owner}/{repo}",
        )
    described = describe_repository(repo)
    world.remove_repository(repo)
    world.tags.pop(repo.arn, None)
    return {"repository": described}


def _list_repositories(asked: Asked) -> Answer:
    asked.authorize("ListRepositories", "*", asked.who.account)
    domains = asked.state.world.domains_in(asked.region, asked.who.account)
    return _listed(asked, [repo for domain in domains for repo in asked.state.world.repositories_of(domain)])


def _list_repositories_in_domain(asked: Asked) -> Answer:
    return _listed(asked, asked.state.world.repositories_of(asked.domain("ListRepositoriesInDomain")))


def describe_repository(repo: Repo) -> dict[str, Any]:
    """Return the model's ``RepositoryDescription``."""
    connected = {"externalConnectionName": repo.connection, "packageFormat": "pypi", "status": "Available"}
    return {
        **_summary(repo),
        "upstreams": [{"repositoryName": name} for name in repo.upstreams],
        "externalConnections": [connected] if repo.connection else [],
    }


def _upstreams(asked: Asked, domain: Domain, name: str) -> list[str]:
    given = asked.body.get("upstreams") or []
    names = [str(one.get("repositoryName", "")) for one in given if isinstance(one, dict)]
    if len(names) > _MOST_UPSTREAMS:
        raise over_quota(
            "repository",
            f"A repository has at most {_MOST_UPSTREAMS} upstreams",
            f"{domain.owner}/{domain.name}/{name}",
        )
    for upstream in names:
        repo = asked.state.world.repository(domain, checked("upstreams", upstream, REPOSITORY))
        if name == upstream or name in _ancestors(asked, repo):
            raise invalid(
                f"Repository '{upstream}' cannot be an upstream of '{name}': it would be its own upstream"
            )
        asked.authorize("AssociateWithDownstreamRepository", repo.arn, domain.owner, repo.policy)
    return names


def _ancestors(asked: Asked, repo: Repo) -> set[str]:
    found: set[str] = set()
    for name in repo.upstreams:
        found |= {name} | _ancestors(asked, asked.state.world.repository(repo.domain, name))
    return found


def _listed(asked: Asked, repos: list[Repo]) -> Answer:
    prefix = asked.get("repository-prefix")
    return asked.cut("repositories", [_summary(repo) for repo in repos if repo.name.startswith(prefix)])


def _summary(repo: Repo) -> dict[str, Any]:
    return {
        "name": repo.name,
        "administratorAccount": repo.domain.owner,
        "domainName": repo.domain.name,
        "domainOwner": repo.domain.owner,
        "arn": repo.arn,
        "description": repo.description,
        "createdTime": round(repo.created, 3),
    }


def _associate(asked: Asked) -> Answer:
    repo = asked.repository("AssociateExternalConnection")
    wanted = one_of("externalConnection", asked.get("external-connection"), _CONNECTIONS)
    where = f"{repo.domain.owner}/{repo}"
    if repo.connection == wanted:
        raise conflict("repository", f"Repository '{repo.name}' has the connection {wanted} already", where)
    if repo.connection:
        raise over_quota("repository", f"Repository '{repo.name}' has an external connection already", where)
    repo.connection = wanted
    return {"repository": describe_repository(repo)}


def _disassociate(asked: Asked) -> Answer:
    repo = asked.repository("DisassociateExternalConnection")
    wanted = one_of("externalConnection", asked.get("external-connection"), _CONNECTIONS)
    if repo.connection != wanted:
        what = f"External connection '{wanted}' of repository '{repo.name}'"
        raise not_found("repository", what, f"{repo.domain.owner}/{repo}")
    repo.connection = ""
    return {"repository": describe_repository(repo)}


ROUTES: Routes = {
    ("POST", "/v1/repository"): ("CreateRepository", _create_repository),
    ("GET", "/v1/repository"): ("DescribeRepository", _describe_repository),
    ("PUT", "/v1/repository"): ("UpdateRepository", _update_repository),
    ("DELETE", "/v1/repository"): ("DeleteRepository", _delete_repository),
    ("POST", "/v1/repositories"): ("ListRepositories", _list_repositories),
    ("POST", "/v1/domain/repositories"): ("ListRepositoriesInDomain", _list_repositories_in_domain),
    ("POST", "/v1/repository/external-connection"): ("AssociateExternalConnection", _associate),
    ("DELETE", "/v1/repository/external-connection"): ("DisassociateExternalConnection", _disassociate),
}
