"""Read a request: the words after ``pip install``, with every file that they name, at any depth.

It is read by pip's rules, once. It is refused before anything runs if a part would go around the index.
"""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from ..errors import RequestRefused
from . import lock, requirement
from . import options as pipoptions
from .build_options import refuse_commands
from .files import at, check_file_name, content_of
from .lines import Line, decoded, logical, without_values
from .options import Given, Option, Rule
from .request import Request
from .requirement import Requirement, shown

# Requirements files that are nested deeper than this are a mistake, or an attack on the stack.
_DEEPEST = 50
_COMMAND_LINE = "command line"
_SOURCES = {"--group": "pyproject.toml", "--requirements-from-script": "a script"}


def read_request(
    arguments: Sequence[str],
    *,
    lines: Optional[str] = None,
    constraint_files: Sequence[str] = (),
    allow_direct: bool = False,
    cwd: Optional[Path] = None,
    environ: Optional[Mapping[str, str]] = None,
) -> Request:
    """Return the request made of `arguments` and `lines`.

    Args:
        arguments: the words after ``pip install``; ``-r`` may also name a lock file, ``pylock.toml``.
        lines: further requirements, as in a requirements file: the text of a notebook's cell.
        constraint_files: constraints files that pip's configuration names.
        allow_direct: accept URLs, version control, local paths and archives, editable or not.
        cwd: the folder that relative paths start from, by default this process's.
        environ: the variables that files may refer to, by default those that a package manager gets to see: this
            process's, but for pip's and uv's own.

    Raises:
        RequestRefused: a part would go around the index, or is not understood; the error names the option, or the
            file and line.
        FileProblem: a lock file cannot be read.
    """
    reader = _Reader(Path(cwd or Path.cwd()), allow_direct, environ)
    if lines is not None:
        reader.text(lines, "the cell", reader.cwd, reader.requirements, ())
    given, others = pipoptions.read(arguments, pipoptions.COMMAND, _COMMAND_LINE)
    # pip takes the options of its command line first, and then those in files.
    reader.options = [one for one in given if reader.keeps(one, _COMMAND_LINE)] + reader.options
    for one in given:
        reader.follow(one, reader.cwd, _COMMAND_LINE, reader.requirements, ())
    for text in others:
        reader.requirements.append(requirement.parse(text, _COMMAND_LINE, allow_direct=allow_direct))
    for path in constraint_files:
        reader.file(path, reader.cwd, "", reader.constraints, ())
    reports = [one.value for one in given if one.option.rule is Rule.ANSWER]
    return replace(reader.request(), report=reports[-1] if reports else None)


def check_file(
    path: Path,
    constraint: bool = False,
    *,
    allow_direct: bool = False,
    environ: Optional[Mapping[str, str]] = None,
) -> Request:
    """Return the request made of the requirements file `path`; with `constraint`, of the constraints file.

    Raises:
        RequestRefused: as for `read_request`, or the file cannot be read; the error names the file and line.
    """
    reader = _Reader(Path.cwd(), allow_direct, environ)
    reader.file(str(path), reader.cwd, "", reader.constraints if constraint else reader.requirements, ())
    return reader.request()


class _Reader:
    """Reads a request part by part, and collects what is asked for.

    A list of requirements stands for the kind of file that is being read: `requirements`, `constraints` or
    `build_constraints` receives the lines.
    """

    def __init__(self, cwd: Path, allow_direct: bool, environ: Optional[Mapping[str, str]]) -> None:
        self.cwd = cwd
        self.requirements: List[Requirement] = []
        self.constraints: List[Requirement] = []
        self.build_constraints: List[Requirement] = []
        self.options: List[Given] = []
        self._allow_direct = allow_direct
        self._environ = _visible(os.environ) if environ is None else environ
        self._seen: Dict[Tuple[str, int], None] = {}

    def request(self) -> Request:
        return Request(
            tuple(self.requirements),
            tuple(self.constraints),
            tuple(self.build_constraints),
            tuple(self.options),
        )

    def keeps(self, given: Given, where: str) -> bool:
        """Return whether the package manager gets to hear of an option.

        Raises:
            RequestRefused: it may not be.
        """
        if given.option.rule is Rule.DIRECT and not self._allow_direct:
            raise _not_direct(given.option, where)
        if given.option.rule is Rule.TRUST:
            raise _not_trusted(given.option, where)
        if given.option.rule is Rule.BUILD:
            refuse_commands(given, where, in_file=where != _COMMAND_LINE)
        return given.option.rule in (Rule.PASS, Rule.DIRECT, Rule.BUILD)

    def follow(
        self, given: Given, base: Path, where: str, into: List[Requirement], stack: Tuple[str, ...]
    ) -> bool:
        """Read the file that an option names; return whether it names one."""
        rule, value = given.option.rule, given.value or ""
        if rule is Rule.CONSTRAINTS:
            building = given.option.name == "--build-constraint"
            self.file(value, base, where, self.build_constraints if building else self.constraints, stack)
        elif rule is Rule.REQUIREMENTS and not stack and where == _COMMAND_LINE and lock.is_lock(value):
            self._lock(base / value)
        elif rule is Rule.REQUIREMENTS:
            # pip installs the packages of a file that a constraints file includes with -r.
            self.file(value, base, where, self.requirements, stack)
        return rule in (Rule.CONSTRAINTS, Rule.REQUIREMENTS)

    def file(self, value: str, base: Path, where: str, into: List[Requirement], stack: Tuple[str, ...]) -> None:
        """Read the file that `value` names, relative to `base`."""
        check_file_name(value, where)
        named = os.path.join(str(base), value)
        inside = os.path.abspath(named).startswith(str(self.cwd) + os.sep)
        source = os.path.relpath(named, str(self.cwd)) if inside else named
        path = os.path.realpath(named)
        if path in stack:
            raise RequestRefused(f"{source} includes itself{at(where)}.", remedy="remove the line that does")
        if len(stack) >= _DEEPEST:
            raise RequestRefused(
                f"Requirements files include each other more than {_DEEPEST} deep{at(where)}.",
                remedy="put them into fewer files",
            )
        if (path, id(into)) in self._seen:
            return
        self._seen[path, id(into)] = None
        text = decoded(content_of(path, source, where), source)
        self.text(text, source, Path(named).parent, into, (*stack, path))

    def text(self, text: str, source: str, base: Path, into: List[Requirement], stack: Tuple[str, ...]) -> None:
        """Read all lines of `text`; paths in it are relative to the folder `base`."""
        for line in logical(text, source, self._environ):
            where = f"{source}, line {line.number}"
            try:
                # pip splits only at spaces, not at other white space, to find the options of a line.
                words = line.text.split(" ")
                count = next((i for i, word in enumerate(words) if word.startswith("-")), len(words))
                head, tail = " ".join(words[:count]), " ".join(words[count:])
                given = _options(tail, where)
                hashes = [one.value or "" for one in given if one.option.rule is Rule.HASH]
                self.options += [one for one in given if self.keeps(one, where)]
                named = [self.follow(one, base, where, into, stack) for one in given]
                if head and any(named):
                    raise RequestRefused(
                        f"A requirements file is named after a requirement ({where}).",
                        why="pip would ignore it",
                        remedy="put it on a line of its own",
                    )
                if head:
                    said = line.said.split(" -")[0]
                    read = requirement.parse(head, where, allow_direct=self._allow_direct, said=said)
                    into.append(read.with_hashes(hashes))
            except RequestRefused as error:
                raise self._unsaid(error, line, where) from None

    def _unsaid(self, error: RequestRefused, line: Line, where: str) -> RequestRefused:
        """Return `error` without the values of the line's variables: any of them may be a secret."""
        message = error.message
        if line.text == line.said or message.startswith(shown(line.said.split(" -")[0])):
            return error
        if f"({where})" in message and re.search("['\"]", message):  # perhaps a part of one
            message = f"{shown(line.said)} is refused with the values of its variables ({where})."
        message = without_values(message, line.said, self._environ)
        return RequestRefused(message, why=error.why, remedy=error.remedy)

    def _lock(self, path: Path) -> None:
        """Take the packages of a lock file: exactly those, each with its hashes."""
        self.requirements += lock.requirements(path)
        self.options += [Given(pipoptions.COMMAND[name]) for name in ("--require-hashes", "--no-deps")]


def _visible(environ: Mapping[str, str]) -> Dict[str, str]:
    """Return the variables that a package manager gets to see."""
    return {name: value for name, value in environ.items() if not re.match("PIP_|UV_", name, re.I)}


def _options(text: str, where: str) -> List[Given]:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise RequestRefused(
            f"The options cannot be read ({where}).", why=str(error), remedy="check the quotes"
        ) from None
    given, others = pipoptions.read(words, pipoptions.FILE, where)
    if others:
        raise RequestRefused(
            f"{shown(others[0])} stands after an option ({where}).",
            why="pip would ignore it",
            remedy="put it on a line of its own",
        )
    return given


def _not_trusted(option: Option, where: str) -> RequestRefused:
    return RequestRefused(
        f"{option.name} is not allowed ({where}).",
        why="whoever wrote it could have packages come from elsewhere, and still be believed",
        remedy="leave it out; "
        + (
            "pip's own configuration says it"
            if option.name == "--cert"
            else "UV_CACHE_DIR says where uv keeps its own"
        ),
    )


def _not_direct(option: Option, where: str) -> RequestRefused:
    """Return the refusal of an option that names a project that is not on the index."""
    source = _SOURCES.get(option.name)
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
