"""The commands, from the parsers that read them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from unittest.mock import patch

from jupyter_securepypi.cli import build_parser
from jupyter_securepypi.help.commands import COMMANDS

from .markdown import capital, code, escaped, fence, table


def text() -> str:
    """Return a section for each command."""
    return "\n".join(_command(name, help_) for name, help_ in names().items())


def names() -> dict[str, str]:
    """Return the commands in the order of the overview, each with its effect."""
    return {name: one.does for name, one in COMMANDS.items()}


def parser_of(name: str) -> argparse.ArgumentParser:
    """Return the parser of one command, with all its options."""
    [commands] = _nested(build_parser(name))
    found: argparse.ArgumentParser = commands.choices[name]
    return found


def options(parser: argparse.ArgumentParser) -> list[str]:
    """Return how a command is written, and a table of its options."""
    # As wide as a terminal, whatever the one is that builds.
    with patch.dict("os.environ", COLUMNS="100", NO_COLOR="1"):
        usage = parser.format_usage().replace("usage: ", "", 1)
    rows = list(_rows(parser))
    return [fence(usage), *([table(["option", "does"], rows)] if rows else [])]


def _nested(parser: argparse.ArgumentParser) -> list[argparse._SubParsersAction]:
    return [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]


def _command(name: str, help_: str) -> str:
    parser = parser_of(name)
    effect = escaped(capital(help_))
    return f"## {code(name)}\n\n{effect}.\n\n{_body(parser)}"


def _body(parser: argparse.ArgumentParser) -> str:
    parts = options(parser)
    if parser.epilog:
        parts.append(fence(parser.epilog))
    for nested in _nested(parser):
        for name, sub in nested.choices.items():
            parts.append(f"**{code(f'{parser.prog} {name}'.partition('securepypi ')[2])}**\n\n{_body(sub)}")
    return "\n".join(parts)


def _rows(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    formatter = argparse.HelpFormatter(parser.prog)
    for action in parser._actions:
        if isinstance(action, (argparse._HelpAction, argparse._SubParsersAction)):
            continue
        if action.help == argparse.SUPPRESS:
            continue
        shown = formatter._format_action_invocation(action)
        help_ = formatter._expand_help(action) if action.help else ""
        yield code(shown), escaped(capital(help_))
