"""What a file needs from the source, decided with the gate: what may be promoted, and what is refused, and why.

An install takes all or nothing; a promotion takes what passes. So a version that the gate holds back is left out where
another one fits, and stays in the plan as refused where none does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby

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
from ..install.engines.uv import Uv
from ..install.engines.uv_request import Translated

_AT_ONCE = 8


@dataclass(frozen=True)
class Where:
    """Where a version is needed.

    Attributes:
        python: the version of Python that was resolved for; empty for this one and all newer ones.
        marker: an environment marker; empty for every platform.
    """

    python: str = ""
    marker: str = ""


Choice = Callable[[str, Sequence[PageFile], Sequence[Where]], "tuple[PageFile, ...]"]
"""Says which files of a version count: called with the project's name, the files, and where the version is needed."""


@dataclass(frozen=True)
class Resolved:
    """A version that is needed.

    Attributes:
        name: normalized.
        version: of it.
        files: those that count of what the source has of it.
        needs: the normalized names that it needs.
        verdict: the gate's, the worst of its files.
        where: it is needed.
    """

    name: str
    version: str
    files: tuple[PageFile, ...]
    needs: tuple[str, ...]
    verdict: Verdict
    where: tuple[Where, ...] = ()


def every_file(name: str, files: Sequence[PageFile], where: Sequence[Where]) -> tuple[PageFile, ...]:
    """Return all `files`: the choice for a copy, which brings all of a version."""
    return tuple(files)


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


def resolve(
    request: Request,
    index: Index,
    policy: Policy,
    pythons: Sequence[str],
    strict: bool,
    uv: tuple[str, Translated],
    choice: Choice = every_file,
) -> Resolution:
    """Return what `request` needs from `index`, judged by `policy`.

    Args:
        request: the checked request.
        index: of the source.
        policy: of the gate.
        pythons: versions of Python to resolve for, each for every platform; none for this one and all newer ones.
        strict: nothing may be built.
        uv: its path, and `request` in its words.
        choice: which files of a version count.

    Raises:
        NotFound, InstallFailed: the source does not have what is asked for.
        SecurePyPIError: the index does not answer, or what decides cannot be found out.
    """
    path, translated = uv
    gate = Gate(policy, index, translated.proxy_and_trust)
    return _Resolver(request, gate, path, translated, tuple(pythons), strict, choice).run()


_Plan = dict["tuple[str, str]", "list[Where]"]
"""Where each name and version is needed."""


@dataclass
class _Resolver:
    request: Request
    gate: Gate
    uv: str
    translated: Translated
    pythons: tuple[str, ...]
    strict: bool
    choice: Choice
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
                return self._resolution(plan, worst, needs)
            new = self._leave_out(held[0], plan)
            if not new:
                settled.add(normalized(held[0].name))

    def _plan(self) -> tuple[_Plan, dict[str, set[str]]]:
        """Return the names and versions that are needed, and what each name needs."""
        found: _Plan = {}
        needs: dict[str, set[str]] = {}
        for python in self.pythons or ("",):
            uv = self._uv(python)
            narrowed = replace(
                uv,
                translated=replace(uv.translated, constraints=[*uv.translated.constraints, *self._exclusions]),
            )
            locked, dependents = narrowed.lock_with_dependents(self.request)
            for one in locked:
                found.setdefault((normalized(one.name), one.version), []).append(Where(python, one.marker))
            for name, by in dependents.items():
                for one_name in by:
                    needs.setdefault(one_name, set()).add(name)
        return found, needs

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

    def _worst(self, plan: _Plan) -> dict[tuple[str, str], Verdict]:
        """Return the verdict on each version: all files that count come along, so the worst of them decides."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(self.gate.page, dict.fromkeys(name for name, _ in plan)))
        files = [(key, file) for key, where in plan.items() for file in self._files(*key, where)]
        verdicts = self._judged([(name, version, file) for (name, version), file in files])
        found: dict[tuple[str, str], list[Verdict]] = {key: [] for key in plan}
        for (key, _), verdict in zip(files, verdicts, strict=True):
            found[key].append(verdict)
        return {key: _worst(of_files, *key) for key, of_files in found.items()}

    def _judged(self, files: Sequence[tuple[str, str, PageFile]]) -> list[Verdict]:
        return self.gate.judge(
            [Candidate(name, version, file.url, file.uploaded) for name, version, file in files]
        )

    def _files(self, name: str, version: str, where: Sequence[Where]) -> tuple[PageFile, ...]:
        """Return the files of a version that count; their names may spell it otherwise than uv does."""
        wanted = parsed(version)
        if wanted is None:
            return ()
        same = [one for one in self.gate.page(name) if one.version == version or parsed(one.version) == wanted]
        return self.choice(name, same, where)

    def _leave_out(self, verdict: Verdict, plan: _Plan) -> str:
        """Exclude what is held back of a project, and return its name; empty where nothing else may be taken."""
        name = normalized(verdict.name)
        if name in self._excluded or name in self._pinned:
            return ""
        where = [one for (other, _), places in plan.items() if other == name for one in places]
        page = sorted(self.gate.page(name), key=lambda one: one.version)
        versions = [list(same) for _, same in groupby(page, key=lambda one: one.version)]
        counting = [file for same in versions for file in self.choice(name, same, where)]
        verdicts = self._judged([(name, one.version, one) for one in counting])
        held = [one.version for one in verdicts if one.held_back]
        self._excluded[name], self._passed_over[name] = tuple(dict.fromkeys([verdict.version, *held])), verdict
        return name

    @cached_property
    def _pinned(self) -> set[str]:
        return {one.project for one in self.request.requirements if one.pins}

    def _resolution(
        self, plan: _Plan, worst: Mapping[tuple[str, str], Verdict], needs: Mapping[str, set[str]]
    ) -> Resolution:
        names = {name for name, _ in worst}
        order = _dependencies_first(sorted(names), needs)
        versions = [
            Resolved(
                name,
                version,
                self._files(name, version, plan[name, version]),
                tuple(sorted(needs.get(name, set()) & names - {name})),
                verdict,
                tuple(plan[name, version]),
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
