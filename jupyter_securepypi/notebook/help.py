"""``%secure_pip help``: the overview, and each command with its options and examples; and the parsers of commands."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, NoReturn

from ..core.errors import RequestRefused
from ..core.foreign_text import say
from ..help import options
from ..help.commands import of_the_magic
from ..help.text import MAGIC, examples, overview, sentence

_TITLE = "Install Python packages from the secure index, and only from there."
_FOOT = """\
A whole cell installs, too, a requirement a line:

%%secure_pip install
pandas>=2
acme-features

`%secure_pip help COMMAND` explains a command, with examples."""


class MagicParser(argparse.ArgumentParser):
    """A parser that raises where others would end the process: here that is the kernel.

    Attributes:
        declared: its arguments, but for those of groups.
    """

    def __init__(self, command: str, remedy: str = "") -> None:
        """Parse what follows ``%secure_pip`` and `command`; `remedy` is what a refusal says to do."""
        self.declared: list[argparse.Action] = []
        super().__init__(prog=f"%secure_pip {command}", add_help=False)
        self._remedy = remedy or f"`%secure_pip help {command}` shows how it is written"

    def add_argument(self, *names: str, **more: Any) -> argparse.Action:
        """Declare an argument as `argparse` does, and remember it."""
        action = super().add_argument(*names, **more)
        self.declared.append(action)
        return action

    def error(self, message: str) -> NoReturn:
        """Say what is wrong.

        Raises:
            RequestRefused: always.
        """
        to_file = " > " in f" {message} "
        remedy = "a magic has no `>`; where there is an -o FILE, that writes one" if to_file else self._remedy
        raise RequestRefused(f"{self.prog}: {message}.", remedy=remedy)


def parser_of(command: str) -> MagicParser:
    """Return the parser of one of the magic's commands."""
    parser = MagicParser(command)
    _declaring(command)(parser)
    return parser


def magic_overview() -> str:
    """Return the commands of the magic, a line each."""
    return overview(MAGIC, of_the_magic(), title=_TITLE, foot=_FOOT)


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
