"""Which index is in force in an environment, and every file and variable that has a say in it.

Only files are read and no process is run, so that fifty kernels can be audited while somebody looks.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.errors import FileProblem
from ..core.finding import Finding
from ..core.masking import masked
from ..core.pip.configuration import Effective, Files, Setting, config_files, effective
from .addresses import all_secure, elsewhere, has_no_index
from .constraint_files import ConstraintFiles
from .findings import about_files, about_settings, about_uv, about_variables
from .pip_plan import plan
from .sources import COMMANDS, Source, pip_sources, uv_source
from .uv_audit import UvFiles, UvSource, uv_sources

# Of all variables that decide, and of those that say where the files are (`pipconfig`, `uv_audit`).
_PREFIXES = ("PIP_", "UV_", "XDG_", "HOME", "USERPROFILE", "APPDATA", "PROGRAMDATA", "SYSTEMDRIVE")
_DEFAULT = {"kind": "default", "source": "", "section": ""}
_NOT_KNOWN = Finding(
    "", "The secure index is not known before the first token.", remedy="refresh the token", kind="unknown"
)


@dataclass(frozen=True)
class Audit:
    """What is in force in one environment; holds no secret.

    Attributes:
        state: of pip: ``secure`` (only the secure index can be reached), ``insecure`` (something else can be) or
            ``unknown`` (the secure index is not known yet, or pip does not run or installs from nowhere).
        index_url: the index of ``pip install``, credentials masked; None for pip's default.
        decided_by: kind, source and section of what sets it; kind ``default`` where nothing does.
        sources: every place that says something, weakest first, pip's before uv's.
        findings: what is not as it should be, each with a remedy.
        fixable: whether pointing pip at the secure index would change a file.
    """

    state: str
    index_url: str | None
    decided_by: Mapping[str, str]
    sources: tuple[Source, ...]
    findings: tuple[Finding, ...]
    fixable: bool

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
    """Audits environments in one pass; files that they share are read once.

    Args:
        index_url: the secure index, or None where it is not known yet.
        folder: where notebooks are, for uv's project files; None leaves these out. uv looks for them from the
            working folder upwards, and only one further down than this folder is not seen here.
    """

    def __init__(self, index_url: str | None, folder: Path | None = None) -> None:
        self._index_url = index_url
        self._folder = folder
        self._files = Files()
        self._uv_files = UvFiles()
        self._constraint_files = ConstraintFiles(folder)
        self._uv: dict[frozenset[tuple[str, str]], list[UvSource]] = {}

    def audit(self, prefix: Path, environ: Mapping[str, str]) -> Audit:
        """Return what is in force for the pip and the uv of one environment.

        Args:
            prefix: its ``sys.prefix``.
            environ: the variables that its processes see.
        """
        everything = environ
        # What pip and uv ask for, of the hundred variables that a server has: each is looked at many times below.
        environ = {name: value for name, value in environ.items() if name.startswith(_PREFIXES)}
        found = {name: effective(str(prefix), environ, name, self._files) for name in COMMANDS}
        away = {name: elsewhere(one, self._index_url) if self._index_url else [] for name, one in found.items()}
        files_state, about_constraints = self._constraint_files.verdict(found.values(), everything)
        state = self._state(found, away, files_state)
        findings = [*about_settings(away), *about_constraints, *self._obstacles(prefix, environ)]
        fixable = False
        if self._index_url and state == "insecure":
            fixable, left_alone = self._plan(prefix, environ, self._index_url)
            # These say why a file has to stay as it is, which is more than that it leads elsewhere.
            findings = [
                one for one in findings if one.where not in {left.where for left in left_alone}
            ] + left_alone
        sources = pip_sources(config_files(str(prefix), environ), self._files, environ, found)
        for uv in self._uv_sources(environ):
            sources.append(uv_source(uv))
            if self._index_url and uv.in_force and not all_secure(uv.option, uv.value, self._index_url):
                findings.append(about_uv(uv))
        return Audit(state, *_decided(found["install"]), tuple(sources), tuple(findings), fixable)

    def _uv_sources(self, environ: Mapping[str, str]) -> list[UvSource]:
        """Return what uv reads; the environment's prefix has no part in it, so most kernels share an answer."""
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

    def _obstacles(self, prefix: Path, environ: Mapping[str, str]) -> list[Finding]:
        """Return what keeps pip from running, from every index, or from its files."""
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
    """Return whether a file can be put into a folder, which may be missing as yet."""
    there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    return os.access(there, os.W_OK | os.X_OK)
