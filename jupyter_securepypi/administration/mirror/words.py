"""What a mirror says: how far it is (a bar on a terminal, elsewhere a line every ten seconds), and its report."""

from __future__ import annotations

import shutil
import sys
import threading
from collections import Counter
from typing import TextIO

from ...core.foreign_text import in_one_line
from ...core.providers.registry import repository_of
from ...install.tables import text_table
from ..words import passed_over_lines
from .report import (
    FAILED,
    FETCHED,
    REFUSED,
    THERE,
    TO_BE_FETCHED,
    TO_BE_UPLOADED,
    UPLOADED,
    MirrorReport,
)

_EVERY = 10.0  # seconds
_WIDTH = 30
_STATES = {
    UPLOADED: "uploaded",
    FETCHED: "fetched",
    TO_BE_UPLOADED: "to be uploaded",
    TO_BE_FETCHED: "to be fetched",
    THERE: "already there",
    REFUSED: "refused",
    FAILED: "failed",
}


def mirror_lines(report: MirrorReport) -> list[str]:
    """Return a table with a row for each file, what was held back, and a sentence with the counts."""
    rows = [(one.name, one.version, one.filename, _STATES[one.state], one.why) for one in report.files]
    lines = [text_table(("package", "version", "file", "outcome", "why"), rows), ""]
    taken = {one.name: one.version for one in report.files if one.filename}
    lines += passed_over_lines(report.passed_over, taken, report.unchecked)
    lines += [f"Note: {one}" for one in report.notes]
    sources = sum(not one.filename.endswith(".whl") for one in report.files if one.filename)
    if sources:
        lines.append(
            f"{sources} source archive{'s are' if sources > 1 else ' is'} among them: to install it builds."
        )
    if report.manifest_sha256:
        lines.append(f"The manifest in {report.folder} has the SHA-256 {report.manifest_sha256}.")
    counts = Counter(one.state for one in report.files)
    told = ", ".join(f"{counts[state]} {word}" for state, word in _STATES.items() if counts[state])
    where = (
        f" to {repository_of(report.destination)}"
        if report.destination
        else f" to {report.folder}"
        if report.folder
        else ""
    )
    return [*lines, f"From {report.source}{where}: {told or 'nothing is needed'}."]


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
