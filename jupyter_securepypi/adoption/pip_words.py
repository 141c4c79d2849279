"""The words of a `pip install` that code puts together, read as packages and requirements files."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .python_text import HOLE, Names

_INDEX = frozenset(("-i", "--index-url", "--default-index", "--index", "--extra-index-url", "--pypi-url"))
_DROPPED_WITH_VALUE = frozenset(
    ("--trusted-host", "--progress-bar", "--root-user-action", "--retries", "--timeout", "--cache-dir")
)
_DROPPED = frozenset(
    (
        *(
            "-q",
            "-qq",
            "-qqq",
            "--quiet",
            "-v",
            "-vv",
            "--verbose",
            "--no-cache-dir",
            "--no-cache",
            "--no-input",
        ),
        *(
            "--disable-pip-version-check",
            "--no-warn-script-location",
            "--system",
            "--no-python-version-warning",
        ),
    )
)
KEPT = frozenset(("-U", "--upgrade", "--pre", "--no-deps", "--force-reinstall"))
"""Options that our install takes, too."""
_PROGRAM = re.compile(r"python[\d.]*|pip[\d.]*|uv|-m|-u|-I|-s")
_OPERATORS = frozenset(("&&", "||", "|", ";", "&", ">", ">>", "<", "2>&1"))


@dataclass(frozen=True)
class Word:
    """A word of a command, or several.

    Attributes:
        text: the word, with holes; empty if it is `node` alone.
        node: the expression that it is, or None.
        many: `node` is a list of words.
        split: `node` is a text of several words.
        origin: the node that it stands in, to tell what it depends on.
    """

    text: str = ""
    node: ast.expr | None = None
    many: bool = False
    split: bool = False
    origin: ast.AST | None = None


@dataclass(frozen=True)
class PipInstall:
    """What an install asks for, without the index.

    Attributes:
        packages: the packages, and the options that are kept.
        requirements: the requirements files.
    """

    packages: tuple[Word, ...]
    requirements: tuple[Word, ...]

    @property
    def words(self) -> tuple[Word, ...]:
        """All words."""
        return self.packages + self.requirements


def pip_install(call: ast.Call, names: Names) -> PipInstall | None:
    """Return what the process that `call` starts asks pip for, or None if that is not understood."""
    if any(one.arg in ("cwd", "executable") for one in call.keywords):
        return None  # files are named from another folder, or another program runs
    values = [*call.args, *(one.value for one in call.keywords if one.arg in ("args", "cmd", "command"))]
    words: list[Word] = []
    for value in values:
        found = _words(value, names)
        if found is None:
            return None
        words += found
    return _read(words)


def _words(node: ast.expr, names: Names) -> list[Word] | None:
    """Return the words of a list or of a command in one text."""
    if not names.is_list(node):
        if isinstance(node, ast.Starred):
            return (
                _words(node.value, names)
                if names.is_list(node.value)
                else [Word(node=node.value, many=True, origin=node)]
            )
        text, holes = names.text(node)
        if " " in text.strip():
            return _split(text, holes, node)
        return [_one(node, names)]
    return list(_list_words(node, names))


def _list_words(node: ast.expr, names: Names) -> Iterator[Word]:
    parts = names.list_parts(node)
    if parts:
        for part in parts:
            yield from _list_words(part, names)
    elif isinstance(node, (ast.List, ast.Tuple)):
        for one in node.elts:
            if isinstance(one, ast.Starred):
                yield from _list_words(one.value, names)
            else:
                yield _one(one, names)
    elif isinstance(node, ast.BinOp) and names.is_list(node):
        yield from _list_words(node.left, names)
        yield from _list_words(node.right, names)
    elif isinstance(node, ast.Call) and names.dotted(node.func) in ("list", "tuple") and len(node.args) == 1:
        yield from _list_words(node.args[0], names)
    elif isinstance(node, ast.Call) and names.dotted(node.func) == "shlex.split" and node.args:
        text, holes = names.text(node.args[0])
        yield from _split(text, holes, node) or [Word(HOLE + "?", origin=node)]
    else:
        yield Word(node=node, many=True, origin=node)


def _one(node: ast.expr, names: Names) -> Word:
    while isinstance(node, ast.Call) and names.dotted(node.func) in ("str", "os.fspath") and node.args:
        node = node.args[0]
    text, holes = names.text(node)
    if not holes:
        return Word(text, origin=node)
    return Word("" if text == HOLE else text, node, origin=node)


def _split(text: str, holes: Sequence[ast.expr], node: ast.expr) -> list[Word] | None:
    """Return the words of a shell command, or None if it is more than one simple command."""
    try:
        found = shlex.split(text)
    except ValueError:
        return None
    words, rest = [], list(holes)
    for word in found:
        if word in _OPERATORS or word.endswith(";"):
            return None
        count = word.count(HOLE)
        inside, rest = rest[:count], rest[count:]
        if word != HOLE:
            words.append(Word(word, node if count else None, origin=node))
            continue
        one = inside[0]
        while isinstance(one, ast.Call) and getattr(one.func, "attr", "") == "quote" and one.args:
            one = one.args[0]
        if isinstance(one, ast.Call) and getattr(one.func, "attr", "") == "join" and one.args:
            words.append(Word(node=one.args[0], many=True, origin=node))
        else:
            words.append(Word(node=one, many=True, split=True, origin=node))
    return words


def _read(words: Sequence[Word]) -> PipInstall | None:
    start = next((i for i, word in enumerate(words) if word.text == "install"), None)
    if start is None or not all(_is_pip_of_this_python(word) for word in words[:start]):
        return None
    rest, packages, requirements = list(words[start + 1 :]), [], []
    while rest:
        word = rest.pop(0)
        option, equals, value = word.text.partition("=") if word.text.startswith("-") else ("", "", "")
        if not option:
            if word.text and HOLE in word.text and word.node is not None and word.split:
                return None
            packages.append(word)
        elif option in _INDEX or option in _DROPPED_WITH_VALUE:
            if not equals and rest:
                rest.pop(0)
        elif option == "--python":  # uv's; another environment than this one is another matter
            python = rest.pop(0).node if rest and not equals else None
            if getattr(python, "attr", "") != "executable":
                return None
        elif option in ("-r", "--requirement"):
            if equals and HOLE in value:
                return None
            if not equals and not rest:
                return None
            file = Word(value, origin=word.origin) if equals else rest.pop(0)
            requirements.append(replace(file, many=False, split=False))
        elif option in KEPT and not equals:
            packages.append(word)
        elif option not in _DROPPED:
            return None
    return PipInstall(tuple(packages), tuple(requirements))


def _is_pip_of_this_python(word: Word) -> bool:
    """Return whether a word before ``install`` leads to the pip of the Python that runs, or to uv."""
    if word.node is not None and not word.text:
        return getattr(word.node, "attr", "") == "executable"
    return bool(_PROGRAM.fullmatch(word.text)) or word.text in _DROPPED
