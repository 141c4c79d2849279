"""The lines after ``%pip`` and ``%uv``: whether they install something, and how ``%secure_pip install`` says that.

The original magics hand their line to a shell. Here no shell runs: of its language, quotes, comments, ``~`` and
output that is thrown away are understood, and the rest is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..core.errors import RequestRefused
from ..core.requests.options import COMMAND, Table
from . import uv_options

# Up to a `#` that begins a word, outside of quotes.
_CODE = re.compile(r"""(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|(?<!\s)\#|[^'"\\\#])*""", re.DOTALL)
_OPERATOR = re.compile(r"\||\|\||&|&&|;|;;|\(|\)|<.*|[0-9&]?>.*|`.*|\$\(.*")
_REDIRECTION = re.compile(r"([0-9&]?)>>?(.*)")
_THROWN_AWAY = ("/dev/null", "nul")


def pip_install(line: str) -> list[str] | None:
    """Return the words for ``%secure_pip install`` of the line after ``%pip``; None if its command is another one.

    Raises:
        RequestRefused: the line cannot be read, or says what only a shell understands.
    """
    words = _words(line)
    rest = _after(("install",), words, COMMAND)
    if rest is None or words in (["install", "--help"], ["install", "-h"]):
        return None
    arguments = _without_shell(rest, "%pip install")
    if any(word.partition("=")[0] == "--python" for word in arguments):
        raise uv_options.other_environment("--python")
    return arguments


def uv_pip_install(line: str) -> list[str] | None:
    """Return the words for ``%secure_pip install`` of the line after ``%uv``; None if its command is another one.

    Raises:
        RequestRefused: as for `pip_install`, or an option of uv's has no equal.
    """
    words = _words(line)
    rest = _after(("pip", "install"), words, uv_options.TABLE)
    if rest is None or words in (["pip", "install", "--help"], ["pip", "install", "-h"]):
        return None
    return uv_options.as_pip(_without_shell(rest, "%uv pip install"))


READERS = {"pip": pip_install, "uv": uv_pip_install}
"""The function that reads the line of a magic, by its name."""


def _words(line: str) -> list[str]:
    # It reads quotes and backslashes as the system's own shell does, on Windows, too.
    from IPython.utils.process import arg_split  # type: ignore[attr-defined]

    code = _CODE.match(line)
    end = code.end() if code else 0
    try:
        return arg_split(line[:end] if line[end : end + 1] == "#" else line, posix=True)
    except ValueError as error:
        raise RequestRefused(
            f"This line cannot be read: {line.strip()!r}.", why=str(error), remedy="check the quotes"
        ) from None


def _after(command: Sequence[str], words: Sequence[str], table: Table) -> list[str] | None:
    """Return `words` without `command`; None if their command is another one.

    Raises:
        RequestRefused: an unknown option stands before what may be `command`, or its value.
    """
    wanted, rest = list(command), []
    remaining = iter(words)
    for word in remaining:
        if word.startswith("-"):
            rest.append(word)
            valued = _takes_next(word, table)
            if valued is None:
                if all(part in words for part in command):
                    raise RequestRefused(
                        f"{word.partition('=')[0]!a} before `{' '.join(command)}` is not a known option.",
                        why="whether the next word is its value or the command is not certain",
                        remedy="write the option in full, or after the command",
                    )
                return None
            if valued:
                rest.extend(_one(remaining))
        elif word != wanted.pop(0):
            return None
        elif not wanted:
            return [*rest, *remaining]
    return None


def _takes_next(word: str, table: Table) -> bool | None:
    """Return whether the value of the option `word` is the next word; None if the option is unknown."""
    name, equals, _ = word.partition("=")
    if word.startswith("--"):
        return table[name].takes_value and not equals if name in table else None
    for index, letter in enumerate(word[1:], 2):
        option = table.get("-" + letter)
        if option is None:
            return None
        if option.takes_value:
            return index == len(word)
    return False


def _one(words: Iterator[str]) -> list[str]:
    word = next(words, None)
    return [] if word is None else [word]


def _without_shell(words: Sequence[str], magic: str) -> list[str]:
    """Return `words` without what only a shell understands and what changes nothing here; refuse the rest of it."""
    kept: list[str] = []
    remaining = iter(words)
    for word in remaining:
        redirection = _REDIRECTION.fullmatch(word)
        if redirection:
            stream, target = redirection.groups()
            target = target or next(remaining, "")
            if target.lower() in _THROWN_AWAY:
                kept.extend([] if stream == "2" else ["--quiet"])
                continue
            if re.fullmatch("&[0-9]", target):
                continue
        if _OPERATOR.fullmatch(word):
            raise RequestRefused(
                f"{word!a} is for a shell, and {magic} runs in none here.",
                why="SecurePyPI.take_over_pip is on",
                remedy="remove it and what follows it; -q shows less, and quotes belong around `package>=1`",
            )
        kept.append(str(Path(word).expanduser()) if word.startswith("~/") else word)
    # Many end a line so, to see less: to IPython and to a shell it ends nothing but the line.
    if kept and kept[-1].endswith(";"):
        kept[-1:] = [kept[-1].rstrip(";")] if kept[-1].rstrip(";") else []
    return kept
