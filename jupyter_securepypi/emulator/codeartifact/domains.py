"""Operations on domains."""

from __future__ import annotations

from typing import Any

from ..domains import Domain
from ..pages import cut
from .asked import DOMAIN, Answer, Asked, Routes, checked, conflict, over_quota
from .tags import set_tags

_MOST_DOMAINS = 10  # per account and region: service quotas of CodeArtifact


def _create_domain(asked: Asked) -> Answer:
    name = checked("domain", asked.get("domain"), DOMAIN)
    home, owner = asked.state.world.home, asked.who.account
    key = str(asked.body.get("encryptionKey", ""))
    domain = Domain(name, owner, asked.region, home.partition, created=asked.state.now, encryption_key=key)
    asked.authorize("CreateDomain", domain.arn, owner)
    existing = asked.state.world.domains_in(asked.region, owner)
    if any(other.name == name for other in existing):
        raise conflict(
            "domain", f"Domain '{name}' owned by account '{owner}' already exists", f"{owner}/{name}"
        )
    if len(existing) >= _MOST_DOMAINS:
        raise over_quota("domain", f"The account has {_MOST_DOMAINS} domains already", f"{owner}/{name}")
    asked.state.world.add_domain(domain)
    set_tags(asked, domain.arn)
    return {"domain": describe_domain(asked, domain)}


def _describe_domain(asked: Asked) -> Answer:
    return {"domain": describe_domain(asked, asked.domain("DescribeDomain"))}


def _list_domains(asked: Asked) -> Answer:
    asked.authorize("ListDomains", "*", asked.who.account)
    domains = [_summary(domain) for domain in asked.state.world.domains_in(asked.region, asked.who.account)]
    return cut(
        "domains", domains, str(asked.body.get("maxResults", 1000)), str(asked.body.get("nextToken", ""))
    )


def _delete_domain(asked: Asked) -> Answer:
    domain = asked.domain("DeleteDomain")
    if asked.state.world.repositories_of(domain):
        raise conflict(
            "domain",
            f"Domain '{domain.name}' contains repositories; delete them before the domain",
            f"{domain.owner}/{domain.name}",
        )
    asked.state.world.remove_domain(domain)
    asked.state.world.tags.pop(domain.arn, None)
    return {"domain": {**describe_domain(asked, domain), "status": "Deleted"}}


def describe_domain(asked: Asked, domain: Domain) -> dict[str, Any]:
    """Return the model's ``DomainDescription``."""
    repositories = asked.state.world.repositories_of(domain)
    return {
        **_summary(domain),
        "repositoryCount": len(repositories),
        "assetSizeBytes": sum(repo.storage.size() for repo in repositories),
        "s3BucketArn": f"arn:{domain.partition}:s3:::assets-{domain.owner}-{domain.region}",
    }


def _summary(domain: Domain) -> dict[str, Any]:
    return {
        "name": domain.name,
        "owner": domain.owner,
        "arn": domain.arn,
        "status": "Active",
        "createdTime": round(domain.created, 3),
        "encryptionKey": domain.encryption_key,
    }


ROUTES: Routes = {
    ("POST", "/v1/domain"): ("CreateDomain", _create_domain),
    ("GET", "/v1/domain"): ("DescribeDomain", _describe_domain),
    ("DELETE", "/v1/domain"): ("DeleteDomain", _delete_domain),
    ("POST", "/v1/domains"): ("ListDomains", _list_domains),
}
