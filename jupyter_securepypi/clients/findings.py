"""Findings about settings that lead pip away from the secure index, or that override the written files.

No finding quotes a value, since index URLs may hold passwords. The kinds are ``default`` (nothing sets an index),
``variable``, ``file``, ``broken`` (pip refuses a file), ``no-index`` and ``ignored`` (pip reads no file).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from ..core.finding import Finding
from ..core.pip.configuration import ConfigFile, Files, Setting
from ..core.pip.effects import EFFECTS
from ..core.pip.names import INDEX_KEYS, WEAKENING, is_true, variable_key
from .base import CONFIGURE
from .variables import redirecting_variables

_UNSET = "unset it where the kernel is started"


def about_settings(away: Mapping[str, list[Setting | None]], besides: str = "") -> Iterator[Finding]:
    """Yield findings about settings that lead pip elsewhere.

    Args:
        away: the settings by command, None for pip's default.
        besides: what names the secure index beside pip's default, as some providers' tools advise; or empty.
    """
    commands: dict[Setting | None, list[str]] = {}
    for name, settings in away.items():
        for setting in settings:
            commands.setdefault(setting, []).append(name)
    for setting, names in commands.items():
        which = f"pip {', '.join(names)}"
        if setting is None:
            message = f"Nothing sets an index for {which}, so the public one is used."
            if besides:
                message = (
                    f"{besides} makes the secure index only an extra one for {which}: of each name the highest version "
                    "is taken, and strangers may publish one to the public index."
                )
            yield Finding("", message, remedy=CONFIGURE, kind="default")
            continue
        where = f"{str(setting)[0].upper()}{str(setting)[1:]}"
        effect = (
            "does not check all that it is given" if setting.key in WEAKENING else "may leave the secure index"
        )
        message = f"{where} sets {setting.key}: {which} {effect}."
        if setting.kind == "variable":
            yield Finding(setting.source, message, remedy=_UNSET, kind="variable")
        else:
            # Only these are overridden by the file that we write.
            ours = setting.key in (*INDEX_KEYS, "trusted-host")
            remedy = CONFIGURE if ours else f"remove {setting.key} from that file, or ask its owner to"
            yield Finding(setting.source, message, remedy=remedy, kind="file")


def about_variables(environ: Mapping[str, str], index_url: str) -> list[Finding]:
    """Return findings about variables that override configuration files; those that name `index_url` are harmless."""
    findings = []
    for name in redirecting_variables(environ):
        key = variable_key(name)
        if key == "no-index":
            if is_true(environ[name]):
                findings.append(_no_index(name, f"unset {name} where the kernel is started"))
        elif key in EFFECTS and not (key in INDEX_KEYS and set(environ[name].split()) <= {index_url}):
            message = f"The variable {name} overrides pip's configuration files."
            remedy = f"unset {name} where the kernel is started"
            findings.append(Finding(name, message, remedy=remedy, kind="variable"))
    return [*findings, *about_no_files(environ)]


def about_no_files(environ: Mapping[str, str]) -> list[Finding]:
    """Return the finding that pip reads no file at all, if that is so; no file can then point it at the index."""
    if environ.get("PIP_CONFIG_FILE") != os.devnull:
        return []
    message = f"PIP_CONFIG_FILE is {os.devnull}, so pip reads no configuration file and uses its default index."
    return [Finding("PIP_CONFIG_FILE", message, remedy=_UNSET, kind="ignored")]


def about_files(places: Iterable[ConfigFile], files: Files) -> list[Finding]:
    """Return findings about files that stop pip: it refuses them, or they forbid every index."""
    findings = []
    for place in places:
        parsed = files.parsed(place.path)
        if parsed.problem:
            where = f"{place.path}, line {parsed.line}" if parsed.line else place.path
            message = f"pip refuses its configuration file {where}, and does not run: {parsed.problem}."
            findings.append(Finding(place.path, message, remedy="mend or remove that file", kind="broken"))
        for section, options in parsed.sections.items():
            if is_true(options.get("no-index", "")):
                findings.append(_no_index(f"{place.path} [{section}]", "remove the option from that file"))
    return findings


def beaten_by(path: str, why: str) -> Finding:
    """Return the finding that `path` sets an index, overrides our file, and was not changed."""
    return Finding(
        path,
        f"{path} sets another index and overrides the secure one; it was left alone: {why}",
        remedy="remove its index options, or ask its owner to",
        kind="file",
    )


def _no_index(source: str, remedy: str) -> Finding:
    message = f"{source} sets no-index: pip installs from no index at all."
    return Finding(source, message, remedy=remedy, kind="no-index")
