"""The answer where the index shows no such package or version: what the provider knows of it, or what is like it."""

from __future__ import annotations

from collections.abc import Sequence

from packaging.specifiers import SpecifierSet

from ....core.providers.package_facts import Barrier, PackageFacts
from ....core.requests.requirement import Requirement
from ...engines.simple import newest_first
from .answer import ABSENT, KEPT_OUT, NO_VERSION, Answer
from .versions import is_wanted

_SHOWN = 8


def elsewhere(
    requirement: Requirement,
    where: str,
    listed: Sequence[str],
    facts: PackageFacts,
    near: Sequence[str] = (),
) -> Answer:
    """Return why the index does not show what is asked for.

    Args:
        requirement: what is asked for.
        where: how people call the repository.
        listed: the versions on the index's page, the newest first; empty where it has none.
        facts: what the provider knows.
        near: names like it that the index has.
    """
    name, wanted = requirement.name, SpecifierSet(requirement.versions)
    standing = newest_first(one for one in facts.standings if is_wanted(one, wanted))
    others = _has(name, where, listed)
    versions = (("Versions", ", ".join(listed)),) if listed else ()
    asked = str(requirement)
    if standing:
        first = facts.standings[standing[0]]
        told = tuple(f"{name} {one} {facts.standings[one].clause}." for one in standing[:_SHOWN])
        ways = (*filter(None, [first.remedy]), *_ask_for(name, listed))
        return Answer(first.kind, asked, name, (*told, *others), ways, "", versions, (), facts.not_known)
    barriers = [one for one in facts.barriers if _could_have_it(one, wanted)]
    if barriers:
        sentences = (f"{asked} is not in {where}, and versions from elsewhere are kept out.", *others)
        told = tuple(map(_told, barriers))
        ways = tuple(
            dict.fromkeys(
                [f"an administrator can copy a version to {where}, or {one.remedy}" for one in barriers]
            )
        )
        beyond = (("Kept out", ", ".join(dict.fromkeys(place for one in barriers for place in one.beyond))),)
        facts_told = (*versions, *beyond)
        return Answer(KEPT_OUT, asked, name, (*sentences, *told), ways, "", facts_told, (), facts.not_known)
    if listed:
        fits = requirement.versions or "the rules for versions"
        sentences = (f"No version of {name} in {where} fits {fits}.", *others)
        ways = ("ask for one of those, or have the version added to the repository",)
        return Answer(NO_VERSION, asked, name, sentences, ways, "", versions, (), facts.not_known)
    ways = ("check the name, or have the package added to the repository",)
    if near:
        ways = (f"did you mean {' or '.join(near)}?", *ways)
    like = (("Names like it", ", ".join(near)),) if near else ()
    return Answer(ABSENT, asked, name, (f"{name} is not in {where}.",), ways, "", like, (), facts.not_known)


def _has(name: str, where: str, listed: Sequence[str]) -> tuple[str, ...]:
    if not listed:
        return ()
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return (f"{where} has {name} {', '.join(listed[:_SHOWN])}{more}.",)


def _ask_for(name: str, listed: Sequence[str]) -> tuple[str, ...]:
    return (f"ask for another version, for example {name}=={listed[0]}",) if listed else ()


def _could_have_it(barrier: Barrier, wanted: SpecifierSet) -> bool:
    return not barrier.complete or any(is_wanted(one, wanted) for one in barrier.versions)


def _told(barrier: Barrier) -> str:
    has = f", where there is {', '.join(newest_first(barrier.versions)[:_SHOWN])}" if barrier.versions else ""
    what = barrier.what[0].upper() + barrier.what[1:]
    return f"{what} keeps out what comes from {', '.join(barrier.beyond)}{has}."
