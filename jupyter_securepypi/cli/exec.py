"""``exec``: run one command that can use the token, and leave nothing behind."""

from __future__ import annotations

import argparse
import sys

from ..clients.execute import NoSuchProgram, execute
from ..clients.handover import FILES, Handover
from ..config import load_options
from ..core.duration import seconds_of
from ..core.errors import RequestRefused
from ..core.foreign_text import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--secret",
        action="append",
        default=[],
        choices=list(FILES),
        help="write a file with the token, and put its path where the command says {netrc} or {token}; repeatable: "
        "exec --secret netrc -- docker build --secret id=netrc,src={netrc} .",
    )
    parser.add_argument(
        "--env",
        action="append",
        default=[],
        metavar="NAME",
        help="give the token in a variable of that one process; repeatable",
    )
    parser.add_argument(
        "--duration",
        metavar="TIME",
        help="use a token of its own that lasts so long: 900 (seconds), 15m or PT15M",
    )
    parser.add_argument(
        "words", nargs=argparse.REMAINDER, metavar="-- COMMAND", help="the command and its arguments"
    )


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit status; 127 if there is no such program."""
    words = options.words[1:] if options.words[:1] == ["--"] else options.words
    if not words:
        raise RequestRefused("Nothing was asked for.", remedy="name a command: exec -- poetry publish")
    handover = Handover(tuple(dict.fromkeys(options.secret)), tuple(options.env), _seconds(options.duration))
    settings = load_options()
    try:
        return execute(settings, words, handover)
    except NoSuchProgram as error:
        say(str(error), sys.stderr)
        return 127


def _seconds(said: str | None) -> int | None:
    if said is None:
        return None
    seconds = seconds_of(float(said) if said.isdecimal() else said)
    if seconds is None:
        raise RequestRefused(f"{said!r} is no duration.", remedy="write it as 900 (seconds), 15m or PT15M")
    return int(seconds)
