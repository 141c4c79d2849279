"""How far a mirror is: a bar on a terminal, elsewhere a line every ten seconds."""

from __future__ import annotations

import shutil
import sys
import threading
from typing import TextIO

from ...core.foreign_text import in_one_line

_EVERY = 10.0  # seconds
_WIDTH = 30


class Progress:
    """Shows the progress of one run; a context manager.

    Args:
        stream: where; by default standard error.
        every: seconds between two lines where it is no terminal.
    """

    def __init__(self, stream: TextIO | None = None, every: float = _EVERY) -> None:
        self._stream = stream or sys.stderr
        self._every = every
        self._bar = self._stream.isatty()
        self._line = ""
        self._ended = threading.Event()
        # A thread of its own: a large file takes longer than that, and so may the resolution.
        self._thread = threading.Thread(target=self._tell, daemon=True)

    def __call__(self, what: str, done: int = 0, total: int = 0) -> None:
        """Show that `done` of `total` files are done, and `what` is being done now."""
        if not self._bar:
            self._line = (f"{done} of {total}: " if total else "") + what
            return
        filled = _WIDTH * done // total if total else 0
        count = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{total} " if total else ""
        columns = shutil.get_terminal_size().columns - 1
        self._write("\r" + in_one_line(count + what)[:columns].ljust(columns))

    def __enter__(self) -> Progress:
        if not self._bar:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the line of a terminal to what comes next."""
        self._ended.set()
        if self._bar:
            self._write("\r" + " " * (shutil.get_terminal_size().columns - 1) + "\r")
        else:
            self._thread.join()

    def _tell(self) -> None:
        while not self._ended.wait(self._every):
            if self._line:  # before the first word there is nothing to tell
                self._write(in_one_line(self._line) + "\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
