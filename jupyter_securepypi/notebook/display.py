"""How the magic shows its work: one line that moves, then a short table."""

from __future__ import annotations

import json
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..config import load_options
from ..core.foreign_text import for_html, for_terminal, in_one_line, say
from ..core.report import InstallReport
from ..install.engines.select import NOTICES
from ..install.progress import InstallProgress, loudness
from ..install.progress_shown import repeated, shown
from ..install.tables import html_table, text_table
from ..install.words import (
    HEADINGS,
    report_rows,
    report_sentence,
    report_values,
    restart_sentence,
    sentences_below,
)

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_EVERY = 0.5  # seconds between two looks
PROGRESS = "securepypi_progress"
"""The metadata of an output that only says how far it is: ``part``, from 0 to 1 or None. The panel knows it by that."""


class Progress:
    """Where the magic says what pip or uv is doing; the report takes its place.

    Args:
        shell: whose output it is.
        silent: show nothing until the end (``--json``).
        arguments: of the install: ``-q`` shows no progress, ``-v`` shows all that pip or uv prints instead.
    """

    def __init__(self, shell: InteractiveShell | None, *, silent: bool, arguments: list[str]) -> None:
        self.quiet, self.verbose = loudness(arguments, silent=silent)
        self.state = InstallProgress()
        self._rich = shell is not None and type(shell).__name__ == "ZMQInteractiveShell"
        self._handle: Any = None
        self._last = ""
        self._around = ExitStack()

    @property
    def moves(self) -> bool:
        """Whether progress is shown."""
        return not (self.quiet or self.verbose)

    def __enter__(self) -> Progress:
        if self.moves:
            self._around.enter_context(repeated(_EVERY, self._look) if self._rich else shown(self.state))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._around.close()
        if error is not None and self._handle:
            # A front end shows nothing for a display without content, not even an empty line.
            self._publish({})

    def phase(self, words: str) -> None:
        """Say what begins now."""
        self.state.phase(words)
        self._look()

    def line(self, line: str) -> None:
        """Take a line that pip or uv printed."""
        if self.verbose or line.startswith(NOTICES):
            say(line)
        self.state.line(line)

    def finish(self, text: str, html: str) -> None:
        """Put the result where the progress was."""
        self._around.close()
        if self._rich:
            self._publish({"text/plain": for_terminal(text), "text/html": html})
        else:
            say(text)

    def _look(self) -> None:
        """Show what is going on, where that has changed."""
        sentence = in_one_line(self.state.sentence)
        if self._rich and self.moves and sentence != self._last:
            self._last = sentence
            part = self.state.part
            data = {"text/plain": sentence, "text/html": _progress_html(sentence, part)}
            self._publish(data, {PROGRESS: {"part": part}})

    def _publish(self, data: dict[str, str], metadata: dict[str, Any] | None = None) -> None:
        if self._handle:
            self._handle.update(data, raw=True, metadata=metadata or {})
            return
        from IPython.display import DisplayHandle

        self._handle = DisplayHandle()  # type: ignore[no-untyped-call]
        self._handle.display(data, raw=True, metadata=metadata or {})


def _progress_html(sentence: str, part: float | None) -> str:
    """Return the sentence and, where the sizes are known, a bar; it looks as the theme has it, light or dark."""
    value = "" if part is None else f' value="{part:.3f}"'
    bar = f'<progress aria-hidden="true" style="vertical-align: middle; width: 12em"{value}></progress>'
    return f'<div role="status">{bar} <span>{for_html(sentence)}</span></div>'


def show_report(report: InstallReport, progress: Progress, *, as_json: bool, stale: list[str]) -> None:
    """Show what an install did.

    Args:
        report: what it did.
        progress: whose line the result replaces.
        as_json: print one JSON object instead.
        stale: imported modules that have changed.
    """
    if as_json:
        print(json.dumps({**report_values(report), "restart": stale}))
        return
    options = load_options()
    sentence = report_sentence(report, "" if report.public else str(options.require_repository()))
    hint = restart_sentence(stale)
    rows = [] if progress.quiet else report_rows(report)
    below = [*sentences_below(report), *([hint] if hint else [])]
    sentences = map(in_one_line, (sentence, *below))
    text = "\n".join([*([text_table(HEADINGS, rows)] if rows else []), *sentences])
    html = (html_table(HEADINGS, rows) if rows else "") + f"<p>{for_html(sentence)}</p>"
    progress.finish(text, html + "".join(f"<p><strong>{for_html(line)}</strong></p>" for line in below))
