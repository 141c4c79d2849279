"""Package groups in the form of the service model."""

from __future__ import annotations

from typing import Any

from ..domains import Domain, Repo
from ..packages.groups import ENTRIES, Group
from ..packages.patterns import package_path


def describe_group(domain: Domain, group: Group) -> dict[str, Any]:
    """Return the model's ``PackageGroupDescription``."""
    described: dict[str, Any] = {
        **_reference(domain, group),
        "domainName": domain.name,
        "domainOwner": domain.owner,
        "createdTime": round(group.created, 3),
        "contactInfo": group.contact,
        "description": group.description,
        "originConfiguration": {
            "restrictions": {entry: _restriction(domain, group, entry) for entry in ENTRIES}
        },
    }
    parent = domain.groups.parent(group)
    return described if parent is None else {**described, "parent": _reference(domain, parent)}


def associated_packages(
    domain: Domain, group: Group, repositories: list[Repo], now: float, preview: bool
) -> list[dict[str, Any]]:
    """Return the packages of `repositories` that belong to `group`; with `preview`, that would if it counted."""
    names = {name for repo in repositories for name in repo.catalog.packages()}
    found = []
    for name in sorted(names):
        path = package_path("pypi", "", name)
        current, strength = domain.groups.associated(path, None if preview else now)
        if preview:
            better = group.pattern.rank >= current.pattern.rank
            strength = group.pattern.strength(path) if better else ""
        elif current is not group:
            continue
        if strength:
            found.append({"format": "pypi", "package": name, "associationType": strength})
    return found


def _reference(domain: Domain, group: Group) -> dict[str, Any]:
    return {"arn": domain.group_arn(group.pattern.text), "pattern": group.pattern.text}


def _restriction(domain: Domain, group: Group, entry: str) -> dict[str, Any]:
    mode, source = domain.groups.effective(group, entry)
    described: dict[str, Any] = {"mode": group.modes[entry], "effectiveMode": mode}
    if mode == "ALLOW_SPECIFIC_REPOSITORIES":
        described["repositoriesCount"] = len(source.allowed[entry])
    return described if source is group else {**described, "inheritedFrom": _reference(domain, source)}
