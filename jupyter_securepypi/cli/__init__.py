"""``jupyter securepypi …``: one thin module for each command, which calls the same code as server and magic."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from ..core.child import lives_briefly
from ..core.errors import SecurePyPIError
from ..core.foreign_text import in_one_line, say
from ..core.signals import unwinding
from ..help.commands import COMMANDS
from ..help.text import LINE, examples, meant, overview, sentence

_COMPLETING = "_ARGCOMPLETE"  # by which a shell says that it wants to know what can stand at the cursor
_TITLE = "Python packages from the secure index only."
_FOOT = f"`{LINE} COMMAND --help` explains one, with examples."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 0, 1 if it failed, 2 for wrong usage."""
    lives_briefly()
    if _COMPLETING in os.environ:  # `jupyter` hands it on
        from .completion import complete

        complete()
    words = list(sys.argv[1:] if arguments is None else arguments)
    command = next((word for word in words if not word.startswith("-")), "")
    if not words or (not command and {"-h", "--help"} & set(words)) or words == ["help"]:
        return _guarded(_overview)
    if words[0] == "help":
        words, command = [*words[1:2], "--help"], words[1]
    if command and command not in COMMANDS:
        remedy = meant(command, shlex.join(words[words.index(command) + 1 :]), LINE, COMMANDS)
        say(f"{LINE}: there is no command {command!a}; {in_one_line(remedy)}", sys.stderr)
        return 2
    parser = build_parser(command, [command] if command else ())
    if command == "install" and not {"-h", "--help"} & set(words):
        # pip reads the rest, including abbreviations.
        options = argparse.Namespace(command=command, words=words[words.index(command) + 1 :])
    else:
        options = parser.parse_args(words)
    return _guarded(lambda: int(_module(options.command).run(options)))


def build_parser(command: str = "", names: Iterable[str] = COMMANDS) -> argparse.ArgumentParser:
    """Return the parser of the command line.

    Args:
        command: the only one whose options are declared: others are not imported; by default all are.
        names: of the commands that it knows: to declare all takes as long as many a command.
    """
    parser = argparse.ArgumentParser(prog=LINE, description=_TITLE)
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=_CommandParser
    )
    for name in names:
        sub = commands.add_parser(
            name,
            help=COMMANDS[name].does,
            description=sentence(name),
            epilog=examples(LINE, name),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if not command or name == command:
            _module(name).add_arguments(sub)
    return parser


class _CommandParser(argparse.ArgumentParser):
    """The parser of one command, which refuses what it does not know itself: its usage is what helps then."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        known, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return known, unknown


def _overview() -> int:
    say(overview(LINE, COMMANDS, title=_TITLE, foot=_FOOT))
    return 0


def _module(command: str) -> ModuleType:
    return import_module(f".{COMMANDS[command].module or command}", __name__)


def _guarded(action: Callable[[], int]) -> int:
    try:
        # A command that is terminated ends what it has started, and takes its secrets off the disk.
        with unwinding():
            status = action()
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Whoever read the output has had enough, as `head` has. Python flushes once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SecurePyPIError as error:
        say(str(error), sys.stderr)
        return 1
    except KeyboardInterrupt as error:
        if str(error):
            say(str(error), sys.stderr)
        return 130


def _version() -> str:
    from .._version import __version__

    return __version__
