"""What a file needs from the source, decided with the gate: what may be promoted, and what is refused, and why.

An install takes all or nothing; a promotion takes what passes. So a version that the gate holds back is left out where
another one fits, and stays in the plan as refused where none does.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..core.errors import InstallFailed, NotFound
from ..core.gate.gate import Candidate, Gate
from ..core.gate.policy import Policy
from ..core.gate.verdict import ALLOWED, Verdict
from ..core.gate.versions import parsed
from ..core.index import Index
from ..core.project_name import normalized
from ..core.project_page import PageFile
from ..core.requests.request import Request
from ..core.requests.requirement import Requirement
from ..install.engines.select import uv_for
from ..install.engines.uv import Uv
from ..install.engines.uv_request import Translated

_AT_ONCE = 8


@dataclass(frozen=True)
class Resolved:
    """A version that is needed.

    Attributes:
        name: normalized.
        version: of it.
        files: all that the source has of it; a copy brings all of them.
        needs: the normalized names that it needs.
        verdict: the gate's, the worst of its files.
    """

    name: str
    version: str
    files: tuple[PageFile, ...]
    needs: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True)
class Resolution:
    """What a file needs.

    Attributes:
        versions: dependencies first.
        passed_over: versions that were held back, in place of which others are taken.
        unchecked: why something could not be looked up, where that only warns.
    """

    versions: tuple[Resolved, ...]
    passed_over: tuple[Verdict, ...] = ()
    unchecked: tuple[str, ...] = ()


def resolve(request: Request, index: Index, policy: Policy, pythons: Sequence[str], strict: bool) -> Resolution:
    """Return what `request` needs from `index`, judged by `policy`.

    Args:
        request: the checked request.
        index: of the source.
        policy: of the gate.
        pythons: versions of Python to resolve for, each for every platform; none for this one and all newer ones.
        strict: nothing may be built.

    Raises:
        ConfigurationError: uv is not installed.
        NotFound, InstallFailed: the source does not have what is asked for.
        SecurePyPIError: the index does not answer, or what decides cannot be found out.
    """
    path, translated = uv_for("uv", request, os.environ) or ("", Translated())  # "uv" never means pip
    gate = Gate(policy, index, translated.proxy_and_trust)
    return _Resolver(request, gate, path, translated, tuple(pythons), strict).run()


@dataclass
class _Resolver:
    request: Request
    gate: Gate
    uv: str
    translated: Translated
    pythons: tuple[str, ...]
    strict: bool
    _excluded: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _passed_over: dict[str, Verdict] = field(default_factory=dict)

    def run(self) -> Resolution:
        settled: set[str] = set()  # names of which nothing else fits, or may be taken
        new = ""
        while True:
            try:
                plan, needs = self._plan()
            except (NotFound, InstallFailed):
                if not new:
                    raise
                # Without it nothing fits: so it stays in the plan, and is refused.
                settled.add(new)
                del self._excluded[new], self._passed_over[new]
                new = ""
                continue
            worst = self._worst(plan)
            held = [
                verdict for (name, _), verdict in worst.items() if verdict.held_back and name not in settled
            ]
            if not held:
                return self._resolution(worst, needs)
            new = self._leave_out(held[0])
            if not new:
                settled.add(normalized(held[0].name))

    def _plan(self) -> tuple[list[tuple[str, str]], dict[str, set[str]]]:
        """Return the names and versions that are needed, and what each name needs."""
        found: dict[tuple[str, str], None] = {}
        needs: dict[str, set[str]] = {}
        for python in self.pythons or ("",):
            uv = self._uv(python)
            narrowed = replace(
                uv,
                translated=replace(uv.translated, constraints=[*uv.translated.constraints, *self._exclusions]),
            )
            locked, dependents = narrowed.lock_with_dependents(self.request)
            found.update({(normalized(one.name), one.version): None for one in locked})
            for name, by in dependents.items():
                for one in by:
                    needs.setdefault(one, set()).add(name)
        return list(found), needs

    def _uv(self, python: str) -> Uv:
        resolving = [*self.translated.resolving, *([f"--python-version={python}"] if python else [])]
        translated = replace(self.translated, resolving=resolving)
        return Uv(self.uv, self.gate.index, translated, self.strict, os.environ, None)

    @property
    def _exclusions(self) -> list[Requirement]:
        return [
            Requirement(name, versions=",".join(f"!={one}" for one in versions), where="held back")
            for name, versions in self._excluded.items()
        ]

    def _worst(self, plan: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Verdict]:
        """Return the verdict on each version: a copy brings all its files, so the worst of them counts."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(self.gate.page, dict.fromkeys(name for name, _ in plan)))
        files = [(key, file) for key in plan for file in self._files(*key)]
        verdicts = self._judged([(name, version, file) for (name, version), file in files])
        found: dict[tuple[str, str], list[Verdict]] = {key: [] for key in plan}
        for (key, _), verdict in zip(files, verdicts, strict=True):
            found[key].append(verdict)
        return {key: _worst(of_files, *key) for key, of_files in found.items()}

    def _judged(self, files: Sequence[tuple[str, str, PageFile]]) -> list[Verdict]:
        return self.gate.judge(
            [Candidate(name, version, file.url, file.uploaded) for name, version, file in files]
        )

    def _files(self, name: str, version: str) -> tuple[PageFile, ...]:
        """Return the files of a version; their names may spell it otherwise than uv does."""
        wanted = parsed(version)
        same = (one for one in self.gate.page(name) if one.version == version or parsed(one.version) == wanted)
        return tuple(same) if wanted is not None else ()

    def _leave_out(self, verdict: Verdict) -> str:
        """Exclude what is held back of a project, and return its name; empty where nothing else may be taken."""
        name = normalized(verdict.name)
        if name in self._excluded or name in self._pinned:
            return ""
        verdicts = self._judged([(name, one.version, one) for one in self.gate.page(name)])
        held = [one.version for one in verdicts if one.held_back]
        self._excluded[name], self._passed_over[name] = tuple(dict.fromkeys([verdict.version, *held])), verdict
        return name

    @cached_property
    def _pinned(self) -> set[str]:
        return {one.project for one in self.request.requirements if one.pins}

    def _resolution(
        self, worst: Mapping[tuple[str, str], Verdict], needs: Mapping[str, set[str]]
    ) -> Resolution:
        names = {name for name, _ in worst}
        order = _dependencies_first(sorted(names), needs)
        versions = [
            Resolved(
                name,
                version,
                self._files(name, version),
                tuple(sorted(needs.get(name, set()) & names - {name})),
                verdict,
            )
            for (name, version), verdict in sorted(worst.items(), key=lambda one: order.index(one[0][0]))
        ]
        return Resolution(tuple(versions), tuple(self._passed_over.values()), tuple(self.gate.warned))


def _worst(verdicts: Sequence[Verdict], name: str, version: str) -> Verdict:
    held = [one for one in verdicts if one.held_back]
    warning = [one for one in verdicts if one.kind != ALLOWED]
    # Of several that are too young, the one that is allowed last.
    return (
        max(held, key=lambda one: one.until or 0.0)
        if held
        else (warning or [Verdict(name, version, ALLOWED)])[0]
    )


def _dependencies_first(names: Sequence[str], needs: Mapping[str, set[str]]) -> list[str]:
    """Return `names` so that what a package needs comes before it; in a circle the order is by name."""
    found: dict[str, None] = {}
    known, entered = set(names), set[str]()
    stack = [(name, False) for name in reversed(names)]
    while stack:
        name, done = stack.pop()
        if done:
            found[name] = None
        elif name not in entered:
            entered.add(name)
            stack.append((name, True))
            stack += [(one, False) for one in sorted(needs.get(name, ()), reverse=True) if one in known]
    return list(found)
