"""What a list needs from the source: which files are mirrored, and what is refused before anything is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...core.errors import InstallFailed, RequestRefused
from ...core.gate.gate import Candidate, Gate
from ...core.gate.policy import Policy
from ...core.gate.verdict import ALLOWED, Verdict
from ...core.index import Index
from ...core.page_requests import page_of
from ...core.project_name import normalized
from ...core.project_page import PageFile
from ...core.requests.request import Request
from ...core.requests.requirement import parse
from ..judging import refusal, spread
from ..resolution import Resolution, Resolved, Where, resolve
from .manifest import Entry, Manifest
from .report import REFUSED, Mirrored
from .source import Source, read_list, way_out
from .targets import Targets


@dataclass(frozen=True)
class Plan:
    """What is to be done.

    Attributes:
        manifest: the files, dependencies first.
        urls: where each of them lies, by its name.
        refused: versions that are not mirrored.
        passed_over: versions that were held back, in place of which others are taken.
        unchecked: why something could not be looked up, where that only warns.
        notes: which targets get nothing of a version, in sentences.
    """

    manifest: Manifest
    urls: dict[str, str]
    refused: tuple[Mirrored, ...] = ()
    passed_over: tuple[Verdict, ...] = ()
    unchecked: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def planned(files: Sequence[str], source: Source, targets: Targets, policy: Policy, strict: bool) -> Plan:
    """Return what a list needs from `source`, as far as the gate lets it through.

    Args:
        files: paths of requirements files, or lock files.
        source: where packages come from.
        targets: the Pythons and platforms to serve.
        policy: of the gate.
        strict: nothing may be built to find out what a package needs.

    Raises:
        RequestRefused: a file asks for something that is not of an index, or for nothing.
        NotFound, InstallFailed: the source does not have what is needed.
        SecurePyPIError: the source does not answer, or what decides cannot be found out.
    """
    request, uv = read_list(list(files))
    if not request.asks:
        raise RequestRefused("Nothing was asked for.", remedy="write requirements into the file")
    locked = {
        name: frozenset(digest for one in request.requirements if one.project == name for digest in one.hashes)
        for name in request.names
    }

    def choice(name: str, found: Sequence[PageFile], where: Sequence[Where]) -> tuple[PageFile, ...]:
        digests = locked.get(name)
        allowed = [one for one in found if not digests or f"sha256:{one.sha256}" in digests]
        return targets.wanted(allowed, where)

    def answer(index: Index) -> tuple[Resolution, list[str]]:
        asked, unbuilt = request, list[str]()
        while asked.requirements:
            try:
                return resolve(asked, index, policy, targets.pythons, strict, uv, choice), unbuilt
            except InstallFailed as error:
                name = _only_sources(error, asked, index) if strict else ""
                if not name:
                    raise
                unbuilt.append(name)
                asked = replace(
                    asked, requirements=tuple(one for one in asked.requirements if one.project != name)
                )
        return Resolution(()), unbuilt

    found, unbuilt = source.ask(answer)
    refused = [Mirrored(name, "", "", "", REFUSED, _UNBUILT) for name in unbuilt]
    return _of(found, refused, source, targets)


_UNBUILT = (
    "has source archives only: with the gate on nothing is built, and without a build nobody knows what they need; "
    "build a wheel of it, and publish that"
)


def _of(found: Resolution, refused: list[Mirrored], source: Source, targets: Targets) -> Plan:
    needed = [one for one in found.versions if targets.without_wheel((), one.where)]
    why = {(one.name, one.version): _refusal(one, source, targets) for one in needed}
    bad = {key: text for key, text in why.items() if text}
    spread(needed, bad)
    refused += [Mirrored(*key, "", "", REFUSED, text) for key, text in bad.items()]
    passing = [one for one in needed if (one.name, one.version) not in bad]
    files = [(one, file) for one in passing for file in one.files]
    entries = [_entry(one, file, targets) for one, file in files]
    urls = {file.filename: file.url for _, file in files}
    manifest = Manifest(source.name, source.public, tuple(entries))
    notes = [
        f"{one.name} {one.version} has no file for {', '.join(lacking)}."
        for one in passing
        if (lacking := targets.without_file(one.files, one.where))
    ]
    return Plan(manifest, urls, tuple(refused), found.passed_over, found.unchecked, tuple(notes))


def _refusal(one: Resolved, source: Source, targets: Targets) -> str:
    if not one.files:
        return f"has no file in {source.name} for {', '.join(targets.without_wheel((), one.where))}"
    return refusal(one, source.name)


def _entry(one: Resolved, file: PageFile, targets: Targets) -> Entry:
    said = []
    if not file.is_wheel:
        said.append(f"no wheel for {', '.join(targets.without_wheel(one.files, one.where))}")
    if file.yanked:
        said.append(f"withdrawn: {file.yanked_reason or 'nobody said why'}")
    if one.verdict.kind != ALLOWED:
        said.append(one.verdict.clause)
    return Entry(one.name, one.version, file.filename, file.sha256, file.size, file.uploaded, "; ".join(said))


def _only_sources(error: InstallFailed, request: Request, index: Index) -> str:
    """Return the project of `request` that has source archives only; empty where that is not the error."""
    if not error.unmet:
        return ""
    try:
        name = parse(error.unmet, "").project
    except RequestRefused:
        return ""
    if name not in request.names:
        return ""
    return "" if any(one.is_wheel for one in page_of(name, index, way_out())) else name


def judged(manifest: Manifest, policy: Policy) -> tuple[dict[str, Verdict], tuple[str, ...]]:
    """Return what the gate says today of each file that was carried here, and warnings about what it could not look up.

    The ages are those at the source, of which no copy knows.

    Raises:
        SecurePyPIError: what decides cannot be found out.
    """
    gate = Gate(policy, Index("", ""), way_out())
    candidates = [
        Candidate(normalized(one.name), one.version, one.filename, one.uploaded) for one in manifest.entries
    ]
    verdicts = gate.judge(candidates)
    names = [one.filename for one in manifest.entries]
    return dict(zip(names, verdicts, strict=True)), tuple(gate.warned)
