"""Which files, and what in them, make the secure index the only one of an environment's pip; nothing is written.

A command's section beats ``[global]`` across files, an alias may beat the main name, and an empty value does
not clear a lower one. So the file with the last word repeats, section by section, each index option that any
other file sets, with the secure value.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ..core.errors import FileProblem
from ..core.files import private_folder, safe_target
from ..core.finding import Finding
from ..core.pip import configuration as pipconfig
from ..core.pip.configuration import ConfigFile, Files, ParsedFile
from ..core.pip.names import INDEX_KEYS, is_true
from . import originals
from .findings import about_files, about_variables, beaten_by
from .ini import IniText

_UPDATE_CHECK = ("global", "disable-pip-version-check")
_ALWAYS = frozenset({("global", "index-url"), ("global", "extra-index-url"), _UPDATE_CHECK})
Entries = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Edit:
    """One file to write.

    Attributes:
        path: the file as pip names it.
        target: the file itself, symbolic links followed.
        old: its bytes now, or None where there is none.
        new: its bytes afterwards; they hold a password when the index URL does.
        mode: permission bits afterwards.
    """

    path: Path
    target: Path
    old: bytes | None = field(repr=False)
    new: bytes = field(repr=False)
    mode: int


@dataclass(frozen=True)
class Plan:
    """What has to be written for one environment: nothing when `edits` is empty.

    Attributes:
        path: the configuration file that has the last word, as pip names it.
        shared: files of more than one environment that this one relies on, written or not.
        edits: the files to write.
        findings: what a file cannot mend, or we may not.
    """

    path: Path
    shared: tuple[Path, ...]
    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]


def plan(
    prefix: Path,
    index_url: str,
    environ: Mapping[str, str],
    *,
    files: Files | None = None,
    writable: Callable[[Path], bool] | None = None,
) -> Plan:
    """Return what `clients.pip.point_at` would write, without writing.

    Args:
        prefix: ``sys.prefix`` of the environment.
        index_url: URL of the index; with credentials in it, the file becomes 0600.
        environ: the environment that its pip runs with: it names home, PIP_CONFIG_FILE and more.
        files: what this pass has read so far; give the same object for many environments that share files.
        writable: whether this user may write into a folder.

    Raises:
        FileProblem: if the environment is missing, or its file cannot be read, understood or written.
    """
    if index_url.split() != [index_url]:
        raise ValueError("an index URL is one word")
    if not prefix.is_dir():
        raise FileProblem(
            f"There is no environment at {prefix}.",
            remedy="remove or mend the kernel specification that names it",
        )
    files = files or Files()
    # Also files that PIP_CONFIG_FILE shuts out: another process may run without that variable.
    places = pipconfig.candidate_files(str(prefix), environ)
    may_write = (writable or _writable)(prefix)
    chosen = _choose(places, files, index_url, may_write)
    rank = places.index(chosen)
    findings = [*about_variables(environ, index_url), *about_files(places, files)]
    edits: dict[Path, Edit] = {}
    shared = [] if chosen.kind == "site" else [chosen]
    if (may_write or chosen.kind != "site") and (
        edit := _edit(chosen, index_url, files, _below(places[:rank], files))
    ):
        edits[edit.target] = edit
    for place in places[rank + 1 :]:
        # Only what stands in a stronger file has to change there; the rest comes from the chosen one.
        here = _entries(place, files)
        if here and place.kind != "site":
            shared.append(place)
        if not _lacks(files.parsed(place.path), _values(here, index_url)):
            continue
        try:
            if place.kind == "site":
                raise FileProblem("its folder is not writable for you.")
            if (edit := _edit(place, index_url, files, here)) and edit.target not in edits:
                edits[edit.target] = edit
        except FileProblem as problem:
            findings.append(beaten_by(place.path, problem.message))
    targets = tuple(Path(place.path).resolve() for place in shared)
    return Plan(Path(chosen.path), targets, tuple(edits.values()), tuple(findings))


def _choose(places: list[ConfigFile], files: Files, index_url: str, may_write: bool) -> ConfigFile:
    """Return the file that gets the last word: the environment's, or the strongest of the user's own."""
    site = next(place for place in places if place.kind == "site")
    below = _below(places[: places.index(site)], files)
    if may_write or not _lacks(files.parsed(site.path), _values(below, index_url)):
        return site
    chosen = places[-1]
    if chosen.kind == "env" and files.content(chosen.path) is not None:
        return chosen  # pip does not read the user's files then
    return [place for place in places if place.kind == "user"][-1]


def _edit(place: ConfigFile, index_url: str, files: Files, entries: Entries) -> Edit | None:
    """Return the edit that gives `entries` and whatever index option stands there already the secure value."""
    path = Path(place.path)
    target = safe_target(path)
    old, parsed = files.content(place.path), files.parsed(place.path)
    if old is None and os.path.lexists(target):
        raise FileProblem(f"Cannot read {path}.", remedy="make the file readable for yourself")
    if parsed.problem:
        where = f"{path}, line {parsed.line}" if parsed.line else str(path)
        raise FileProblem(
            f"pip cannot read its configuration file {where}: {parsed.problem}.",
            why="it was left as it is; no pip runs in that environment until it is mended",
            remedy="mend or remove the file",
        )
    own = {("DEFAULT", key) for key in parsed.defaults if key in INDEX_KEYS}
    values = _values(entries | _entries(place, files) | own, index_url)
    mode, wanted_mode = _modes(target, index_url)
    new = old or b""
    if _lacks(parsed, values) or parsed.doubled:
        text = IniText(new.decode("utf-8"))
        for (section, key), value in values.items():
            text.set(section, key, value)
        new = str(text).encode("utf-8")
        _check(path, parsed, files.parse(new), values)
    return None if (new, wanted_mode) == (old, mode) else Edit(path, target, old, new, wanted_mode)


def _check(path: Path, before: ParsedFile, after: ParsedFile, values: Mapping[tuple[str, str], str]) -> None:
    """Make sure that pip reads the new text as meant: our options secure, all others as before."""
    kept = all(
        options.get(key) == value
        for section, old in before.sections.items()
        for options in [after.sections.get(section, {})]
        for key, value in old.items()
        if (section, key) not in values
    )
    if after.problem or after.doubled or not kept or _lacks(after, values):
        raise FileProblem(
            f"{path} is written in a way that cannot be edited safely.",
            why="pip would read the result differently; the file was left as it is",
            remedy="simplify the file: sections and options at the start of the line, each option once",
        )
    known = before.sections.get("global", {})
    for section in after.sections.keys() - before.sections.keys():
        for key, value in after.sections[section].items():
            if (section, key) not in values and known.get(key) != value:
                raise FileProblem(
                    f"{path} cannot be edited safely: its [DEFAULT] says {key}.",
                    why=f"a section [{section}] is needed, where pip would obey that, as it does not now",
                    remedy="move the options of [DEFAULT] to [global], or remove them",
                )


def _entries(place: ConfigFile, files: Files) -> Entries:
    """Return the index options in a file, as section and normalised key."""
    sections = files.parsed(place.path).sections
    return frozenset((name, key) for name, options in sections.items() for key in INDEX_KEYS if key in options)


def _below(places: Iterable[ConfigFile], files: Files) -> Entries:
    """Return all options that the file with the last word must set when it stands above `places`."""
    return _ALWAYS.union(*(_entries(place, files) for place in places))


def _values(entries: Entries, index_url: str) -> dict[tuple[str, str], str]:
    """Return the secure value of each option, in a lasting order."""
    values = {}
    for entry in sorted(entries):
        if entry == _UPDATE_CHECK:
            values[entry] = "true"
        else:
            values[entry] = _nowhere() if entry[1] == "find-links" else index_url
    return values


def _lacks(parsed: ParsedFile, values: Mapping[tuple[str, str], str]) -> bool:
    for (section, key), value in values.items():
        options = parsed.defaults if section == "DEFAULT" else parsed.sections.get(section, {})
        have = options.get(key, "")
        if have != value and not (key == _UPDATE_CHECK[1] and is_true(have)):
            return True
    return False


def _nowhere() -> str:
    """Return an existing empty folder of ours, as a find-links value: pip warns about a missing one."""
    folder = originals.data_folder() / "empty"
    if not folder.is_dir():
        private_folder(folder.parent)
        private_folder(folder)
    return folder.as_uri() if any(character.isspace() for character in str(folder)) else str(folder)


def _modes(target: Path, index_url: str) -> tuple[int, int]:
    """Return the permission bits of a file now and afterwards."""
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        return 0o600, 0o600
    secret = urlsplit(index_url).password is not None and os.name == "posix"
    return mode, 0o600 if secret else mode


def _writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids)
