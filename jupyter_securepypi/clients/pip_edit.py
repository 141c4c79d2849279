"""One edit of a pip configuration file: its index options get the secure value, and everything else stays.

A trusted-host, for which pip would check no certificate, counts among them: its secure value is no host at all.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ..core.errors import FileProblem
from ..core.files import safe_target, usual_mode
from ..core.pip.configuration import ConfigFile, Files, ParsedFile, parse
from ..core.pip.names import INDEX_KEYS, is_true
from . import originals
from .addresses import NO_HOST
from .ini import IniText

# What the strongest file repeats if another file has it.
_KEYS = (*INDEX_KEYS, "trusted-host")
_UPDATE_CHECK = ("global", "disable-pip-version-check")
_ALWAYS = frozenset({("global", "index-url"), ("global", "extra-index-url"), _UPDATE_CHECK})
Entries = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Edit:
    """One edit: a file and its new content.

    Attributes:
        path: the file's path as pip has it.
        target: the file's path with symbolic links followed.
        old: its bytes now, or None if there is no file.
        new: its bytes afterwards; they hold a password if the index URL does.
        mode: permission bits afterwards.
    """

    path: Path
    target: Path
    old: bytes | None = field(repr=False)
    new: bytes = field(repr=False)
    mode: int


def edit(place: ConfigFile, index_url: str, files: Files, entries: Entries) -> Edit | None:
    """Return the edit that gives the secure value to `entries` and to every index option already in the file.

    Raises:
        FileProblem: the file cannot be read, understood or edited safely.
    """
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
    own = {("DEFAULT", key) for key in parsed.defaults if key in _KEYS}
    values = secure_values(entries | index_entries(place, files) | own, index_url)
    mode, new_mode = _modes(target, index_url)
    new = old or b""
    if lacks(parsed, values) or parsed.doubled:
        text = IniText(new.decode("utf-8"))
        for (section, key), value in values.items():
            text.set(section, key, value)
        new = str(text).encode("utf-8")
        _check(path, parsed, parse(new), values)
    return None if (new, new_mode) == (old, mode) else Edit(path, target, old, new, new_mode)


def _check(path: Path, before: ParsedFile, after: ParsedFile, values: Mapping[tuple[str, str], str]) -> None:
    """Check that pip reads the new text as intended: our options are secure, all others unchanged."""
    kept = all(
        options.get(key) == value
        for section, old in before.sections.items()
        for options in [after.sections.get(section, {})]
        for key, value in old.items()
        if (section, key) not in values
    )
    if after.problem or after.doubled or not kept or lacks(after, values):
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


def index_entries(place: ConfigFile, files: Files) -> Entries:
    """Return the options in a file that choose an index or turn TLS off, as section and normalised key."""
    sections = files.parsed(place.path).sections
    return frozenset((name, key) for name, options in sections.items() for key in _KEYS if key in options)


def below(places: Iterable[ConfigFile], files: Files) -> Entries:
    """Return all options that the strongest file must set to override `places`."""
    return _ALWAYS.union(*(index_entries(place, files) for place in places))


def secure_values(entries: Entries, index_url: str) -> dict[tuple[str, str], str]:
    """Return the secure value of each option, in a stable order."""
    values = {}
    for entry in sorted(entries):
        if entry == _UPDATE_CHECK:
            values[entry] = "true"
        elif entry[1] == "trusted-host":
            values[entry] = NO_HOST
        else:
            values[entry] = _nowhere() if entry[1] == "find-links" else index_url
    return values


def lacks(parsed: ParsedFile, values: Mapping[tuple[str, str], str]) -> bool:
    """Return whether a file lacks one of these options, or has another value for it."""
    for (section, key), value in values.items():
        options = parsed.defaults if section == "DEFAULT" else parsed.sections.get(section, {})
        have = options.get(key, "")
        if have != value and not (key == _UPDATE_CHECK[1] and is_true(have)):
            return True
    return False


def _nowhere() -> str:
    """Return our empty folder as a find-links value; it must exist, because pip warns about a missing folder."""
    folder = originals.empty_folder()
    if not folder.is_dir():
        originals.make_empty_folder()
    return folder.as_uri() if any(character.isspace() for character in str(folder)) else str(folder)


def _modes(target: Path, index_url: str) -> tuple[int, int]:
    """Return the permission bits of a file now and afterwards."""
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mode = usual_mode()  # others may use the environment, too, and have to read where it leads
    secret = urlsplit(index_url).password is not None and os.name == "posix"
    return mode, 0o600 if secret else mode
