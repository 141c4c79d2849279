"""Mirror: plan, judge, fetch, look at what is there, upload. Each step is safe to repeat, so a second run goes on."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...config import SecurePyPI
from ...core.errors import AccessDenied, ForeignOrigin, InstallFailed, SecurePyPIError
from ...core.files import usual_mode
from ...core.gate.policy import Policy
from ...core.index import Index
from ...core.masking import masked
from ...install.engines.fetching import fetch
from ...install.engines.pylock import File
from ..judging import audited
from . import connections
from .carrier import Carrier
from .destination import Destination
from .manifest import Entry, Manifest
from .planning import Plan, judged, planned
from .report import (
    FAILED,
    FETCHED,
    REFUSED,
    THERE,
    TO_BE_FETCHED,
    TO_BE_UPLOADED,
    UPLOADED,
    Mirrored,
    MirrorReport,
)
from .source import Source, way_out
from .targets import Targets

OnStep = Callable[..., object]
"""Is called with what is being done, and how many files of how many are done."""


@dataclass
class Mirror:
    """One run.

    Attributes:
        options: the options in force; the gate's policy, and who asks.
        files: requirements files or lock files; none to upload what a folder carries.
        source: where packages come from; None with a folder alone.
        destination: the options of the repository that they go to; None for none.
        folder: the folder, or the zip file, between; None for none.
        targets: the Pythons and platforms to serve.
        minimum_age: seconds that a file must be old, where that is more than the policy asks for.
        plan: fetch and upload nothing.
        on_step: see `OnStep`.
    """

    options: SecurePyPI
    files: Sequence[str]
    source: Source | None
    destination: SecurePyPI | None
    folder: Path | None
    targets: Targets
    minimum_age: float = 0.0
    plan: bool = False
    on_step: OnStep = lambda *_: None
    _states: dict[str, Mirrored] = field(default_factory=dict)
    _notes: list[str] = field(default_factory=list)

    def run(self) -> MirrorReport:
        """Mirror, and return what became of each file.

        Raises:
            RequestRefused: a file asks for something that is not of an index, or a public index serves the destination.
            NotFound, InstallFailed: the source does not have what the files need.
            SecurePyPIError: somebody does not answer; what was uploaded until then is uploaded.
        """
        policy = audited(self._policy())
        there = Destination(self.destination) if self.destination else None
        carrier = Carrier.of(self.folder) if self.folder else None
        if self.source and there:
            self._look_behind(there, self.source.public)
        digest = ""
        if self.source:
            self.on_step("working out what is needed")
            strict = self.options.verify == "before" or policy.holds_back
            plan = planned(self.files, self.source, self.targets, policy, strict)
        else:
            assert carrier  # noqa: S101 the command line has looked # nosec B101
            manifest = carrier.manifest()
            plan, digest = self._carried(manifest, policy), manifest.sha256
            if there:
                self._look_behind(there, plan.manifest.public)
        entries = list(plan.manifest.entries)
        for entry in entries:
            self._states[entry.filename] = Mirrored.of(entry, TO_BE_UPLOADED if there else TO_BE_FETCHED)
        if there:
            self._compare(there, entries)
        if not self.plan:
            with ExitStack() as stack:
                if self.source and carrier:
                    digest = self._fill(carrier, plan)
                elif not carrier:
                    carrier = Carrier(
                        Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="securepypi-")))
                    )
                if there:
                    self._upload(there, carrier, plan)
        return MirrorReport(
            plan.manifest.source,
            there.request.repository.id if there else "",
            str(self.folder or ""),
            digest,
            (*(self._states[one.filename] for one in entries), *plan.refused),
            plan.passed_over,
            plan.unchecked,
            (*plan.notes, *self._notes),
        )

    @property
    def uploaded(self) -> int:
        """How many files were uploaded so far."""
        return sum(one.state == UPLOADED for one in self._states.values())

    def _policy(self) -> Policy:
        policy = self.options.policy()
        return replace(policy, minimum_age=max(policy.minimum_age, self.minimum_age))

    def _look_behind(self, there: Destination, public: bool) -> None:
        found, missing = connections.look_up(there.request)
        if public:
            connections.refuse_public(found, there.request, self.files)
        self._notes += [connections.note(one, there.request) for one in found] + ([missing] if missing else [])

    def _carried(self, manifest: Manifest, policy: Policy) -> Plan:
        """Return the plan for what was carried here: what the gate holds back today is refused."""
        verdicts, unchecked = judged(manifest, policy)
        refused = [
            Mirrored.of(one, REFUSED, verdicts[one.filename].clause)
            for one in manifest.entries
            if verdicts[one.filename].held_back
        ]
        left = tuple(one for one in manifest.entries if not verdicts[one.filename].held_back)
        return Plan(replace(manifest, entries=left), {}, tuple(refused), unchecked=unchecked)

    def _compare(self, there: Destination, entries: Sequence[Entry]) -> None:
        """Mark what the destination has already, and what stands in the way there."""
        self.on_step("looking at what is there")
        held = there.hashes(one.name for one in entries)
        for one in entries:
            known = held[one.name].get(one.filename)
            if known is not None:
                self._states[one.filename] = _compared(one, known, there)

    def _fill(self, carrier: Carrier, plan: Plan) -> str:
        """Fetch all files into the folder; return the SHA-256 of its manifest."""
        carrier.prepare()
        fetched = []
        for number, entry in enumerate(plan.manifest.entries):
            self.on_step(f"fetching {entry.filename}", number, len(plan.manifest.entries))
            if self._fetched(carrier, entry, plan):
                fetched.append(entry)
                if self.destination is None:
                    self._states[entry.filename] = Mirrored.of(entry, FETCHED)
        manifest = replace(plan.manifest, entries=tuple(fetched))
        carrier.finish(manifest)
        return manifest.sha256

    def _fetched(self, carrier: Carrier, entry: Entry, plan: Plan) -> bool:
        assert self.source  # noqa: S101 only then there is something to fetch # nosec B101
        file = File(entry.name, entry.version, plan.urls[entry.filename], entry.sha256)
        try:
            if file.stored_name != entry.filename:  # before it becomes a path
                raise InstallFailed(f"{entry.filename} is no name that a file may have.")
            if not carrier.holds(entry):
                self.source.ask(lambda index: _fetch(file, carrier.work / entry.filename, index))
        except SecurePyPIError as error:
            self._states[entry.filename] = Mirrored.of(entry, FAILED, _told(error))
            return False
        return True

    def _upload(self, there: Destination, carrier: Carrier, plan: Plan) -> None:
        todo = [one for one in plan.manifest.entries if self._states[one.filename].state == TO_BE_UPLOADED]
        for number, entry in enumerate(todo):
            self.on_step(f"uploading {entry.filename}", number, len(todo))
            if self.source and not self.folder and not self._fetched(carrier, entry, plan):
                continue
            try:
                with carrier.checked(entry) as path:
                    why = there.upload(path)
            except (InstallFailed, AccessDenied) as error:
                self._states[entry.filename] = Mirrored.of(entry, FAILED, error.message)
                # Rights may differ from package to package; who has had none so far has none at all.
                if isinstance(error, AccessDenied) and not self.uploaded:
                    self._leave(todo[number + 1 :], entry)
                    break
                continue
            finally:
                if not self.folder:
                    (carrier.work / entry.filename).unlink(missing_ok=True)
            self._states[entry.filename] = Mirrored.of(entry, FAILED if why else UPLOADED, why)
        self.on_step("looking at what is there now", len(todo), len(todo))
        self._settle(there, todo)

    def _leave(self, entries: Sequence[Entry], refused: Entry) -> None:
        for one in entries:
            self._states[one.filename] = Mirrored.of(
                one, FAILED, f"was not tried: {refused.filename} was refused for want of rights"
            )

    def _settle(self, there: Destination, todo: Sequence[Entry]) -> None:
        """Hold what was uploaded against what the destination shows: it decides, not the words of an upload."""
        tried = [one for one in todo if self._states[one.filename].state in (UPLOADED, FAILED)]
        if not tried:
            return
        held = there.hashes(one.name for one in tried)
        for one in tried:
            known = held[one.name].get(one.filename)
            if known is not None and (known != one.sha256 or self._states[one.filename].state == FAILED):
                self._states[one.filename] = _compared(one, known, there)


def _fetch(file: File, target: Path, index: Index) -> None:
    """Fetch a file, whose hash is that of the source's page.

    Raises:
        ForeignOrigin: it lies elsewhere, where the source's credentials must not go.
        SecurePyPIError: it cannot be fetched, or has another hash.
    """
    if not index.holds(file.url):
        raise ForeignOrigin(f"{file.base_name} lies at {masked(file.url)}, which is not the source.")
    fetch(file, target, index, way_out(), usual_mode())


def _compared(one: Entry, known: str, there: Destination) -> Mirrored:
    """Return what a file is that the destination has with the SHA-256 `known`."""
    if known == one.sha256:
        return Mirrored.of(one, THERE)
    repository = there.request.repository
    if not known:
        return Mirrored.of(one, FAILED, f"is in {repository}, which gives no SHA-256 to compare it by")
    return Mirrored.of(
        one,
        FAILED,
        f"{repository} has other content under this name: SHA-256 {known}; it was left as it is",
    )


def _told(error: SecurePyPIError) -> str:
    return f"{error.message} {error.why}".strip()
