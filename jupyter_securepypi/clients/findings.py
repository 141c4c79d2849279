"""What may keep an environment's pip from the secure index although its configuration was rewritten.

No finding quotes a value, since index URLs may hold passwords. Their kinds are ``variable``, ``file`` (one that beats
ours and is not ours to edit), ``broken`` (pip refuses a file), ``no-index`` and ``ignored`` (pip reads no file at all).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from ..core.finding import Finding
from ..core.pip.configuration import ConfigFile, Files
from ..core.pip.names import INDEX_KEYS, is_true, variable_key


def about_variables(environ: Mapping[str, str], index_url: str) -> list[Finding]:
    """Return the variables that defeat configuration files; those that name `index_url` only do no harm."""
    findings = []
    for name, value in environ.items():
        key = variable_key(name)
        if key in INDEX_KEYS and any(word != index_url for word in value.split()):
            message = f"The variable {name} overrides pip's configuration files."
            remedy = f"unset {name} where the kernel is started"
            findings.append(Finding(name, message, remedy=remedy, kind="variable"))
        elif key == "no-index" and is_true(value):
            findings.append(_no_index(name, f"unset {name} where the kernel is started"))
    if environ.get("PIP_CONFIG_FILE") == os.devnull:
        message = (
            f"PIP_CONFIG_FILE is {os.devnull}, so pip reads no configuration file and uses its default index."
        )
        remedy = "unset it where the kernel is started"
        findings.append(Finding("PIP_CONFIG_FILE", message, remedy=remedy, kind="ignored"))
    return findings


def about_files(places: Iterable[ConfigFile], files: Files) -> list[Finding]:
    """Return the files that stop pip: those it refuses, and those that forbid every index."""
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
    """Return the finding that `path` sets an index, is stronger than our file, and was left alone."""
    return Finding(
        path,
        f"{path} sets another index and overrides the secure one; it was left alone: {why}",
        remedy="remove its index options, or ask its owner to",
        kind="file",
    )


def _no_index(source: str, remedy: str) -> Finding:
    message = f"{source} sets no-index: pip installs from no index at all."
    return Finding(source, message, remedy=remedy, kind="no-index")
