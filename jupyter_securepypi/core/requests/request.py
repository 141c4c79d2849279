"""The rule for a request: it may only contain packages of the secure index, by name.

A request is the words after ``pip install``, with all requirements and constraints files that they name, at any
depth. It is read by pip's rules. It is refused before anything runs if any part would go around the index.
"""

from __future__ import annotations

import os
import re
import shlex
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from ..errors import RequestRefused
from . import options as pipoptions
from . import specifier as specifiers
from .lines import logical, readings
from .options import Given, Option, Rule

# Requirements files that are nested deeper than this are a mistake, or an attack on the stack.
_DEEPEST = 50
# pip and uv do not read these files as requirement lines: pylock.toml, pyproject.toml, setup.cfg, scripts.
_OTHER_FORMATS = re.compile(r"\.(?:toml|cfg|py|pyw)\s*(?:\[[^\]]*\]\s*)?$", re.I)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Request:
    """A checked request, which only asks the secure index.

    Attributes:
        arguments: the words for pip, unchanged.
        requirements: the requirements given directly, not through a file.
        files: every requirements and constraints file that was read, absolute.
        names: normalised names of the requested projects, also from requirements files, but not from constraints.
        lines: for a request made of lines: the same request as lines for a requirements file in any folder.
        Continuations are joined, comments removed, and paths absolute.
        quiet: how often ``--quiet`` was given.
        dry_run: nothing will be installed.
        report: the path for pip's report, as given, or None.
        asks: the request asks for something: a file that holds none but comments, or constraints, asks for nothing.
        target: the folder given by ``--target``, ``--prefix`` or ``--root``, or None for the environment.
    """

    arguments: Tuple[str, ...] = ()
    requirements: Tuple[str, ...] = ()
    files: Tuple[Path, ...] = ()
    names: Tuple[str, ...] = ()
    lines: Tuple[str, ...] = ()
    quiet: int = 0
    dry_run: bool = False
    report: Optional[str] = None
    asks: bool = False
    target: Optional[str] = None


def check_arguments(
    arguments: Sequence[str],
    *,
    allow_direct: bool = False,
    cwd: Optional[Path] = None,
    environ: Mapping[str, str] = os.environ,
) -> Request:
    """Return the request made of `arguments`, the words after ``pip install``.

    Args:
        arguments: the words.
        allow_direct: accept URLs, version control, local paths and archives, editable or not.
        cwd: the folder pip will run in, by default this process's.
        environ: the variables pip will see; files may refer to them.

    Raises:
        RequestRefused: a part would go around the index, or is not understood; the error names the option, or the
        file and line.
    """
    scanner = _Scanner(Path(cwd or Path.cwd()), allow_direct, environ)
    where = "command line"
    given, others = pipoptions.read(arguments, pipoptions.COMMAND, where)
    for item in given:
        scanner.option(item, scanner.cwd, where, constraint=False, stack=())
    for text in others:
        scanner.requirement(text, where, constraint=False)
    values = {item.option.name: item.value for item in given}
    return scanner.request(
        arguments=tuple(arguments),
        requirements=tuple(others),
        quiet=sum(item.option.name == "--quiet" for item in given),
        dry_run="--dry-run" in values,
        report=values.get("--report"),
        target=values.get("--target") or values.get("--prefix") or values.get("--root"),
    )


def check_lines(
    text: str,
    source: str,
    *,
    base: Path,
    allow_direct: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> Request:
    """Return the request made of `text`, which has the form of a requirements file.

    Args:
        text: the lines.
        source: their name in errors, like ``the cell``.
        base: the folder that ``-r`` and ``-c`` are relative to.
        allow_direct: as in `check_arguments`.
        environ: as in `check_arguments`.

    Raises:
        RequestRefused: as for `check_arguments`; the error names the line.
    """
    scanner = _Scanner(base, allow_direct, environ)
    scanner.text(text, source, base, constraint=False, stack=())
    requirements = tuple(line for line in scanner.lines if not line.startswith("-"))
    return scanner.request(requirements=requirements, lines=tuple(scanner.lines))


def check_file(
    path: Path,
    constraint: bool = False,
    *,
    allow_direct: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> Request:
    """Return the request made of the requirements file `path`; with `constraint`, of the constraints file.

    Raises:
        RequestRefused: as for `check_arguments`, or the file cannot be read; the error names the file and line.
    """
    scanner = _Scanner(Path.cwd(), allow_direct, environ)
    scanner.file(str(path), scanner.cwd, "", constraint, ())
    return scanner.request()


class _Scanner:
    """Reads a request part by part and collects its names and files."""

    def __init__(self, cwd: Path, allow_direct: bool, environ: Mapping[str, str]) -> None:
        self.cwd = cwd
        self.lines: List[str] = []
        self._allow_direct = allow_direct
        self._environ = environ
        self._seen: Dict[Tuple[str, bool], None] = {}
        self._names: Dict[str, None] = {}
        self._asks = False

    def request(self, **more: object) -> Request:
        files = tuple(Path(path) for path in dict.fromkeys(path for path, _ in self._seen))
        return Request(files=files, names=tuple(self._names), asks=self._asks, **more)  # type: ignore[arg-type]

    def requirement(self, text: str, where: str, constraint: bool, said: str = "") -> None:
        name = specifiers.check(text, where, allow_direct=self._allow_direct, said=said)
        self._asks = self._asks or not constraint
        if name and not constraint:
            self._names[name] = None

    def option(
        self, given: Given, base: Path, where: str, constraint: bool, stack: Tuple[str, ...]
    ) -> Optional[str]:
        """Check one option and the file that it names; return the file's path, or None if it names none."""
        rule, value = given.option.rule, given.value or ""
        if rule is Rule.DIRECT and not self._allow_direct:
            raise _not_direct(given.option, where)
        self._asks = self._asks or (rule is Rule.DIRECT and not constraint)
        if rule is Rule.REQUIREMENTS:
            # pip installs the packages of a file that a constraints file includes with -r.
            return self.file(value, base, where, False, stack)
        if rule is Rule.CONSTRAINTS:
            return self.file(value, base, where, True, stack)
        return None

    def file(self, value: str, base: Path, where: str, constraint: bool, stack: Tuple[str, ...]) -> str:
        """Read the file that `value` names, relative to `base`; return its absolute path."""
        _check_file_name(value, where)
        joined = os.path.join(str(base), value)
        path = os.path.abspath(joined)
        source = os.path.relpath(path, str(self.cwd)) if path.startswith(str(self.cwd) + os.sep) else path
        if ".." in Path(value).parts and os.path.realpath(os.path.dirname(joined)) != os.path.realpath(
            os.path.dirname(path)
        ):
            raise RequestRefused(
                f"The path {specifiers.shown(value)} leads through a symbolic link and back{_at(where)}.",
                why="which file that is depends on the version of pip",
                remedy="write the path without `..`",
            )
        if path in stack:
            raise RequestRefused(f"{source} includes itself{_at(where)}.", remedy="remove the line that does")
        if len(stack) >= _DEEPEST:
            raise RequestRefused(
                f"Requirements files include each other more than {_DEEPEST} deep{_at(where)}.",
                remedy="put them into fewer files",
            )
        if (path, constraint) in self._seen:
            return path
        self._seen[path, constraint] = None
        for text in readings(_content(path, source, where), source):
            self.text(text, source, Path(path).parent, constraint, (*stack, path))
        return path

    def text(self, text: str, source: str, base: Path, constraint: bool, stack: Tuple[str, ...]) -> None:
        """Check all lines of `text`, relative to the folder `base`."""
        for line in logical(text, source, self._environ):
            where = f"{source}, line {line.number}"
            # pip splits only at spaces, not at other white space, to find the options of a line.
            words = line.text.split(" ")
            count = next((i for i, word in enumerate(words) if word.startswith("-")), len(words))
            head, tail = " ".join(words[:count]), " ".join(words[count:])
            given = self._options(tail, where)
            paths = [(item, self.option(item, base, where, constraint, stack)) for item in given]
            if head and any(path for _, path in paths):
                raise RequestRefused(
                    f"A requirements file is named after a requirement ({where}).",
                    why="pip would ignore it",
                    remedy="put it on a line of its own",
                )
            if head:
                self.requirement(head, where, constraint, said=_before_options(line.said))
            if not stack:
                self._keep(line.said, [(item, path) for item, path in paths if path], where)

    def _options(self, text: str, where: str) -> List[Given]:
        try:
            words = shlex.split(text)
        except ValueError as error:
            raise RequestRefused(
                f"The options cannot be read ({where}).", why=str(error), remedy="check the quotes"
            ) from None
        given, others = pipoptions.read(words, pipoptions.FILE, where)
        if others:
            raise RequestRefused(
                f"{specifiers.shown(others[0])} stands after an option ({where}).",
                why="pip would ignore it",
                remedy="put it on a line of its own",
            )
        return given

    def _keep(self, said: str, files: List[Tuple[Given, str]], where: str) -> None:
        """Keep a line of the text itself, in a form that means the same in any folder."""
        if not files:
            self.lines.append(said)
            return
        for given, path in files:
            if re.search(r"\s#|\$\{[A-Z0-9_]+\}", path):
                raise RequestRefused(
                    f"The path {specifiers.shown(path)} cannot be written in a requirements file ({where}).",
                    why="pip would take a part of it for a comment or a variable",
                    remedy="rename the folder or the file",
                )
            self.lines.append(f"{given.option.name} {shlex.quote(path)}")


def _at(where: str) -> str:
    return f" ({where})" if where else ""


def _before_options(said: str) -> str:
    return said.split(" -")[0]


def _not_direct(option: Option, where: str) -> RequestRefused:
    """Return the refusal of an option that names a project that is not on the index."""
    source = {"--group": "pyproject.toml", "--requirements-from-script": "a script"}.get(option.name)
    if source:
        return RequestRefused(
            f"{option.name} is not allowed ({where}).",
            why=f"what {source} asks for is not checked against the secure index yet",
            remedy="write its dependencies in a requirements file and use -r",
        )
    return RequestRefused(
        f"{option.name} is not allowed ({where}).",
        why="it would install from a local path or a version control system, around the secure index",
        remedy="name the package and its version, or ask an administrator to allow direct references",
    )


def _check_file_name(value: str, where: str) -> None:
    if _SCHEME.match(re.sub(r"[\x00-\x20\x7f]", "", value)):
        raise RequestRefused(
            f"{specifiers.shown(value)} is a URL, not a file{_at(where)}.",
            why="what it holds could change between the check and the install",
            remedy="download it, look at it, and give the file",
        )
    if _CONTROL.search(value) or re.search(r"\$\{[A-Z0-9_]+\}", value):
        raise RequestRefused(
            f"{specifiers.shown(value)} cannot be the name of a requirements file{_at(where)}.",
            why="it holds a control character" if _CONTROL.search(value) else "the variable in it is not set",
            remedy="correct the name, or set the variable",
        )
    if _OTHER_FORMATS.search(value):
        raise RequestRefused(
            f"{specifiers.shown(value)} is not a requirements file{_at(where)}.",
            why="pyproject.toml and scripts may name other indexes and URLs",
            remedy="export it to a requirements file, or give a lock file as `-r pylock.toml`",
        )


def _content(path: str, source: str, where: str) -> bytes:
    """Return the bytes of the regular file `path`.

    Raises:
        RequestRefused: it cannot be read, or is no regular file: pip could read another content from it.
    """
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            state = os.fstat(file.fileno())
            content = file.read() if stat.S_ISREG(state.st_mode) else None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise RequestRefused(
            f"Cannot read the requirements file {specifiers.shown(source)}{_at(where)}: {reason}.",
            remedy="check its name; it is relative to the file that names it, or else to the working folder",
        ) from None
    if content is None or len(content) != state.st_size:
        raise RequestRefused(
            f"{specifiers.shown(source)} is not a regular file{_at(where)}.",
            why="pip would read it again and could find something else",
            remedy="save its content to a file",
        )
    return content


def _without_waiting(path: str, flags: int) -> int:
    """Open `path` without waiting for the writer of a named pipe, which is refused anyway."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
