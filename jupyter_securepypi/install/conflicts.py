"""What an install leaves unmet in its environment: neither engine stops for it, and uv does not even say it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from importlib import invalidate_caches, metadata

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name as normalized
from packaging.version import InvalidVersion

from ..core.report import Conflict, InstallReport
from ..core.requests.request import Request
from .distributions import head_of

_FIRST_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def with_conflicts(request: Request, report: InstallReport) -> InstallReport:
    """Return `report` with the requirements that are not met in this environment and that it has to do with.

    What was installed gets the name that its metadata spells, which uv does not tell. As pip does, it looks at what
    was installed or changed and at what needs that: what was broken before, and is no worse now, is not this
    install's to tell (`pip check` tells it). It also tells what --no-deps leaves out, where pip is silent: a package
    that cannot be imported is not what was wanted. After a dry run it says what would be unmet among what is
    installed already. Takes about ten milliseconds for two hundred packages.
    """
    if not report.packages or request.target:
        return report
    changed: dict[str, str] = {normalized(package.name): package.version for package in report.packages}
    versions, needs = _installed()
    if not report.dry_run:
        packages = (
            replace(one, name=versions.get(normalized(one.name), (one.name,))[0]) for one in report.packages
        )
        report = replace(report, packages=tuple(packages))
    if request.has("--no-warn-conflicts"):
        return report
    for name in changed.keys() & needs.keys() if report.dry_run else ():
        del needs[name]  # what the version to come needs is not known here
    versions.update({name: (name, version) for name, version in changed.items()} if report.dry_run else {})
    found: list[Conflict] = []
    for name, texts in needs.items():
        for text in texts:
            required = _FIRST_NAME.match(text)
            if required and (name in changed or normalized(required.group()) in changed):
                found += _unmet(versions[name], text, versions)
    return replace(report, conflicts=_sorted(found))


def conflicts_without(names: Collection[str]) -> tuple[Conflict, ...]:
    """Return what is not met in this environment when the packages `names`, normalised, are not there."""
    versions, needs = _installed()
    left = {name: one for name, one in versions.items() if name not in names}
    return _sorted(
        conflict
        for name in left
        for text in needs[name]
        if (required := _FIRST_NAME.match(text)) and normalized(required.group()) in names
        for conflict in _unmet(left[name], text, left)
    )


def all_conflicts() -> tuple[Conflict, ...]:
    """Return every requirement of an installed package that this environment does not meet."""
    versions, needs = _installed()
    return _sorted(
        one for name, texts in needs.items() for text in texts for one in _unmet(versions[name], text, versions)
    )


def _sorted(conflicts: Iterable[Conflict]) -> tuple[Conflict, ...]:
    return tuple(sorted(conflicts, key=lambda one: (normalized(one.name), one.needs)))


def _installed() -> tuple[dict[str, tuple[str, str]], dict[str, list[str]]]:
    """Return normalised name → name and version, and normalised name → requirements; the first on the path counts."""
    invalidate_caches()  # what was installed a moment ago may not be seen otherwise
    versions: dict[str, tuple[str, str]] = {}
    needs: dict[str, list[str]] = {}
    for distribution in metadata.distributions():
        head = head_of(distribution)
        key = normalized(head.name)
        if key and key not in versions:
            versions[key] = head.name, head.version
            needs[key] = list(head.needs)
    return versions, needs


def _unmet(holder: tuple[str, str], text: str, versions: Mapping[str, tuple[str, str]]) -> Iterator[Conflict]:
    """Yield the conflict where the requirement `text` counts here and is not met."""
    try:
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            return
        found = versions.get(normalized(requirement.name))
        if found and requirement.specifier.contains(found[1], prereleases=True):
            return
    except (InvalidRequirement, InvalidVersion):
        return  # an old distribution that today's rules cannot read says nothing
    needs = f"{requirement.name}{requirement.specifier}"
    yield Conflict(holder[0], holder[1], needs, found[1] if found else None)
