"""``exec``: run one command that can use the token, and leave nothing behind."""

from __future__ import annotations

import argparse
import sys

from ..clients.execute import execute
from ..config import load_options
from ..core.errors import RequestRefused
from ..core.foreign_text import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "words", nargs=argparse.REMAINDER, metavar="-- COMMAND", help="the command and its arguments"
    )


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit status; 127 if there is no such program."""
    words = options.words[1:] if options.words[:1] == ["--"] else options.words
    if not words:
        raise RequestRefused("Nothing was asked for.", remedy="name a command: exec -- poetry publish")
    settings = load_options()
    try:
        return execute(settings, words)
    except RequestRefused as error:
        say(str(error), sys.stderr)
        return 127
