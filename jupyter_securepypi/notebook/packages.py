"""``%secure_pip lock``, ``download``, ``list``, ``show-origin``, ``search-versions`` and ``audit``."""

from __future__ import annotations

import argparse
from typing import NoReturn

from ..config import load_options
from ..core.errors import RequestRefused
from ..packages import asking


class _Parser(argparse.ArgumentParser):
    """A parser that raises where others would end the process: here that is the kernel."""

    def error(self, message: str) -> NoReturn:
        raise RequestRefused(f"{self.prog}: {message}.", remedy="`%secure_pip help` shows how it is written")


def show(command: str, arguments: list[str]) -> None:
    """Print the answer to `command` with the words after it.

    Raises:
        RequestRefused: the words make no sense.
        SecurePyPIError: it could not be done.
    """
    parser = _Parser(prog=f"%secure_pip {command}", add_help=False)
    asking.add_arguments(parser, command)
    print(asking.answer(command, parser.parse_args(arguments), load_options())[0])
