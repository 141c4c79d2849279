"""Strict mode for pip: resolve without installing, prove every origin, then install exactly that by hash.

The resolution takes wheels of the index only, because a source archive runs its own code to say what it needs. A
wheel may ask for a URL, which pip follows whatever its options say: `guard` ends that. The gate judges what was
resolved; where it holds something back, pip resolves again without that.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import Callable, List, Mapping, Optional

from ..errors import InstallFailed, NotFound, RequestRefused, SecurePyPIError
from ..gate.gate import Candidate
from ..gate.review import Review
from ..index import Index
from ..installed import installed_versions
from ..page_requests import page_of
from ..proxy_and_trust import ProxyAndTrust
from ..report import InstallReport, prove
from ..requests.request import Request
from ..requests.requirement import Requirement
from .guard import foreign, guarded_pip
from .install import pip_install
from .log import FIRST_WITH_REPORT, version_of
from .misses import only_sources

# What the second run must not hear again: what is wanted stands in the file of hashes.
_SELECTING = """
    --upgrade --upgrade-strategy --pre --prefer-binary --no-binary --only-binary --no-deps --only-deps
    --require-hashes --no-require-hashes --dry-run --group --editable --uploaded-prior-to
"""


def pip_install_strictly(
    request: Request,
    index: Index,
    *,
    review: Optional[Review] = None,
    environ: Optional[Mapping[str, str]] = None,
    on_line: Optional[Callable[[str], None]] = None,
) -> InstallReport:
    """Install what `request` asks for with pip, in two runs: one that decides, one that installs what was proven.

    Arguments and errors are those of `pip_install`; the report is that of the first run.

    Args:
        request: what to install.
        index: the only index.
        review: of the gate, if there is one.
        environ: the environment to start from; by default this process's.
        on_line: is called with each line that pip prints, secrets masked.

    Raises:
        ForeignOrigin: a package lies elsewhere; nothing has been installed, and nothing of it has run.
        HeldBack: the gate holds back what is needed; the same.
        RequestRefused: the request asks for source archives.
        InstallFailed: there is no wheel of a package, or its hash is not known.
    """
    report = decide(request, index, review=review, environ=environ, on_line=on_line)
    if request.dry_run or not report.packages:
        return replace(report, dry_run=request.dry_run)
    unknown = [package.name for package in report.packages if not package.sha256]
    if unknown:
        raise InstallFailed(
            f"The index gives no SHA-256 for {', '.join(unknown)}, so they cannot be held to it.",
            why="what was proven is installed by its hash",
            remedy="have it published to the secure index again",
        )
    exactly = Request(
        tuple(
            Requirement(one.name, versions=f"=={one.version}", hashes=(f"sha256:{one.sha256}",))
            for one in report.packages
        ),
        options=request.without_options(_SELECTING.split()).options,
    )
    again = exactly.with_options("--no-deps", "--require-hashes", "--only-binary=:all:")
    done = pip_install(again, index, environ=environ, on_line=on_line)
    return replace(report, dry_run=False, output=f"{report.output}\n{done.output}")


def decide(
    request: Request,
    index: Index,
    *,
    review: Optional[Review] = None,
    environ: Optional[Mapping[str, str]] = None,
    on_line: Optional[Callable[[str], None]] = None,
) -> InstallReport:
    """Return what an install would bring, from wheels of `index` only: nothing is built, and nothing fetched elsewhere.

    Arguments and errors are those of `pip_install_strictly`.
    """
    _refuse_what_cannot_be(request)
    while True:
        # Without what is held back pip may find nothing, and blames the user's words; the review says it better.
        heard = review.heard(on_line) if review else on_line
        try:
            report = _resolved(review.narrowed(request) if review else request, index, environ, heard)
        except SecurePyPIError as error:
            raise (review.explained(error) if review else error) from None
        candidates = [Candidate(one.name, one.version, one.url) for one in report.packages]
        if review is None or review.passes(candidates):
            return report


def _refuse_what_cannot_be(request: Request) -> None:
    if request.has("--no-binary"):
        raise RequestRefused(
            "Only wheels are taken here, so --no-binary cannot be.",
            why='with verify = "before", and where the gate is on, no foreign code runs before it is proven; building '
            "a source archive runs its code",
            remedy="leave it out; where the gate is off, install with `--verify after`",
        )
    pip = installed_versions().get("pip", "")
    if pip and version_of(pip) < FIRST_WITH_REPORT:
        raise InstallFailed(
            f"This needs a newer pip than {pip}, which cannot decide without installing.",
            why='with verify = "before", and where the gate is on, it is decided first what is installed',
            remedy="upgrade pip to 22.2 or newer with `python -m pip install -U pip`, or install with `--engine uv`",
        )


def _resolved(
    request: Request,
    index: Index,
    environ: Optional[Mapping[str, str]],
    on_line: Optional[Callable[[str], None]],
) -> InstallReport:
    said: List[str] = []

    def heard(line: str) -> None:
        said.append(line)
        if on_line:
            on_line(line)

    try:
        report = pip_install(
            request.with_options("--only-binary=:all:", "--dry-run"),
            index,
            program=guarded_pip(index),
            environ=environ,
            on_line=heard,
        )
    except NotFound:
        _blame_sources(request, index, ProxyAndTrust.of(sys.prefix, os.environ if environ is None else environ))
        raise
    except InstallFailed as error:
        raise foreign(said) or error from None
    prove(report.packages, index, installed=False)
    return report


def _blame_sources(request: Request, index: Index, proxy_and_trust: ProxyAndTrust) -> None:
    """Raise the better reason where a package asked for is there, but as a source archive only."""
    for name in request.names:
        try:
            files = page_of(name, index, proxy_and_trust) if index.url else []
        except NotFound:
            continue
        if files and not any(file.is_wheel for file in files):
            raise only_sources(name) from None
