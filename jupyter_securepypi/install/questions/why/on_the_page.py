"""The answer where the index has versions that fit: which an install would take, or why none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from packaging.specifiers import SpecifierSet

from ....core.duration import exactly
from ....core.gate.gate import Gate
from ....core.gate.verdict import AGE_UNKNOWN, ALLOWED, TOO_YOUNG, Verdict
from ....core.pip.misses import this_python
from ....core.requests.requirement import Requirement
from ...engines.simple import newest_first
from .answer import AVAILABLE, NO_FILE, SOURCE_ONLY, YANKED, Answer
from .versions import Versions, pythons_and_platforms

_SHOWN = 8
_WAYS = {
    TOO_YOUNG: "wait until then, or ask your administrator to exempt it from the minimum age",
    AGE_UNKNOWN: "an administrator can let the index serve its JSON pages, exempt the package, or allow an unknown "
    "age with `unknown_age`",
    "blocked": "ask your administrator, who blocks it",
    "malicious": "do not install it from anywhere, and tell whoever runs the index",
    "vulnerable": "take a version in which that is fixed, or ask your administrator",
}


def on_the_page(requirement: Requirement, where: str, found: Versions, gate: Gate) -> Answer:
    """Return what an install of `requirement` would take from the index, or why it would take nothing.

    Args:
        requirement: what is asked for.
        where: how people call the repository.
        found: what the index has; some of it fits.
        gate: it judges.

    Raises:
        SecurePyPIError: what the gate needs to know cannot be found out.
    """
    return _Page(requirement, where, found, gate).answer()


class _Page:
    def __init__(self, requirement: Requirement, where: str, found: Versions, gate: Gate) -> None:
        self._asked, self._name = str(requirement), requirement.name
        self._pins = requirement.pins
        self._where, self._found = where, found
        self._fitting = set(found.fitting)
        verdicts = gate.best(self._name, found.usable_files())
        order = {version: place for place, version in enumerate(found.all)}
        self._verdicts = tuple(sorted(verdicts, key=lambda one: order[one.version]))
        self._by_version = {one.version: one for one in verdicts}
        self._minimum_age, self._warned = gate.policy.minimum_age, gate.warned
        # The newest version that would be taken whatever is asked for.
        unasked = [one for one in self._allowed(found.installable) if found.yanked(one) is None]
        self._newest = replace(found, wanted=SpecifierSet()).chosen(unasked)

    def answer(self) -> Answer:
        found, fitting = self._found, self._found.fitting
        here = [one for one in found.here if one in self._fitting]
        if not here:
            return self._no_file(fitting)
        installable = [one for one in found.installable if one in self._fitting]
        if not installable:
            return self._source_only(here)
        taken = found.chosen(self._allowed(installable))
        if taken:
            return self._available(taken)
        free = [one for one in installable if self._may_be_chosen(one)]
        held = [self._by_version[one] for one in free if self._by_version[one].held_back]
        if held:
            return self._held_back(held)
        return self._yanked(installable)

    def _allowed(self, versions: Sequence[str]) -> list[str]:
        return [one for one in versions if self._may_be_chosen(one) and not self._by_version[one].held_back]

    def _may_be_chosen(self, version: str) -> bool:
        """Return whether no yank is in the way: of one that is pinned, there is a warning only (PEP 592)."""
        return self._found.yanked(version) is None or (self._pins and version in self._fitting)

    def _available(self, taken: str) -> Answer:
        name, found = self._name, self._found
        reason = found.yanked(taken)
        sentences = [f"{name} {taken} of {self._where} would be installed."]
        if reason is not None:
            sentences = [self._withdrawn(taken), "It is taken because exactly this version is asked for."]
        if not any(file.is_wheel for file in found.usable_files() if file.version == taken):
            sentences.append("It has no wheel for this Python, so it would be built.")
        verdict = self._by_version[taken]
        if verdict.kind != ALLOWED:
            sentences.append(f"Warning: {verdict}.")
        sentences += self._passed_over(taken)
        if self._newest and self._newest != taken:
            sentences.append(f"The newest that is allowed is {self._newest}.")
        sentences += [f"Warning: {one}" for one in self._warned]
        ways = self._instead(taken) if reason is not None else ()
        return self._told(AVAILABLE if reason is None else YANKED, sentences, ways, taken)

    def _passed_over(self, taken: str) -> Iterator[str]:
        """Yield a sentence for each newer version that an install does not take, whatever is asked for."""
        found, name = self._found, self._name
        newer = found.all[: found.all.index(taken)]
        for version in newer[:_SHOWN]:
            verdict = self._by_version.get(version)
            if found.yanked(version) is not None:
                yield self._withdrawn(version)
            elif version not in found.here:
                yield f"{name} {version} has no file for {this_python()}."
            elif version not in found.installable:
                yield f"{name} {version} is there as a source archive only, and nothing may be built here."
            elif verdict and verdict.held_back:
                yield f"Held back: {verdict}."

    def _no_file(self, fitting: Sequence[str]) -> Answer:
        found, name = self._found, self._name
        files = [file for version in fitting for file in found.files_of(version)]
        pythons, platforms = pythons_and_platforms(files)
        nearest = found.nearest(fitting[0], self._allowed(found.installable))
        sentences = [f"{name} has {_listed(fitting)}, but no file for {this_python()}."]
        sentences += [f"There are files for {_listed(pythons)}"] if pythons else []
        if platforms:
            sentences[-1] += (
                f"{', and' if pythons else ' There are files'} for the platforms {_listed(platforms)}"
            )
        if pythons or platforms:
            sentences[-1] += "."
        if nearest:
            sentences.append(f"The nearest version with a file for this Python is {nearest}.")
        ways = [
            "take a Python that there is a file for, or have a file for this Python added to the repository"
        ]
        facts = (("Pythons", ", ".join(pythons)), ("Platforms", ", ".join(platforms)))
        return self._told(NO_FILE, sentences, [*self._ask_for(nearest), *ways], facts=facts)

    def _source_only(self, here: Sequence[str]) -> Answer:
        name = self._name
        nearest = self._found.nearest(here[0], self._allowed(self._found.installable))
        sentences = [
            f"{name} {_listed(here)} is there as a source archive only for {this_python()}, and nothing may be "
            "built here.",
            'With verify = "before", and where the gate is on, no code of a package may run before it is proven, and '
            "a build is code.",
        ]
        ways = ["have a wheel added to the repository", "where the gate is off, `--verify after` builds it"]
        return self._told(SOURCE_ONLY, sentences, [*self._ask_for(nearest), *ways])

    def _held_back(self, held: Sequence[Verdict]) -> Answer:
        first = held[0]
        sentences = [f"{one}." for one in held[:_SHOWN]]
        if len(held) > _SHOWN:
            sentences.append(f"{len(held) - _SHOWN} more are held back.")
        if first.kind in (TOO_YOUNG, AGE_UNKNOWN):
            sentences.append(f"Packages must be {exactly(self._minimum_age)} old here.")
        return self._told(first.kind, sentences, [*self._instead(), _WAYS[first.kind]])

    def _yanked(self, versions: Sequence[str]) -> Answer:
        sentences = [self._withdrawn(one) for one in versions[:_SHOWN]]
        sentences.append("A withdrawn version is taken only where exactly that one is asked for.")
        return self._told(YANKED, sentences, self._instead())

    def _withdrawn(self, version: str) -> str:
        reason = self._found.yanked(version)
        return f"{self._name} {version} is withdrawn (yanked){f': {reason}' if reason else ''}."

    def _instead(self, taken: str = "") -> list[str]:
        """Return the way on that names the newest version that is allowed."""
        if not self._newest or self._newest == taken:
            return []
        return [f"take {self._name} {self._newest}, which is allowed"]

    def _ask_for(self, version: str) -> list[str]:
        return [f"ask for {self._name}=={version}"] if version else []

    def _told(
        self,
        kind: str,
        sentences: Sequence[str],
        ways: Sequence[str],
        version: str = "",
        facts: tuple[tuple[str, str], ...] = (),
    ) -> Answer:
        known = (
            ("Newest allowed", self._newest),
            ("Versions", ", ".join(newest_first(self._found.all))),
            *facts,
        )
        shown = tuple((label, value) for label, value in known if value)
        return Answer(
            kind, self._asked, self._name, tuple(sentences), tuple(ways), version, shown, self._verdicts
        )


def _listed(words: Sequence[str]) -> str:
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return ", ".join(words[:_SHOWN]) + more
