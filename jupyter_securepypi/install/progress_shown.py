"""Show the progress of an install outside of notebooks: a bar on a terminal, a line every ten seconds in a log."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..core.foreign_text import in_one_line, say
from .progress import InstallProgress

if TYPE_CHECKING:
    from rich.progress import Progress

EVERY = 10.0
"""Seconds between two lines in a log."""
_FRAMES = 8  # a second


@contextmanager
def shown(progress: InstallProgress) -> Iterator[None]:
    """Show `progress` while the block runs, on standard error; nothing of a bar is left behind."""
    if sys.stderr.isatty():
        with _bar(progress):
            yield
    else:
        with repeated(EVERY, lambda: say(progress.sentence, sys.stderr)):
            yield


@contextmanager
def repeated(every: float, action: Callable[[], None]) -> Iterator[None]:
    """Call `action` in a thread, every so many seconds after the first ones, until the block ends."""
    ended = threading.Event()

    def work() -> None:
        while not ended.wait(every):
            action()

    thread = threading.Thread(target=work, name="securepypi-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _bar(progress: InstallProgress) -> Progress:
    # Only where something is shown: it takes longer to import than most commands take.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task
    from rich.text import Text

    class Sentence(ProgressColumn):
        def render(self, task: Task) -> Text:
            part = progress.part
            task.completed, task.total = (part, 1.0) if part is not None else (0.0, None)
            return Text(in_one_line(progress.sentence), no_wrap=True, overflow="ellipsis")

    bar = Progress(
        SpinnerColumn(),
        Sentence(),
        BarColumn(bar_width=24),
        console=Console(file=sys.stderr),
        transient=True,
        refresh_per_second=_FRAMES,
    )
    bar.add_task("")
    return bar
