"""``%secure_pip help``: the overview, and each command with its options and examples."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ..core.foreign_text import say
from ..help import options
from ..help.text import MAGIC, examples, sentence
from .overview import magic_overview
from .parsing import MagicParser


def parser_of(command: str) -> MagicParser:
    """Return the parser of one of the magic's commands."""
    parser = MagicParser(command)
    _declaring(command)(parser)
    return parser


def show_help(command: str = "") -> None:
    """Print the overview, or what there is to know about `command`."""
    if not command:
        say(magic_overview())
        return
    parser = parser_of(command)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description, parser.epilog = sentence(command), examples(MAGIC, command)
    say(parser.format_help().rstrip())


def _declaring(command: str) -> Callable[[argparse.ArgumentParser], None]:
    """Return what declares the options of `command`; it is imported only when it is asked for."""
    if command == "install":
        return _install
    if command == "uninstall":
        from ..install.uninstall_words import add_arguments as of_uninstall

        return of_uninstall
    if command == "preview":
        from ..sagemaker.parser import add_arguments as of_preview

        return of_preview
    if command in ("status", "refresh", "doctor"):
        declare: Callable[[argparse.ArgumentParser], None] = getattr(options, command)
        return declare
    from ..install.questions.commands import add_arguments as of_question

    return lambda parser: of_question(parser, command)


def _install(parser: argparse.ArgumentParser) -> None:
    from ..clusters.choices import ENGINES
    from ..install.install_words import add_arguments

    add_arguments(parser)
    parser.add_argument(
        "--on", choices=ENGINES, help="install on each host of the cluster that this notebook is connected to"
    )
