"""Name the secure repository in ``~/.pypirc`` for Twine and Hatch; both get the password from keyring.

Neither reads netrc. The format is that of "The .pypirc file" in the packaging specifications.
"""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from pathlib import Path

from ..core.errors import FileProblem
from ..core.grant import Grant
from ..core.providers.codeartifact.repository import LOGIN
from .editing import REPOSITORY, Change, rewrite
from .ini import IniText

# What Twine takes where the file names no servers; naming ours must not take these away.
_SERVERS = ("pypi", "testpypi")


def config_path(environ: Mapping[str, str]) -> Path:
    """Return the file that Twine reads unless it is told otherwise."""
    return Path(environ.get("HOME") or Path.home(), ".pypirc")


def point_at(grant: Grant, environ: Mapping[str, str]) -> Change:
    """Make ``twine upload --repository securepypi`` upload to the secure repository.

    Raises:
        FileProblem: the file cannot be read, understood or written.
    """
    path = config_path(environ)

    def change(text: str) -> str:
        before = _parsed(text, path)
        wanted = {"repository": grant.endpoint_url, "username": LOGIN}
        named = before.get("distutils", "index-servers", fallback=None)
        servers = list(_SERVERS) if named is None else named.split()
        edited = IniText(text)
        if REPOSITORY not in servers:
            value = "".join(f"\n    {server}" for server in (*servers, REPOSITORY))
            edited.set("distutils", "index-servers", value)
        for key, value in wanted.items():
            if before.get(REPOSITORY, key, fallback=None) != value:
                edited.set(REPOSITORY, key, value)
        new = str(edited)
        _check(path, before, _parsed(new, path), wanted)
        return new

    changed = rewrite(path, change, "twine")
    findings: tuple[str, ...] = ()
    after = _parsed(path.read_text(encoding="utf-8"), path)
    if after.has_option(REPOSITORY, "password"):
        findings = (f"{path} has a password for {REPOSITORY}, which Twine prefers to the token; remove it.",)
    return Change(path, changed, findings)


def _parsed(text: str, path: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error as error:
        # The parser's own words quote the line, and this file is known to hold passwords.
        line = getattr(error, "lineno", None) or next(
            (number for number, _ in getattr(error, "errors", [])), None
        )
        where = f"{path}, line {line}," if line else f"{path}"
        raise FileProblem(
            f"{where} is not valid, so it was left as it is.", remedy="mend or remove the file"
        ) from None
    return parser


def _check(
    path: Path,
    before: configparser.RawConfigParser,
    after: configparser.RawConfigParser,
    wanted: Mapping[str, str],
) -> None:
    """Make sure that the new text is read as meant: our section, our name among the servers, the rest as before."""
    ours = {("distutils", "index-servers"), *((REPOSITORY, key) for key in wanted)}
    kept = all(
        after.get(section, key, fallback=None) == value
        for section in before.sections()
        for key, value in before.items(section)
        if (section, key) not in ours
    )
    ready = all(after.get(REPOSITORY, key, fallback=None) == value for key, value in wanted.items())
    if not kept or not ready or REPOSITORY not in after.get("distutils", "index-servers", fallback="").split():
        raise FileProblem(
            f"{path} is written in a way that cannot be edited safely.",
            why="it would be read differently afterwards; the file was left as it was",
            remedy="simplify the file: sections and options at the start of the line, each option once",
        )
