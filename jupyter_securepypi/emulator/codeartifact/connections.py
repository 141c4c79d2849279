"""External connections of repositories."""

from __future__ import annotations

from ..public_index import CONNECTION
from .asked import Answer, Asked, Routes, conflict, not_found, one_of, over_quota
from .repositories import describe_repository

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
    ("POST", "/v1/repository/external-connection"): ("AssociateExternalConnection", _associate),
    ("DELETE", "/v1/repository/external-connection"): ("DisassociateExternalConnection", _disassociate),
}
