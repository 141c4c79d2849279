"""The index that is in force in an environment, and every file and variable that influences it.

Only files are read and no process is run, so that an audit of fifty kernels is fast enough for the panel.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.address import same_address
from ..core.errors import FileProblem
from ..core.finding import Finding
from ..core.masking import masked
from ..core.pip.configuration import Effective, Files, Setting, config_files, effective
from .addresses import elsewhere, has_no_index
from .constraint_files import ConstraintFiles
from .findings import about_files, about_no_files, about_settings, about_variables
from .pip_plan import plan
from .sources import COMMANDS, Source, pip_sources, uv_source
from .uv import has_uv
from .uv_audit import UvSource, uv_sources
from .uv_files import UvFiles
from .uv_verdict import CONFIGURE_UV, UvVerdicts

# Prefixes of all variables that decide, or that say where files are (`core.pip.configuration`, `uv_audit`).
_PREFIXES = ("PIP_", "UV_", "XDG_", "HOME", "USERPROFILE", "APPDATA", "PROGRAMDATA", "SYSTEMDRIVE")
_DEFAULT = {"kind": "default", "source": "", "section": ""}
_NOT_KNOWN = Finding(
    "", "The secure index is not known before the first token.", remedy="refresh the token", kind="unknown"
)


@dataclass(frozen=True)
class Audit:
    """The result for one environment; it holds no secret.

    Attributes:
        pip_state: ``secure`` (pip can only reach the secure index), ``insecure`` (it can reach another place, or a
            check is off) or ``unknown`` (the secure index is not known yet, or pip does not run or has no index).
        uv_state: the same of uv; also ``secure`` where there is no uv, and nothing would lead one elsewhere.
        index_url: the index of ``pip install``, credentials masked; None for pip's default.
        decided_by: kind, source and section of the setting that decides; kind ``default`` if there is none.
        sources: every place with a setting about indexes, weakest first, pip's before uv's.
        pip_findings: the problems of pip, each with a remedy.
        uv_findings: those of uv; ``uv-unset`` is the kind where nothing sets an index, ``uv-broken`` where it does not
            run, ``uv-unread`` where a file cannot be looked at, and ``uv`` of all others.
        has_uv: True if a uv is installed there.
        fixable: True if pointing pip at the secure index would change a file.
        uv_fixable: True if that is so of uv.
    """

    pip_state: str
    uv_state: str
    index_url: str | None
    decided_by: Mapping[str, str]
    sources: tuple[Source, ...]
    pip_findings: tuple[Finding, ...]
    uv_findings: tuple[Finding, ...]
    has_uv: bool
    fixable: bool
    uv_fixable: bool

    @property
    def state(self) -> str:
        """The worse of both states: an environment is secure only if pip and uv in it are."""
        return min(self.pip_state, self.uv_state, key=("insecure", "unknown", "secure").index)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All problems, pip's before uv's."""
        return self.pip_findings + self.uv_findings

    def to_dict(self) -> dict[str, Any]:
        """Return the audit as JSON values."""
        return {
            "state": self.state,
            "index_url": self.index_url,
            "decided_by": dict(self.decided_by),
            "sources": [dict(vars(source)) for source in self.sources],
            "findings": [finding.to_dict() for finding in self.findings],
            "fixable": self.fixable,
        }


class Auditor:
    """Audits environments in one pass; shared files are read once.

    Args:
        index_url: the secure index, or None if it is not known yet.
        folder: the folder of notebooks, for uv's project files; None leaves these out. uv searches from its working
        folder upwards, so a project file further down than `folder` is not seen here.
    """

    def __init__(self, index_url: str | None, folder: Path | None = None) -> None:
        self._index_url = index_url
        self._folder = folder
        self._files = Files()
        self._uv_files = UvFiles()
        self._constraint_files = ConstraintFiles(folder)
        self._uv: dict[frozenset[tuple[str, str]], list[UvSource]] = {}

    def audit(self, prefix: Path, environ: Mapping[str, str]) -> Audit:
        """Return the audit of pip and uv in one environment.

        Args:
            prefix: its ``sys.prefix``.
            environ: the variables that its processes see.
        """
        everything = environ
        # Only the variables that pip and uv read: a server has a hundred, and the code below reads them many times.
        environ = {name: value for name, value in environ.items() if name.startswith(_PREFIXES)}
        found = {name: effective(str(prefix), environ, name, self._files) for name in COMMANDS}
        away = {name: elsewhere(one, self._index_url) if self._index_url else [] for name, one in found.items()}
        files_state, about_constraints = self._constraint_files.verdict(found.values(), everything)
        state = self._state(found, away, files_state)
        ignored = about_no_files(environ)
        findings = [
            *about_settings(away, self._besides(found)),
            *about_constraints,
            *self._obstacles(prefix, environ),
        ]
        if ignored:
            # No file of ours would mend it.
            findings = [one for one in findings if one.kind != "default"]
        fixable = False
        if self._index_url and state == "insecure" and not ignored:
            fixable, left_alone = self._plan(prefix, environ, self._index_url)
            # These findings say why a file must stay, so they replace the findings that it leads elsewhere.
            findings = [
                one for one in findings if one.where not in {left.where for left in left_alone}
            ] + left_alone
        sources = pip_sources(config_files(str(prefix), environ), self._files, environ, found)
        uv = self._uv_sources(environ)
        reachable = has_uv(prefix, everything)
        uv_state, uv_findings = self._uv_verdict(uv, everything, reachable)
        return Audit(
            state,
            uv_state,
            *_decided(found["install"]),
            (*sources, *map(uv_source, uv)),
            tuple(findings),
            tuple(uv_findings),
            reachable,
            fixable,
            any(one.remedy == CONFIGURE_UV for one in uv_findings),
        )

    def _uv_verdict(
        self, sources: list[UvSource], environ: Mapping[str, str], reachable: bool
    ) -> tuple[str, list[Finding]]:
        if self._index_url is None:
            return "unknown", []
        verdicts = UvVerdicts(self._index_url, self._folder, self._uv_files, self._constraint_files)
        return verdicts.verdict(sources, environ, reachable=reachable)

    def _uv_sources(self, environ: Mapping[str, str]) -> list[UvSource]:
        """Return what uv reads. It does not depend on the environment's prefix, so most kernels share an answer."""
        key = frozenset(environ.items())
        if key not in self._uv:
            self._uv[key] = uv_sources(environ, self._folder, self._uv_files)
        return self._uv[key]

    def _state(
        self, found: Mapping[str, Effective], away: Mapping[str, list[Setting | None]], files: str
    ) -> str:
        if self._index_url is None or any(one.problems for one in found.values()):
            return "unknown"
        if any(away.values()) or files == "insecure":
            return "insecure"
        return "unknown" if any(has_no_index(one) for one in found.values()) else files

    def _besides(self, found: Mapping[str, Effective]) -> str:
        """Return what names the secure index as an extra one; empty if nothing does."""
        extras = filter(None, (one.settings.get("extra-index-url") for one in found.values()))
        return next(
            (
                f"{str(one)[0].upper()}{str(one)[1:]}"
                for one in extras
                if any(same_address(url, self._index_url or "") for url in one.value.split())
            ),
            "",
        )

    def _obstacles(self, prefix: Path, environ: Mapping[str, str]) -> list[Finding]:
        """Return the findings that pip does not run, may use no index, or ignores its files."""
        unknown = [] if self._index_url else [_NOT_KNOWN]
        variables = about_variables(environ, self._index_url or "")
        places = config_files(str(prefix), environ)
        others = [one for one in variables if one.kind != "variable"]
        return [*unknown, *others, *about_files(places, self._files)]

    def _plan(self, prefix: Path, environ: Mapping[str, str], index_url: str) -> tuple[bool, list[Finding]]:
        try:
            planned = plan(prefix, index_url, environ, files=self._files)
        except FileProblem as problem:
            return False, [Finding(str(prefix), problem.message, remedy=problem.remedy, kind="file")]
        return any(_may_write(edit.target.parent) for edit in planned.edits), [
            finding for finding in planned.findings if finding.kind == "file"
        ]


def _decided(install: Effective) -> tuple[str | None, Mapping[str, str]]:
    setting = install.settings.get("index-url")
    if setting is None:
        return None, _DEFAULT
    return masked(setting.value), {"kind": setting.kind, "source": setting.source, "section": setting.section}


def _may_write(folder: Path) -> bool:
    """Return whether a file can be written into a folder, which may not exist yet."""
    there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    return os.access(there, os.W_OK | os.X_OK)
