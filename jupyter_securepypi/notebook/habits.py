"""What people type after ``%secure_pip`` by habit: it works, or is told with a way on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from ..core.errors import RequestRefused
from ..core.foreign_text import in_one_line
from ..help.commands import of_the_magic
from ..help.text import MAGIC, meant

_BEFORE = ("-q", "--quiet", "-v", "--verbose")
"""What pip also takes before its command."""


def understood(words: Sequence[str], is_cell: bool) -> list[str]:
    """Return the words of a line as they are meant.

    A cell without a command installs what stands in it. ``pip`` and ``uv pip``, which people copy with the rest of a
    line, say nothing here.
    """
    found = list(words)
    if found[:1] == ["uv"]:
        found = found[1:]
    if found[:1] == ["pip"]:
        found = found[1:]
    before = list(takewhile(lambda word: word in _BEFORE, found))
    if found[len(before) :]:
        found = [found[len(before)], *before, *found[len(before) + 1 :]]
    if is_cell and (not found or found[0].startswith("-")) and not {"-h", "--help"} & set(found):
        return ["install", *found]
    return found


def known(words: Sequence[str], rest: str = "") -> list[str]:
    """Return the first of `words` that is no option, if there is one, where it is a command of the magic.

    Raises:
        RequestRefused: it is none; the remedy says what was meant, perhaps.
    """
    commands = of_the_magic()
    first = next((word for word in words if not word.startswith("-")), None)
    if first is None:
        if any(word not in ("-h", "--help") for word in words):
            first = words[0]
        else:
            return []
    if first in commands:
        return [first]
    raise RequestRefused(
        f"%secure_pip has no command {in_one_line(first)!r}.",
        remedy=meant(first, rest, MAGIC, commands),
    )
