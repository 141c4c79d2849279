"""The words after a magic's command, without ending the kernel where they make no sense."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from ..core.errors import RequestRefused


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
