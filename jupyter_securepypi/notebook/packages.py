"""The questions, as magics: ``%secure_pip lock``, ``list``, ``why`` and the others."""

from __future__ import annotations

from ..config import load_options
from ..core.foreign_text import say
from ..install.questions import commands as asking
from .parsing import MagicParser


def show(command: str, arguments: list[str]) -> None:
    """Print the answer to `command` with the words after it.

    Raises:
        RequestRefused: the words make no sense.
        SecurePyPIError: it could not be done.
    """
    parser = MagicParser(command)
    asking.add_arguments(parser, command)
    say(asking.answer(command, parser.parse_args(arguments), load_options())[0])
