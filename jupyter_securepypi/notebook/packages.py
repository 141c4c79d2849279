"""The questions, as magics: ``%secure_pip lock``, ``list``, ``why`` and the others."""

from __future__ import annotations

from ..config import load_options
from ..core.foreign_text import say
from ..install.questions import commands as asking
from .help import parser_of


def show(command: str, arguments: list[str]) -> None:
    """Print the answer to `command` with the words after it.

    Raises:
        RequestRefused: the words make no sense.
        SecurePyPIError: it could not be done.
    """
    given = parser_of(command).parse_args(arguments)
    say(asking.answer(command, given, load_options())[0])
