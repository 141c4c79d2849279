"""``completion``: what makes a shell complete ``jupyter securepypi``, and what it calls when somebody presses TAB."""

from __future__ import annotations

import argparse
import os
from typing import Any

from ..core.foreign_text import say
from ..help.commands import COMMANDS
from ..help.completion import INDEX, NAMES, beginning_with, installed_names

SHELLS = ("bash", "zsh", "fish")
_PROGRAMS = ["jupyter", "jupyter-securepypi"]
_PATHS = ("FILE", "FOLDER", "ZIP", "DIR")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))


def run(options: argparse.Namespace) -> int:
    """Print the lines for the shell's own file."""
    from argcomplete.shell_integration import shellcode

    say(shellcode(_PROGRAMS, shell=options.shell).rstrip("\n"))  # the name of one # nosec B604
    return 0


def complete() -> None:
    """Tell the shell what can stand at the cursor, and end the process."""
    import argcomplete
    from argcomplete.completers import BaseCompleter

    from . import build_parser

    line = os.environ.get("COMP_LINE", "")[: int(os.environ.get("COMP_POINT") or 1_000_000)]
    command = next((word for word in line.split()[1:] if word in COMMANDS), "")

    class Words(BaseCompleter):
        def __call__(self, *, prefix: str, action: argparse.Action, **_: Any) -> list[str]:
            if action.option_strings or command not in NAMES:
                return _files(prefix) if action.metavar in _PATHS else []
            return beginning_with(prefix, _names(command))

    parser = build_parser(command or "no command")
    argcomplete.autocomplete(parser, always_complete_options="long", default_completer=Words())


def _files(prefix: str) -> list[str]:
    from argcomplete.completers import FilesCompleter

    return list(FilesCompleter()(prefix))


def _names(command: str) -> tuple[str, ...] | list[str]:
    if NAMES[command] != INDEX:
        return installed_names()
    from ..config import load_options
    from ..core.errors import SecurePyPIError
    from ..install.questions.index_names import names_on_disk

    try:
        return names_on_disk(load_options())
    except SecurePyPIError:
        return ()
