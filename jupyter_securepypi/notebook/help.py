"""``%secure_pip help``: the overview, and each command with its options and examples."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ..core.foreign_text import say
from ..help import options
from ..help.commands import of_the_magic
from ..help.text import MAGIC, examples, overview, sentence
from .parsing import MagicParser

_TITLE = "Install Python packages from the secure index, and only from there."
_FOOT = """\
A whole cell installs, too, a requirement a line:

%%secure_pip install
pandas>=2
acme-features

`%secure_pip help COMMAND` explains a command, with examples."""


def magic_overview() -> str:
    """Return the commands of the magic, a line each."""
    return overview(MAGIC, of_the_magic(), title=_TITLE, foot=_FOOT)


def parser_of(command: str) -> argparse.ArgumentParser:
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
        from ..install.install_words import add_arguments

        return add_arguments
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
