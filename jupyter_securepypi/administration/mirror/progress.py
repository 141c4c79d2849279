"""How far a mirror is: a bar on a terminal, elsewhere a line every ten seconds."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from typing import TextIO

from ...core.foreign_text import in_one_line

_EVERY = 10.0  # seconds
_WIDTH = 30


class Progress:
    """Shows the progress of one run.

    Args:
        stream: where; by default standard error.
        clock: returns the seconds of a clock that only goes forward.
    """

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._bar = self._stream.isatty()
        self._shown = clock()
        self._open = False

    def __call__(self, what: str, done: int = 0, total: int = 0) -> None:
        """Show that `done` of `total` files are done, and `what` is being done now."""
        if self._bar:
            filled = _WIDTH * done // total if total else 0
            count = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{total} " if total else ""
            columns = shutil.get_terminal_size().columns - 1
            self._stream.write("\r" + in_one_line(count + what)[:columns].ljust(columns))
            self._open = True
        elif self._clock() - self._shown >= _EVERY:
            self._shown = self._clock()
            self._stream.write(in_one_line((f"{done} of {total}: " if total else "") + what) + "\n")
        self._stream.flush()

    def end(self) -> None:
        """Leave the terminal's line to what comes next."""
        if self._open:
            self._stream.write("\r" + " " * (shutil.get_terminal_size().columns - 1) + "\r")
            self._stream.flush()
            self._open = False
