"""Package groups."""

from __future__ import annotations

from typing import Any

from packaging.utils import canonicalize_name

from ..domains import Domain
from ..errors import AwsError
from ..packages.groups import DELAY, ENTRIES, MODES, Group
from ..packages.patterns import ROOT, Pattern, package_path
from ..pages import invalid
from .asked import Answer, Asked, Routes, conflict, not_found
from .group_shapes import associated_packages, describe_group
from .tags import set_tags


def _create(asked: Asked) -> Answer:
    domain, text = asked.any_domain(), str(asked.body.get("packageGroup", ""))
    pattern = _pattern(text)
    asked.authorize("CreatePackageGroup", domain.group_arn(text), domain.owner, domain.policy)
    if domain.groups.get(text):
        raise conflict("domain", f"Package group '{text}' already exists", _resource_id(domain, text))
    group = domain.groups.create(pattern, asked.state.now, _delay(asked))
    _describe_as_asked(asked, group)
    set_tags(asked, domain.group_arn(text))
    return {"packageGroup": describe_group(domain, group)}


def _describe(asked: Asked) -> Answer:
    return {"packageGroup": describe_group(*_group(asked, "DescribePackageGroup"))}


def _update(asked: Asked) -> Answer:
    domain, group = _group(asked, "UpdatePackageGroup", str(asked.body.get("packageGroup", "")))
    _describe_as_asked(asked, group)
    return {"packageGroup": describe_group(domain, group)}


def _delete(asked: Asked) -> Answer:
    domain, group = _group(asked, "DeletePackageGroup")
    if group.pattern.text == ROOT:
        raise invalid("The root package group cannot be deleted")
    described = describe_group(domain, group)
    domain.groups.delete(group, asked.state.now, _delay(asked))
    asked.state.world.tags.pop(domain.group_arn(group.pattern.text), None)
    return {"packageGroup": described}


def _list(asked: Asked) -> Answer:
    domain = asked.domain("ListPackageGroups")
    prefix = asked.get("prefix")
    groups = [group for group in domain.groups.all() if group.pattern.text.startswith(prefix)]
    return asked.cut("packageGroups", [describe_group(domain, group) for group in groups])


def _list_sub(asked: Asked) -> Answer:
    domain, group = _group(asked, "ListSubPackageGroups")
    below = domain.groups.children(group)
    return asked.cut("packageGroups", [describe_group(domain, child) for child in below])


def _get_associated(asked: Asked) -> Answer:
    domain, kind, name = asked.any_domain(), asked.format(), asked.get("package")
    # Groups are held against the names as they are stored, and those of Python are stored normalized.
    path = package_path(kind, asked.get("namespace"), canonicalize_name(name) if kind == "pypi" else name)
    group, strength = domain.groups.associated(path, asked.state.now)
    arn = domain.group_arn(group.pattern.text)
    asked.authorize("GetAssociatedPackageGroup", arn, domain.owner, domain.policy)
    return {"packageGroup": describe_group(domain, group), "associationType": strength}


def _list_associated(asked: Asked) -> Answer:
    preview = asked.get("preview").lower() == "true"
    if preview:
        # Of a group that need not exist: what it would have if it did.
        domain, text = asked.any_domain(), asked.get("package-group")
        asked.authorize("ListAssociatedPackages", domain.group_arn(text), domain.owner, domain.policy)
        group = Group(_pattern(text), asked.state.now, asked.state.now)
    else:
        domain, group = _group(asked, "ListAssociatedPackages")
    repositories = asked.state.world.repositories_of(domain)
    return asked.cut("packages", associated_packages(domain, group, repositories, asked.state.now, preview))


def _update_origin(asked: Asked) -> Answer:
    domain, group = _group(asked, "UpdatePackageGroupOriginConfiguration")
    restrictions: Any = asked.body.get("restrictions") or {}
    added: Any = asked.body.get("addAllowedRepositories") or []
    removed: Any = asked.body.get("removeAllowedRepositories") or []
    updates = _checked_updates(asked, domain, group, restrictions, added, removed)
    group.modes |= restrictions
    for kind, entry, repository in updates:
        allowed = group.allowed[entry]
        if kind == "ADDED" and repository not in allowed:
            allowed.append(repository)
        elif kind == "REMOVED" and repository in allowed:
            allowed.remove(repository)
    told: dict[str, dict[str, list[str]]] = {}
    for kind, entry, repository in updates:
        told.setdefault(entry, {}).setdefault(kind, []).append(repository)
    return {"packageGroup": describe_group(domain, group), "allowedRepositoryUpdates": told}


def _checked_updates(
    asked: Asked, domain: Domain, group: Group, restrictions: Any, added: Any, removed: Any
) -> list[tuple[str, str, str]]:
    for entry, mode in restrictions.items():
        if entry not in ENTRIES or mode not in MODES:
            raise invalid(f"Value '{entry}={mode}' at 'restrictions' is not valid")
        if mode == "INHERIT" and group.pattern.text == ROOT:
            raise invalid("The root package group has nothing to inherit from")
    updates = []
    for kind, given in (("ADDED", added), ("REMOVED", removed)):
        for one in given:
            entry, repository = str(one.get("originRestrictionType")), str(one.get("repositoryName"))
            if entry not in ENTRIES:
                raise invalid(f"Value '{entry}' at 'originRestrictionType' must be one of {', '.join(ENTRIES)}")
            if restrictions.get(entry, group.modes[entry]) != "ALLOW_SPECIFIC_REPOSITORIES":
                raise invalid(f"The restriction {entry} is not ALLOW_SPECIFIC_REPOSITORIES")
            asked.state.world.repository(domain, repository)
            updates.append((kind, entry, repository))
    return updates


def _list_allowed(asked: Asked) -> Answer:
    _, group = _group(asked, "ListAllowedRepositoriesForGroup")
    entry = asked.get("originRestrictionType")
    if entry not in ENTRIES:
        raise invalid(f"Value '{entry}' at 'originRestrictionType' must be one of {', '.join(ENTRIES)}")
    page = asked.cut("allowedRepositories", [{"name": name} for name in group.allowed[entry]])
    return {**page, "allowedRepositories": [one["name"] for one in page["allowedRepositories"]]}


def _group(asked: Asked, action: str, text: str | None = None) -> tuple[Domain, Group]:
    domain, text = asked.any_domain(), asked.get("package-group") if text is None else text
    asked.authorize(action, domain.group_arn(text), domain.owner, domain.policy)
    group = domain.groups.get(_pattern(text).text)
    if group is None:
        raise _missing(domain, text)
    return domain, group


def _pattern(text: str) -> Pattern:
    pattern = Pattern.parse(text)
    if pattern is None:
        raise invalid(f"Value '{text}' at 'packageGroup' is not a valid package group pattern")
    return pattern


def _describe_as_asked(asked: Asked, group: Group) -> None:
    group.contact = str(asked.body.get("contactInfo", group.contact))
    group.description = str(asked.body.get("description", group.description))


def _delay(asked: Asked) -> float:
    given = asked.state.faults.active("group_delay")
    return DELAY if given is None else float(given)


def _missing(domain: Domain, text: str) -> AwsError:
    what = f"Package group '{text}' in domain '{domain.name}'"
    return not_found("domain", what, _resource_id(domain, text))


def _resource_id(domain: Domain, text: str) -> str:
    return f"{domain.owner}/{domain.name}{text}"


ROUTES: Routes = {
    ("POST", "/v1/package-group"): ("CreatePackageGroup", _create),
    ("GET", "/v1/package-group"): ("DescribePackageGroup", _describe),
    ("PUT", "/v1/package-group"): ("UpdatePackageGroup", _update),
    ("DELETE", "/v1/package-group"): ("DeletePackageGroup", _delete),
    ("POST", "/v1/package-groups"): ("ListPackageGroups", _list),
    ("POST", "/v1/package-groups/sub-groups"): ("ListSubPackageGroups", _list_sub),
    ("GET", "/v1/get-associated-package-group"): ("GetAssociatedPackageGroup", _get_associated),
    ("GET", "/v1/list-associated-packages"): ("ListAssociatedPackages", _list_associated),
    ("PUT", "/v1/package-group-origin-configuration"): (
        "UpdatePackageGroupOriginConfiguration",
        _update_origin,
    ),
    ("GET", "/v1/package-group-allowed-repositories"): ("ListAllowedRepositoriesForGroup", _list_allowed),
}
