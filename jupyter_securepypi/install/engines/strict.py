"""Strict mode for pip: resolve without installing, prove every origin, then install exactly that by hash.

The resolution takes wheels of the index only, because a source archive runs its own code to say what it needs. A
wheel may ask for a URL, which pip follows whatever its options say: `pip_guard` ends that.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace

from ...core.errors import InstallFailed, NotFound, RequestRefused
from ...core.index import Index
from ...core.installed import installed_versions
from ...core.pip.install import pip_install
from ...core.pip.log import FIRST_WITH_REPORT, version_of
from ...core.proxy_and_trust import ProxyAndTrust
from ...core.report import InstallReport, prove
from ...core.requests.request import Request
from ...core.requests.requirement import Requirement
from .pip_guard import foreign, guarded_pip
from .simple import files_of
from .uv_failures import only_sources

# What the second run must not hear again: what is wanted stands in the file of hashes.
_SELECTING = """
    --upgrade --upgrade-strategy --pre --prefer-binary --no-binary --only-binary --no-deps --only-deps
    --require-hashes --no-require-hashes --dry-run --group --editable --uploaded-prior-to
"""


def pip_install_strictly(
    request: Request,
    index: Index,
    *,
    environ: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
) -> InstallReport:
    """Install what `request` asks for with pip, in two runs: one that decides, one that installs what was proven.

    Arguments and errors are those of `pip_install`; the report is that of the first run.

    Raises:
        ForeignOrigin: a package lies elsewhere; nothing has been installed, and nothing of it has run.
        RequestRefused: the request asks for source archives.
        InstallFailed: there is no wheel of a package, or its hash is not known.
    """
    report = decide(request, index, environ=environ, on_line=on_line)
    if request.dry_run or not report.packages:
        return replace(report, dry_run=request.dry_run)
    unknown = [package.name for package in report.packages if not package.sha256]
    if unknown:
        raise InstallFailed(
            f"The index gives no SHA-256 for {', '.join(unknown)}, so strict mode cannot hold them to it.",
            remedy="install with `--verify after`",
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
    environ: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
) -> InstallReport:
    """Return what an install would bring, from wheels of `index` only: nothing is built, and nothing fetched elsewhere.

    Arguments and errors are those of `pip_install_strictly`.
    """
    if request.has("--no-binary"):
        raise RequestRefused(
            "Strict mode takes wheels only, so --no-binary cannot be.",
            why="building a source archive runs its code before its origin is known",
            remedy="leave it out, or install with `--verify after`",
        )
    pip = installed_versions().get("pip", "")
    if pip and version_of(pip) < FIRST_WITH_REPORT:
        raise InstallFailed(
            f"Strict mode needs a newer pip than {pip}, which cannot decide without installing.",
            remedy="upgrade pip to 22.2 or newer with `python -m pip install -U pip`, or install with `--engine uv`",
        )
    said: list[str] = []

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
            files = files_of(name, index, proxy_and_trust) if index.url else []
        except NotFound:
            continue
        if files and not any(file.is_wheel for file in files):
            raise only_sources(name) from None
