"""Promote: copy what a file needs, and what passes the gate and the audit, from one repository to another."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..config import SecurePyPI
from ..core.gate.verdict import ALLOWED, Verdict
from ..core.gate.versions import parsed
from ..core.grant import MintRequest
from ..core.installation import checked_request
from ..core.providers.codeartifact.administration.copying import COPIED, FAILED, OTHER, THERE, Wanted
from ..core.providers.codeartifact.repository import Repository
from ..core.requests.request import Request
from ..install.engines.select import uv_to_resolve
from ..install.questions.index import ask
from .asking import answers
from .judging import audited, refusal, spread
from .repositories import acting, of_one_domain
from .resolution import Resolved, resolve

TO_BE_COPIED, REFUSED = "to be copied", "refused"
_START = 60.0  # seconds for credentials and a role
_LOOK, _COPY = 5.0, 90.0  # seconds for each version, throttling included


@dataclass(frozen=True)
class Promoted:
    """What became of one version.

    Attributes:
        name: normalized.
        version: of it.
        state: ``copied``, ``to be copied``, ``there``, ``refused`` or ``failed``.
        why: a clause whose subject is the version, or empty.
        verdict: the gate's.
    """

    name: str
    version: str
    state: str
    why: str
    verdict: Verdict

    @property
    def ok(self) -> bool:
        """Whether it is in the destination, or would be."""
        return self.state not in (REFUSED, FAILED)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        told = {"name": self.name, "version": self.version, "state": self.state, "why": self.why}
        return {**told, "verdict": self.verdict.to_dict()}


@dataclass(frozen=True)
class PromotionReport:
    """The whole promotion.

    Attributes:
        source: the repository that versions come from.
        destination: the one that they are copied to.
        versions: every version that the file needs, dependencies first.
        passed_over: versions that the gate holds back, in place of which others were taken.
        unchecked: why something could not be looked up, where that only warns.
    """

    source: Repository
    destination: Repository
    versions: tuple[Promoted, ...]
    passed_over: tuple[Verdict, ...] = ()
    unchecked: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing was refused, and nothing failed."""
        return all(one.ok for one in self.versions)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "from": self.source.id,
            "to": self.destination.id,
            "ok": self.ok,
            "versions": [one.to_dict() for one in self.versions],
            "held_back": [one.to_dict() for one in self.passed_over],
            "unchecked": list(self.unchecked),
        }


def promote(
    options: SecurePyPI,
    files: Sequence[str],
    source: Repository,
    destination: Repository,
    *,
    pythons: Sequence[str] = (),
    plan: bool = False,
    on_outcome: Callable[[Promoted], object] = lambda one: None,
) -> PromotionReport:
    """Copy what `files` need from `source` to `destination`, and return what became of each version.

    What is there already is left alone, so that a second run goes on where the first one ended.

    Args:
        options: the options in force; the gate's policy, and who asks AWS.
        files: requirements files, or lock files.
        source: the repository to resolve against, and to copy from.
        destination: the repository to copy to, of the same domain.
        pythons: versions of Python to resolve for; none for this one and all newer ones.
        plan: change nothing.
        on_outcome: is called with each version that was copied, or could not be.

    Raises:
        RequestRefused: a file asks for something that is not of an index.
        NotFound, InstallFailed: the source does not have what the files need.
        SecurePyPIError: AWS refuses, or the index does not answer; what was copied until then is copied.
    """
    of_one_domain(source, destination)
    request = checked_request([word for file in files for word in ("-r", file)])
    policy = audited(options.policy())
    strict = options.verify == "before" or policy.holds_back
    uv = uv_to_resolve(request, os.environ)
    found = ask(
        acting(options, None, source), lambda index: resolve(request, index, policy, pythons, strict, uv)
    )
    asked = replace(options.mint_request(), repository=destination)
    states = {(one.name, one.version): one for one in _planned(found.versions, request, asked, source)}
    if not plan:
        for one in _copied(found.versions, states, asked, source):
            states[one.name, one.version] = one
            on_outcome(one)
    return PromotionReport(source, destination, tuple(states.values()), found.passed_over, found.unchecked)


def _planned(
    versions: Sequence[Resolved], request: Request, asked: MintRequest, source: Repository
) -> list[Promoted]:
    """Return each version as ``to be copied``, ``there`` or ``refused``."""
    refused = {(one.name, one.version): why for one in versions if (why := _refusal(one, request, source))}
    passing = [one for one in versions if (one.name, one.version) not in refused]
    there: dict[tuple[str, str], str] = {}
    for answer in _asked("look", asked, _LOOK, passing):
        key = answer["name"], answer["version"]
        if answer["state"] == OTHER:
            refused[key] = answer["why"]
        elif answer["state"] == THERE:
            there[key] = answer["why"]
    spread(versions, refused, there)
    return [_as_planned(one, refused, there) for one in versions]


def _as_planned(
    one: Resolved, refused: dict[tuple[str, str], str], there: dict[tuple[str, str], str]
) -> Promoted:
    key = one.name, one.version
    if key in refused:
        return Promoted(one.name, one.version, REFUSED, refused[key], one.verdict)
    if key in there:
        return Promoted(one.name, one.version, THERE, there[key], one.verdict)
    warning = one.verdict.clause if one.verdict.kind != ALLOWED else ""
    return Promoted(one.name, one.version, TO_BE_COPIED, warning, one.verdict)


def _refusal(one: Resolved, request: Request, source: Repository) -> str:
    """Return why a version is refused by itself, or an empty text."""
    why = refusal(one, str(source))
    if why:
        return why
    here = {f"sha256:{file.sha256}" for file in one.files}
    locked = {
        digest
        for asked in request.requirements
        if asked.project == one.name and asked.pins and parsed(asked.versions[2:]) == parsed(one.version)
        for digest in asked.hashes
    }
    if locked - here:
        return f"has other content than what is locked: {len(locked - here)} of {len(locked)} files are not in {source}"
    return ""


def _copied(
    versions: Sequence[Resolved],
    states: dict[tuple[str, str], Promoted],
    asked: MintRequest,
    source: Repository,
) -> Iterator[Promoted]:
    todo = [one for one in versions if states[one.name, one.version].state == TO_BE_COPIED]
    for answer in _asked("copy", asked, _COPY, todo, source=source.id):
        planned = states[answer["name"], answer["version"]]
        failed = answer["state"] == FAILED
        yield replace(planned, state=FAILED if failed else COPIED, why=answer["why"] if failed else planned.why)


def _asked(
    task: str, asked: MintRequest, seconds: float, versions: Sequence[Resolved], **more: Any
) -> Iterator[dict[str, Any]]:
    if not versions:
        return
    wanted = [
        Wanted(
            one.name,
            one.version,
            {file.filename: file.sha256 for file in one.files},
            one.needs,
            tuple(dict.fromkeys([one.version, *(file.version for file in one.files)])),
        ).to_dict()
        for one in versions
    ]
    yield from answers(task, asked, _START + seconds * len(versions), wanted=wanted, **more)
