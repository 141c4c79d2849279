"""The questions: ``lock``, ``list``, ``freeze``, ``show``, ``check``, ``why``, ``audit`` and the others."""

from __future__ import annotations

import argparse

from ..config import load_options
from ..core.foreign_text import say
from ..install.questions import commands as asking


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command whose parser this is."""
    asking.add_arguments(parser, parser.prog.split()[-1])


def run(options: argparse.Namespace) -> int:
    """Print the answer; 1 where an audit or a check found something."""
    said, well = asking.answer(options.command, options, load_options())
    say(said)
    return 0 if well else 1
