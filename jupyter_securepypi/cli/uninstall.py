"""``uninstall``: remove packages from this environment."""

from __future__ import annotations

import argparse

from ..config import load_options
from ..core.foreign_text import say
from ..install import uninstall_words as words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    words.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Remove, and say what was removed."""
    text = words.told(words.remove(options, load_options()), options)
    if text:
        say(text)
    return 0
