"""Resource policies of domains and repositories."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..domains import Domain, Repo, revision_of
from ..pages import invalid
from .asked import Answer, Asked, Routes, conflict, not_found


def _get_domain_policy(asked: Asked) -> Answer:
    return _described(_with_policy(asked.domain("GetDomainPermissionsPolicy")))


def _put_domain_policy(asked: Asked) -> Answer:
    # The only operation that names its domain in the body.
    name, owner = str(asked.body.get("domain", "")), str(asked.body.get("domainOwner") or "")
    return _put(asked, asked.domain("PutDomainPermissionsPolicy", name, owner))


def _delete_domain_policy(asked: Asked) -> Answer:
    return _deleted(asked, asked.domain("DeleteDomainPermissionsPolicy"))


def _get_repository_policy(asked: Asked) -> Answer:
    return _described(_with_policy(asked.repository("GetRepositoryPermissionsPolicy")))


def _put_repository_policy(asked: Asked) -> Answer:
    return _put(asked, asked.repository("PutRepositoryPermissionsPolicy"))


def _delete_repository_policy(asked: Asked) -> Answer:
    return _deleted(asked, asked.repository("DeleteRepositoryPermissionsPolicy"))


def _put(asked: Asked, resource: Domain | Repo) -> Answer:
    _check_revision(resource, str(asked.body.get("policyRevision") or ""))
    resource.policy = _parsed(asked.body.get("policyDocument"))
    return _described(resource)


def _deleted(asked: Asked, resource: Domain | Repo) -> Answer:
    _with_policy(resource)
    _check_revision(resource, asked.get("policy-revision"))
    described = _described(resource)
    resource.policy = None
    return described


def _parsed(document: Any) -> Mapping[str, Any]:
    try:
        found = json.loads(document) if isinstance(document, str) else None
    except ValueError:
        found = None
    statements = found.get("Statement") if isinstance(found, dict) else None
    for statement in statements if isinstance(statements, list) else [statements]:
        if not isinstance(statement, dict) or not {"Effect", "Principal"} <= set(statement):
            raise invalid("The policy document is not valid: each statement needs an Effect and a Principal")
    return dict(found or {})


def _check_revision(resource: Domain | Repo, given: str) -> None:
    current = revision_of(resource.policy) if resource.policy is not None else ""
    if given and given != current:
        raise conflict(
            _kind(resource), f"The policy revision {given} is not the current one", _resource_id(resource)
        )


def _with_policy(resource: Domain | Repo) -> Domain | Repo:
    if resource.policy is None:
        what = f"Policy of {_kind(resource)} '{resource.name}'"
        raise not_found(_kind(resource), what, _resource_id(resource))
    return resource


def _described(resource: Domain | Repo) -> Answer:
    policy = resource.policy or {}
    document = json.dumps(policy)
    return {"policy": {"resourceArn": resource.arn, "revision": revision_of(policy), "document": document}}


def _kind(resource: Domain | Repo) -> str:
    return "domain" if isinstance(resource, Domain) else "repository"


def _resource_id(resource: Domain | Repo) -> str:
    if isinstance(resource, Domain):
        return f"{resource.owner}/{resource.name}"
    return f"{resource.domain.owner}/{resource}"


_DOMAIN, _REPOSITORY = "/v1/domain/permissions/policy", "/v1/repository/permissions/policy"
ROUTES: Routes = {
    ("GET", _DOMAIN): ("GetDomainPermissionsPolicy", _get_domain_policy),
    ("PUT", _DOMAIN): ("PutDomainPermissionsPolicy", _put_domain_policy),
    ("DELETE", _DOMAIN): ("DeleteDomainPermissionsPolicy", _delete_domain_policy),
    ("GET", _REPOSITORY): ("GetRepositoryPermissionsPolicy", _get_repository_policy),
    ("PUT", _REPOSITORY): ("PutRepositoryPermissionsPolicy", _put_repository_policy),
    # The model's path for this one is in the plural.
    ("DELETE", "/v1/repository/permissions/policies"): (
        "DeleteRepositoryPermissionsPolicy",
        _delete_repository_policy,
    ),
}
