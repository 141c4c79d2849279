"""Strict mode for pip: resolve without installing, prove every origin, then install exactly that by hash.

The resolution takes wheels only, because a source archive runs its own code to say what it needs.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ...core.errors import InstallFailed, NotFound, RequestRefused
from ...core.index import Index
from ...core.pip.install import pip_install
from ...core.proxy_and_trust import ProxyAndTrust
from ...core.report import InstallReport, prove
from ...core.requests import options as pipoptions
from ...core.requests.request import Request
from .simple import files_of
from .uv_failures import only_sources

# What the second run must not hear again: what is wanted stands in the file of hashes.
_SELECTING = """
    --upgrade --upgrade-strategy --requirement --constraint --build-constraint --pre --prefer-binary --no-binary
    --only-binary --no-deps --only-deps --require-hashes --no-require-hashes --dry-run --report --group
    --editable
"""


def pip_install_strictly(
    request: Request,
    index: Index,
    *,
    constraints: Sequence[str] = (),
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
    given, _ = pipoptions.read(request.arguments, pipoptions.COMMAND, "command line")
    if any(item.option.name == "--no-binary" for item in given):
        raise RequestRefused(
            "Strict mode takes wheels only, so --no-binary cannot be.",
            why="building a source archive runs its code before its origin is known",
            remedy="leave it out, or install with `--verify after`",
        )
    end = request.arguments.index("--") if "--" in request.arguments else len(request.arguments)
    words = [*request.arguments[:end], "--only-binary=:all:", "--dry-run", *request.arguments[end:]]
    try:
        report = pip_install(
            words,
            index,
            constraints=constraints,
            dry_run=True,
            report_to=request.report,
            environ=environ,
            on_line=on_line,
        )
    except NotFound:
        _blame_sources(request, index, ProxyAndTrust.of(sys.prefix, os.environ if environ is None else environ))
        raise
    prove(report.packages, index, installed=False)
    if request.dry_run or not report.packages:
        return replace(report, dry_run=request.dry_run)
    unknown = [package.name for package in report.packages if not package.sha256]
    if unknown:
        raise InstallFailed(
            f"The index gives no SHA-256 for {', '.join(unknown)}, so strict mode cannot hold them to it.",
            remedy="install with `--verify after`",
        )
    with tempfile.TemporaryDirectory(prefix="securepypi-") as folder:
        file = Path(folder, "proven.txt")
        lines = [f"{p.name}=={p.version} --hash=sha256:{p.sha256}" for p in report.packages]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        rest = [word for item in given if item.option.name not in _SELECTING.split() for word in _said(item)]
        again = ["--no-deps", "--require-hashes", "--only-binary=:all:", "-r", str(file)]
        done = pip_install([*rest, *again], index, environ=environ, on_line=on_line)
    return replace(report, dry_run=False, output=f"{report.output}\n{done.output}")


def _said(item: pipoptions.Given) -> list[str]:
    return [item.option.name] if item.value is None else [item.option.name, item.value]


def _blame_sources(request: Request, index: Index, proxy_and_trust: ProxyAndTrust) -> None:
    """Raise the better reason where a package asked for is there, but as a source archive only."""
    for name in request.names:
        try:
            files = files_of(name, index, proxy_and_trust) if index.url else []
        except NotFound:
            continue
        if files and not any(file.is_wheel for file in files):
            raise only_sources(name) from None
