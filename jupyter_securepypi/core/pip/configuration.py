"""Where pip's configuration files are, and what they say: read the way pip reads them, without pip.

The facts are those of pip's own source: ``pip/_internal/configuration.py`` (files, names, order),
``pip/_internal/utils/appdirs.py`` (folders) and ``pip/_internal/cli/parser.py`` (which section wins).
"""

from __future__ import annotations

import configparser
import io
import ntpath
import os
import posixpath
import stat
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Dict, FrozenSet, Iterator, List, Mapping, Optional, Tuple

from .names import ALIASES, CUMULATIVE, HARMLESS, normalise, variable_key


@dataclass(frozen=True)
class ConfigFile:
    """A place where pip looks for a configuration file; there may be none.

    Attributes:
        kind: ``global``, ``user``, ``site`` or ``env`` (the variable PIP_CONFIG_FILE), as ``pip config debug``.
        path: its path.
    """

    kind: str
    path: str


@dataclass(frozen=True)
class ParsedFile:
    """What pip reads in one file; nothing where the file is missing or pip cannot read it.

    Attributes:
        sections: section → normalised key → value; ``[DEFAULT]`` is merged into each section.
        defaults: the keys of ``[DEFAULT]`` itself.
        doubled: sections where one option stands under two spellings, which recent pip refuses.
        problem: why pip refuses the file, without quoting it (it may hold a password); else empty.
        line: the line of the problem, or 0.
    """

    sections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    doubled: FrozenSet[str] = frozenset()
    problem: str = ""
    line: int = 0


@dataclass(frozen=True)
class Setting:
    """One option, its value, and the file and section or the variable that says so."""

    key: str
    value: str = field(repr=False)
    kind: str
    source: str
    section: str = ""

    def __str__(self) -> str:
        return f"{self.source} [{self.section}]" if self.section else f"the variable {self.source}"


@dataclass(frozen=True)
class Effective:
    """What is in force for one pip command.

    Attributes:
        settings: option (``index-url``, never an alias) → the setting that decides.
        applied: all settings that count for the command, lowest precedence first.
        problems: files that pip refuses: with any of them, pip does not run at all.
    """

    settings: Mapping[str, Setting]
    applied: Tuple[Setting, ...] = ()
    problems: Tuple[str, ...] = ()

    def value(self, key: str) -> Optional[str]:
        """Return the value of an option, or None where pip's default is in force."""
        setting = self.settings.get(key)
        return setting.value if setting else None


@dataclass(frozen=True)
class CarriedOver:
    """The user's harmless settings, for a pip that must not read the user's files.

    Attributes:
        variables: ``PIP_*`` variable → value, in pip's order.
        constraints: constraint files or URLs, as written; they can name an index, so check them.
    """

    variables: Dict[str, str]
    constraints: List[str]


class Files:
    """Configuration files, each read once: for one pass over many environments that share files."""

    def __init__(self) -> None:
        self._contents: Dict[str, Optional[bytes]] = {}
        self._parsed: Dict[str, ParsedFile] = {}

    def content(self, path: str) -> Optional[bytes]:
        """Return the bytes of a regular file, or None where pip would see nothing (missing, not readable)."""
        if path not in self._contents:
            self._contents[path] = _read_bytes(path)
        return self._contents[path]

    def parsed(self, path: str) -> ParsedFile:
        """Return what pip reads in `path`."""
        if path not in self._parsed:
            content = self.content(path)
            self._parsed[path] = ParsedFile() if content is None else parse(content)
        return self._parsed[path]

    def forget(self, path: str) -> None:
        """Read `path` again when it is next asked for."""
        self._contents.pop(path, None)
        self._parsed.pop(path, None)


def candidate_files(prefix: str, environ: Mapping[str, str], platform: str = sys.platform) -> List[ConfigFile]:
    """Return every place where pip may look, lowest precedence first, whether PIP_CONFIG_FILE allows it or not.

    Args:
        prefix: ``sys.prefix`` of the environment that pip runs in.
        environ: the environment that pip runs with.
        platform: ``sys.platform`` of that machine.
    """
    windows = platform == "win32"
    join = ntpath.join if windows else posixpath.join
    name = "pip.ini" if windows else "pip.conf"
    places = [("global", join(folder, name)) for folder in _global_folders(prefix, environ, platform)]
    legacy = join(_home(environ, windows), "pip" if windows else ".pip", name)
    places += [("user", legacy), ("user", join(_user_folder(environ, platform), name))]
    places.append(("site", join(prefix, name)))
    if environ.get("PIP_CONFIG_FILE"):
        places.append(("env", environ["PIP_CONFIG_FILE"]))
    return [ConfigFile(kind, path) for kind, path in places]


def config_files(prefix: str, environ: Mapping[str, str], platform: str = sys.platform) -> List[ConfigFile]:
    """Return the places where pip does look, lowest precedence first; arguments as for `candidate_files`.

    An existing PIP_CONFIG_FILE shuts out the user's files only; the null device shuts out every file.
    """
    chosen = environ.get("PIP_CONFIG_FILE", "")
    if chosen == ("nul" if platform == "win32" else "/dev/null"):
        return []
    without_user = bool(chosen) and os.path.exists(chosen)
    places = candidate_files(prefix, environ, platform)
    return [place for place in places if not (without_user and place.kind == "user")]


@lru_cache(maxsize=256)  # environments have much alike, and one install asks several times
def parse(content: bytes) -> ParsedFile:
    """Return what pip reads in a file of this content; never raises for the content."""
    parser = configparser.RawConfigParser()
    try:
        # Text mode, for universal newlines: pip takes a lone carriage return for one.
        parser.read_file(io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return ParsedFile(problem="it is not valid UTF-8", line=line)
    except configparser.MissingSectionHeaderError as error:
        mark = content.startswith(b"\xef\xbb\xbf")
        why = "it starts with a byte order mark" if mark else "there is no [section] before the first option"
        return ParsedFile(problem=why, line=error.lineno)
    except configparser.ParsingError as error:
        return ParsedFile(problem="it is neither option nor section", line=error.errors[0][0])
    except (configparser.DuplicateSectionError, configparser.DuplicateOptionError) as error:
        what = getattr(error, "option", "") or f"[{error.section}]"
        return ParsedFile(problem=f"{what} stands there twice", line=error.lineno or 0)
    except configparser.Error as error:
        return ParsedFile(problem=f"pip's parser fails with {type(error).__name__}")
    sections: Dict[str, Dict[str, str]] = {}
    doubled = set()
    for section in parser.sections():
        items = parser.items(section)
        sections[section] = {normalise(name): value for name, value in items}
        if len(sections[section]) < len(items):
            doubled.add(section)
    defaults = {normalise(name): value for name, value in parser.defaults().items()}
    if len(defaults) < len(parser.defaults()):
        doubled.add(parser.default_section)
    return ParsedFile(sections, defaults, frozenset(doubled))


def effective(
    prefix: str, environ: Mapping[str, str], command: str = "install", files: Optional[Files] = None
) -> Effective:
    """Return the settings in force for ``pip <command>``, each with the file or the variable that decides.

    Files are merged option by option; then ``[global]`` gives way to ``[<command>]``, and both to variables.
    An empty value takes back what the same section of a lower file says, and nothing else.
    """
    files = files or Files()
    merged: Dict[str, Dict[str, Setting]] = {"global": {}, command: {}}
    problems = []
    for place in config_files(prefix, environ):
        parsed = files.parsed(place.path)
        if parsed.problem:
            line = f", line {parsed.line}" if parsed.line else ""
            problems.append(f"{place.path}{line}: {parsed.problem}")
        for section, options in parsed.sections.items():
            if section in merged:
                for key, value in options.items():
                    merged[section][key] = Setting(key, value, place.kind, place.path, section)
    variables = {}
    for name, value in environ.items():
        if variable_key(name):
            variables[variable_key(name)] = Setting(variable_key(name), value, "variable", name)
    # Where a name and its alias stand in one section, their order of first mention decides (dict order).
    groups = [*merged.values(), variables]
    applied = tuple(setting for group in groups for setting in group.values() if setting.value)
    return Effective({ALIASES.get(one.key, one.key): one for one in applied}, applied, tuple(problems))


def carried_over(prefix: str, environ: Mapping[str, str]) -> CarriedOver:
    """Return the harmless settings in force for ``pip install`` (proxy, certificates, timeout ...).

    Only an allow-list goes through: no index, no trusted host, no target folder, no credentials helper.
    """
    variables: Dict[str, str] = {}
    constraints: List[str] = []
    for setting in effective(prefix, environ).applied:
        key = ALIASES.get(setting.key, setting.key)
        if key == "constraint":
            constraints = setting.value.split()
        elif key in HARMLESS:
            name = "PIP_" + key.upper().replace("-", "_")
            earlier = variables.pop(name, "") if key in CUMULATIVE else ""
            variables[name] = f"{earlier},{setting.value}" if earlier else setting.value
    return CarriedOver(variables, constraints)


def _read_bytes(path: str) -> Optional[bytes]:
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def _home(environ: Mapping[str, str], windows: bool) -> str:
    if environ.get("USERPROFILE" if windows else "HOME"):
        return environ["USERPROFILE" if windows else "HOME"]
    return os.path.expanduser("~")


def _absolute(values: str) -> Iterator[str]:
    # The XDG specification has relative paths ignored.
    return (path.strip() for path in values.split(":") if path.strip().startswith("/"))


def _global_folders(prefix: str, environ: Mapping[str, str], platform: str) -> List[str]:
    if platform == "win32":
        return [ntpath.join(environ.get("PROGRAMDATA", r"C:\ProgramData"), "pip")]
    if platform == "darwin":
        homebrew = "/opt/homebrew"
        brewed = [f"{homebrew}/share/pip"] if prefix.startswith(homebrew) else []
        return [*brewed, "/Library/Application Support/pip"]
    xdg = list(_absolute(environ.get("XDG_CONFIG_DIRS", ""))) or ["/etc/xdg"]
    return [posixpath.join(folder, "pip") for folder in xdg] + ["/etc"]


def _user_folder(environ: Mapping[str, str], platform: str) -> str:
    home = _home(environ, platform == "win32")
    if platform == "win32":
        return ntpath.join(environ.get("APPDATA") or ntpath.join(home, "AppData", "Roaming"), "pip")
    if platform == "darwin":
        support = posixpath.join(home, "Library/Application Support/pip")
        return support if os.path.isdir(support) else posixpath.join(home, ".config/pip")
    xdg = next(_absolute(environ.get("XDG_CONFIG_HOME", "")), "")
    return posixpath.join(xdg or posixpath.join(home, ".config"), "pip")
