"""Which index is in force in an environment, and every file and variable that has a say in it.

Only files are read and no process is run, so that fifty kernels can be audited while somebody looks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.errors import FileProblem
from ..core.finding import Finding
from ..core.masking import masked
from ..core.pip.configuration import Effective, Files, Setting, config_files, effective
from ..core.pip.names import INDEX_KEYS, is_true, variable_key
from .addresses import all_secure
from .constraint_files import LISTS, ListedFiles
from .findings import about_files, about_variables
from .pip_plan import plan
from .uv_audit import UvFiles, UvSource, uv_sources

COMMANDS = ("install", "download", "wheel")
"""The pip commands that fetch packages, each of which may have a section of its own."""
_KEYS = (*INDEX_KEYS, "no-index", *LISTS)
# Of all variables that decide, and of those that say where the files are (`pipconfig`, `uv_audit`).
_PREFIXES = ("PIP_", "UV_", "XDG_", "HOME", "USERPROFILE", "APPDATA", "PROGRAMDATA", "SYSTEMDRIVE")
_DEFAULT = {"kind": "default", "source": "", "section": ""}
_CONFIGURE = "run `jupyter securepypi configure`"
_NOT_KNOWN = Finding(
    "", "The secure index is not known before the first token.", remedy="refresh the token", kind="unknown"
)


@dataclass(frozen=True)
class Source:
    """One place that says something about indexes.

    Attributes:
        client: ``pip`` or ``uv``.
        option: as the place spells it, ``index-url`` for example.
        value: what it says, credentials masked.
        kind: ``global``, ``user``, ``site`` or ``env`` (a file), ``project`` (uv only) or ``variable``.
        source: the file or the variable.
        section: of the file, or empty.
        in_force: whether it decides for at least one of `COMMANDS`.
    """

    client: str
    option: str
    value: str
    kind: str
    source: str
    section: str
    in_force: bool


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
        self._listed = ListedFiles(folder)
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
        away = {name: self._elsewhere(one) for name, one in found.items()}
        listed, about_lists = self._listed.verdict(found.values(), everything)
        state = self._state(found, away, listed)
        findings = [*self._findings(found, away), *about_lists, *self._obstacles(prefix, environ)]
        fixable = False
        if self._index_url and state == "insecure":
            fixable, left_alone = self._plan(prefix, environ, self._index_url)
            # These say why a file has to stay as it is, which is more than that it leads elsewhere.
            findings = [
                one for one in findings if one.where not in {left.where for left in left_alone}
            ] + left_alone
        sources = self._pip_sources(prefix, environ, found)
        for uv in self._uv_sources(environ):
            sources.append(
                Source("uv", uv.option, masked(uv.value), uv.kind, uv.source, uv.section, uv.in_force)
            )
            if self._index_url and uv.in_force and not all_secure(uv.option, uv.value, self._index_url):
                where = f"{uv.source} [{uv.section}]" if uv.section else uv.source
                message = f"{where} sets {uv.option}, so uv looks outside the secure index."
                remedy = "remove it, or set UV_DEFAULT_INDEX instead"
                findings.append(Finding(uv.source, message, remedy=remedy, kind="uv"))
        return Audit(state, *_decided(found["install"]), tuple(sources), tuple(findings), fixable)

    def _uv_sources(self, environ: Mapping[str, str]) -> list[UvSource]:
        """Return what uv is told; the environment's prefix has no part in it, so most kernels share an answer."""
        key = frozenset(environ.items())
        if key not in self._uv:
            self._uv[key] = uv_sources(environ, self._folder, self._uv_files)
        return self._uv[key]

    def _state(
        self, found: Mapping[str, Effective], away: Mapping[str, list[Setting | None]], listed: str
    ) -> str:
        if self._index_url is None or any(one.problems for one in found.values()):
            return "unknown"
        if any(away.values()) or listed == "insecure":
            return "insecure"
        return "unknown" if any(_no_index(one) for one in found.values()) else listed

    def _elsewhere(self, one: Effective) -> list[Setting | None]:
        """Return the settings in force that lead away from the secure index; None stands for pip's default."""
        if self._index_url is None or one.problems:
            return []
        found: list[Setting | None] = [] if _no_index(one) or one.settings.get("index-url") else [None]
        for key, setting in one.settings.items():
            counts = key == "find-links" or (key in INDEX_KEYS and not _no_index(one))
            if counts and not all_secure(key, setting.value, self._index_url):
                found.append(setting)
        return found

    def _findings(
        self, found: Mapping[str, Effective], away: Mapping[str, list[Setting | None]]
    ) -> Iterable[Finding]:
        commands: dict[Setting | None, list[str]] = {}
        for name in found:
            for setting in away[name]:
                commands.setdefault(setting, []).append(name)
        for setting, names in commands.items():
            which = f"pip {', '.join(names)}"
            if setting is None:
                message = f"Nothing sets an index for {which}, so the public one is used."
                yield Finding("", message, remedy=_CONFIGURE, kind="default")
                continue
            where = f"{str(setting)[0].upper()}{str(setting)[1:]}"
            message = f"{where} sets {setting.key}: {which} may leave the secure index."
            if setting.kind == "variable":
                remedy = "unset it where the kernel is started"
                yield Finding(setting.source, message, remedy=remedy, kind="variable")
            else:
                yield Finding(setting.source, message, remedy=_CONFIGURE, kind="file")

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

    def _pip_sources(
        self, prefix: Path, environ: Mapping[str, str], found: Mapping[str, Effective]
    ) -> list[Source]:
        deciding = {
            (one.source, one.section, one.key)
            for result in found.values()
            if not result.problems
            for key, one in result.settings.items()
            if not _no_index(result) or key in ("find-links", "no-index", *LISTS)
        }
        said = [
            (place.kind, place.path, section, key, value)
            for place in config_files(str(prefix), environ)
            for section, options in self._files.parsed(place.path).sections.items()
            if section in ("global", *COMMANDS)
            for key, value in options.items()
            if key in _KEYS
        ]
        said += [
            ("variable", name, "", variable_key(name), value)
            for name, value in environ.items()
            if variable_key(name) in _KEYS
        ]
        return [
            Source(
                "pip",
                key,
                masked(" ".join(value.split())),
                kind,
                source,
                section,
                (source, section, key) in deciding,
            )
            for kind, source, section, key, value in said
        ]


def _decided(install: Effective) -> tuple[str | None, Mapping[str, str]]:
    setting = install.settings.get("index-url")
    if setting is None:
        return None, _DEFAULT
    return masked(setting.value), {"kind": setting.kind, "source": setting.source, "section": setting.section}


def _no_index(one: Effective) -> bool:
    return is_true(one.value("no-index") or "")


def _may_write(folder: Path) -> bool:
    """Return whether a file can be put into a folder, which may be missing as yet."""
    there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    return os.access(there, os.W_OK | os.X_OK)
