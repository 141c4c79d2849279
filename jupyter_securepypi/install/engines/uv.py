"""The uv engine: find out what to install, prove where it lies, then install exactly that.

uv keeps no record of where a package came from, so the proof comes first: ``uv pip install --dry-run`` says what
the request changes here, ``uv pip compile`` says at which address of the index each file of it lies and with which
hash, and what is then installed is a lock file (PEP 751) of those files, each checked against its hash. All three
share uv's cache: the second step asks the index nothing, the third fetches what is not there with that hash.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from packaging.utils import canonicalize_name

from ...core.errors import InstallFailed, NotFound, SecurePyPIError
from ...core.gate.gate import Candidate
from ...core.gate.review import Review
from ...core.index import Index
from ...core.installed import installed_versions
from ...core.masking import masked
from ...core.netrc import temporary
from ...core.proxy_address import refuse_unreadable
from ...core.report import InstalledPackage, InstallReport, prove
from ...core.requests.lock import parse
from ...core.requests.request import Request
from ...core.requests.requirement import Requirement
from ...core.requests.writer import Written, write, write_lines
from . import pylock, uv_failures
from .uv_cache import NOT_USED, cache_folder, why_not_ours
from .uv_environment import environment
from .uv_request import Translated
from .uv_step import CHANGE, Step

_PINNED = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>\S+)")
_CHOSEN = re.compile(r"DEBUG Selecting: (?P<name>[a-z0-9-]+)==\S+ \[.*\] \((?P<file>.+)\)$")
T = TypeVar("T")


@dataclass(frozen=True)
class Uv:
    """A uv, an index and what to tell the user: everything that the steps of one install share.

    Attributes:
        path: of uv.
        index: the only index.
        translated: the request in uv's words.
        wheels_only: nothing may be built, so that no foreign code runs before its origin is known.
        environ: the variables in force.
        on_line: is called with each line that uv prints.
        review: of the gate, if there is one.
        in_detail: `on_line` hears the lines of builds, too, and which file is fetched.
    """

    path: str
    index: Index
    translated: Translated
    wheels_only: bool
    environ: Mapping[str, str]
    on_line: Callable[[str], None] | None
    review: Review | None = None
    in_detail: bool = False

    def install(self, request: Request) -> InstallReport:
        """Install what `request` asks for, and return what that was.

        Raises:
            ForeignOrigin: a package lies elsewhere; nothing has been installed.
            HeldBack: the gate holds back what is needed; nothing has been installed.
            TokenExpired, NotFound, Unreachable, InstallFailed: uv failed, and this is why.
        """
        before, asked = installed_versions(), set(request.names)
        with self._steps() as step:
            if self.on_line and request.names:
                self.on_line(f"Collecting {', '.join(request.names)}")
            files, output = self._decided(step, request), step.output
            packages = [
                InstalledPackage(
                    name=file.name,
                    version=file.version,
                    previous=before.get(canonicalize_name(file.name)),
                    url=file.url,
                    sha256=file.sha256,
                    requested=canonicalize_name(file.name) in asked,
                )
                for file in files
            ]
            prove(packages, self.index, installed=False)
            if files and not request.dry_run:
                self._carry_out(step, files)
        return InstallReport(
            tuple(packages),
            dry_run=request.dry_run,
            public=not self.index.origin,
            output="\n".join(output),
            engine="uv",
        )

    def lock(self, request: Request) -> list[pylock.Locked]:
        """Return the whole resolution of `request`, for every platform; of its files those that pass the gate.

        Raises:
            HeldBack: the gate holds back what is needed.
            TokenExpired, NotFound, Unreachable, InstallFailed: uv failed, and this is why.
        """
        with self._steps() as step:
            while True:
                locked = pylock.allowed(self._told(self._locked, step, request), self.review)
                if locked is not None:
                    return locked

    def lock_with_dependents(self, request: Request) -> tuple[list[pylock.Locked], dict[str, set[str]]]:
        """Return the whole resolution of `request`, and for each name in it the names that need it directly.

        Raises:
            TokenExpired, NotFound, Unreachable, InstallFailed: uv failed, and this is why.
        """
        with self._steps() as step:
            locked = self._locked(step, request)
            # Only uv's other format says who needs what; the index is asked nothing anew.
            target = step.folder / "annotated.txt"
            try:
                self._with_dependencies()._compile(step, request, target, "--annotation-style", "line")
            except (NotFound, InstallFailed):
                if "--no-deps" not in self.translated.resolving:
                    raise
                # A lock file names all that is needed where it was made, which may be less than elsewhere.
                return locked, {}
            return locked, _dependents(target.read_text(encoding="utf-8").splitlines())

    def _with_dependencies(self) -> Uv:
        """Return it without ``--no-deps``, with which the packages of a lock file seem to need nothing."""
        resolving = [word for word in self.translated.resolving if word != "--no-deps"]
        return replace(self, translated=replace(self.translated, resolving=resolving))

    def _locked(self, step: Step, request: Request) -> list[pylock.Locked]:
        target = step.folder / "pylock.toml"
        target.unlink(missing_ok=True)  # uv prefers the versions in a file that is there
        self._compile(step, request, target, "--no-annotate", "--format", "pylock.toml")
        return pylock.read(parse(target))

    def _compile(self, step: Step, request: Request, target: Path, *form: str) -> None:
        written = self._written(step, request)
        step("pip", "compile", "--universal", "--no-header", *form,
             "-o", str(target), *self.translated.resolving, *self.translated.formats,
             *(["--no-build"] if self.wheels_only else []),
             *_option("--constraints", written.constraints), str(written.requirements))  # fmt: skip

    def _decided(self, step: Step, request: Request) -> list[pylock.File]:
        """Return the files that uv would install and that pass the gate."""
        while True:
            planned = self._told(self._plan, step, request)
            files = self._files(step, planned) if planned else []
            candidates = [Candidate(file.name, file.version, file.url, file.uploaded) for file in files]
            if self.review is None or self.review.passes(candidates):
                return files

    def _told(self, attempt: Callable[[Step, Request], T], step: Step, request: Request) -> T:
        """Return what `attempt` returns; a miss is told with what the gate holds back."""
        try:
            return attempt(step, request)
        except SecurePyPIError as error:
            raise (self.review.explained(error) if self.review else error) from None

    def _plan(self, step: Step, request: Request) -> dict[str, str]:
        """Return the versions that uv would install, by name.

        Raises:
            InstallFailed: a line of its plan is not understood.
        """
        written = self._written(step, request)
        words = ["--dry-run", *_option("-r", written.requirements), *self.translated.resolving]
        words += [*self.translated.formats, *(["--no-build"] if self.wheels_only else [])]
        words += _option("--build-constraints", written.build_constraints)
        plan, held = self.translated.plan, _option("--constraints", written.constraints)
        constraints = self._constraints
        pins = [one for one in constraints if one.pins]
        if "--require-hashes" not in plan or len(pins) == len(constraints):
            return _planned(step("pip", "install", *words, *plan, *held))
        # Where uv requires hashes, every constraint must pin a version. So the plan is made without those that
        # do not: with hashes nothing but the pinned versions can be in it. Then uv looks at them all.
        pinned = _option("--constraints", write_lines(step.folder / "pinned.txt", pins) if pins else None)
        lines = step("pip", "install", *words, *plan, *pinned)
        step("pip", "install", *words, *(word for word in plan if word != "--require-hashes"), *held)
        return _planned(lines)

    @property
    def _constraints(self) -> tuple[Requirement, ...]:
        return (*self.translated.constraints, *(self.review.exclusions if self.review else ()))

    def _written(self, step: Step, request: Request) -> Written:
        builds = tuple(self.translated.build_constraints)
        whole = replace(request, constraints=self._constraints, build_constraints=builds)
        return write(whole, step.folder)

    def _files(self, step: Step, planned: Mapping[str, str]) -> list[pylock.File]:
        """Return the file that uv would take for each planned package."""
        pins, target = step.folder / "pins.txt", step.folder / "pylock.toml"
        pins.write_text("".join(f"{self._pin(name, planned[name])}\n" for name in planned), encoding="utf-8")
        formats = ["--no-build"] if self.wheels_only else []
        lines = step("pip", "compile", "-v", "--no-deps", "--no-header", "--no-annotate", "--format", "pylock.toml",
                     "-o", str(target), *self.translated.formats, *formats, "--offline", str(pins),
                     quiet=True)  # fmt: skip
        chosen = {match["name"]: match["file"] for match in map(_CHOSEN.match, lines) if match}
        locked = {package.name: package for package in pylock.read(parse(target))}
        return [self._file(name, version, locked, chosen) for name, version in planned.items()]

    def _pin(self, name: str, version: str) -> str:
        hashes = [f"--hash=sha256:{digest}" for digest in self.translated.hashes.get(name, ())]
        return " ".join([f"{name}=={version}", *hashes])

    def _file(
        self, name: str, version: str, locked: Mapping[str, pylock.Locked], chosen: Mapping[str, str]
    ) -> pylock.File:
        files = locked[name].files if name in locked else ()
        fitting = [file for file in files if file.base_name == chosen.get(name)] or (
            list(files) if len(files) == 1 else []
        )
        allowed = self.translated.hashes.get(name)
        if len(fitting) != 1 or not fitting[0].sha256:
            raise InstallFailed(
                f"uv does not say which file {name} {version} comes from, so that cannot be proven.",
                why="its output is not understood"
                if not fitting
                else f"the index {'lists it more than once' if fitting[1:] else 'gives no SHA-256 for it'}",
                remedy="install with `--engine pip`",
            )
        if allowed and fitting[0].sha256 not in allowed:
            raise uv_failures.mismatch(name, version)
        return fitting[0]

    def _carry_out(self, step: Step, files: Sequence[pylock.File]) -> None:
        lock = step.folder / "pylock.exact.toml"
        # uv keeps the wheels of an index apart: without its address it would fetch anew what it has.
        text = pylock.render(map(pylock.Locked.of, files), index=self.index.url)
        lock.write_text(text, encoding="utf-8")
        again = ["--reinstall"] if self.translated.reinstall else []
        step("pip", "install", "-r", str(lock), *again)

    @contextmanager
    def _steps(self) -> Iterator[Step]:
        refuse_unreadable(self.index.url, self.environ, self.translated.proxy_and_trust.proxy)
        try:
            with tempfile.TemporaryDirectory(prefix="securepypi-") as folder:
                variables = environment(self.environ, self.translated, self.index.url, Path(folder))
                why = why_not_ours(cache_folder(variables))
                if why:
                    variables["UV_CACHE_DIR"] = str(Path(folder, "cache"))
                    if self.on_line:
                        self.on_line(f"{NOT_USED}: {why}")
                if not self.index.password:
                    yield Step(self, Path(folder), {**variables, "NETRC": os.devnull})
                    return
                host = urlsplit(self.index.url).hostname or ""
                with temporary(host, self.index.login, self.index.password) as netrc_file:
                    yield Step(self, Path(folder), {**variables, "NETRC": str(netrc_file)})
        except OSError as error:
            raise uv_failures.unwritten(error, self.index) from None


def _option(name: str, path: Path | None) -> list[str]:
    return [name, str(path)] if path else []


def _planned(lines: Iterable[str]) -> dict[str, str]:
    """Return the versions to install that the lines of uv's plan name, by name.

    Raises:
        InstallFailed: a line is not understood, so what it says cannot be proven.
    """
    found: dict[str, str] = {}
    for change in filter(None, map(CHANGE.fullmatch, lines)):
        pinned = _PINNED.fullmatch(change["rest"])
        if pinned and change["what"] != "-":
            found[pinned["name"]] = pinned["version"]
        elif change["what"] != "-":
            raise InstallFailed(
                f"uv would install {masked(change['rest'])}, which is no version of the index.",
                why="nothing has been installed",
                remedy="name what is in the index, or tell whoever runs it that a package there asks for this",
            )
    return found


def _dependents(lines: Iterable[str]) -> dict[str, set[str]]:
    """Return for each name in uv's annotated lines the names after ``# via``; files are left out."""
    found: dict[str, set[str]] = {}
    for pinned, via in ((_PINNED.match(line), line.partition("# via ")[2]) for line in lines):
        if pinned:
            names = {canonicalize_name(one) for one in via.split(", ") if one and not one.startswith("-")}
            found.setdefault(pinned["name"], set()).update(names)
    return {name: by & set(found) for name, by in found.items()}
