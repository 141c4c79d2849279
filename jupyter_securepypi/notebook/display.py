"""How the magic shows its work: one line that updates, then a short table."""

from __future__ import annotations

import json
import re
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..config import load_options
from ..core.foreign_text import for_html, for_terminal, in_one_line, say
from ..core.report import InstallReport
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

_STEPS = re.compile(
    r"\s*(Collecting|Downloading|Using cached|Building wheel for|Preparing metadata|Installing collected packages"
    r"|Installing build dependencies|Attempting uninstall|Downloaded|Building|Built|Prepared|Uninstalled|Installed)"
    r"\b:?\s*(.*)"
)


class Progress:
    """One line that says what pip or uv is doing; the report takes its place.

    Args:
        shell: whose output it is.
        silent: show nothing until the end (``--json``).
        arguments: of the install: ``-q`` shows no progress, ``-v`` shows all that pip prints.
    """

    def __init__(self, shell: InteractiveShell | None, *, silent: bool, arguments: list[str]) -> None:
        flags = [word for word in arguments if re.fullmatch(r"-[qv]+|--quiet|--verbose", word)]
        self.quiet = silent or any("q" in word for word in flags)
        self.verbose = any("v" in word for word in flags) and not silent
        self._rich = shell is not None and type(shell).__name__ == "ZMQInteractiveShell"
        self._handle: Any = None
        self._width = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and (self._handle or self._width):
            self._show("")

    def phase(self, words: str) -> None:
        """Say what begins now."""
        self._show(words)

    def line(self, line: str) -> None:
        """Take a line that pip or uv printed."""
        if self.verbose:
            say(line)
            return
        step = _STEPS.match(line)
        if step:
            self._show(f"{step.group(1)} {step.group(2)}"[:100])

    def finish(self, text: str, html: str) -> None:
        """Put the result where the progress was."""
        if self._rich:
            self._publish({"text/plain": for_terminal(text), "text/html": html})
        else:
            self._show("")
            say(text)

    def _show(self, text: str) -> None:
        if self.quiet or self.verbose:
            return
        text = in_one_line(text)
        if self._rich:
            self._publish({"text/plain": text})
        elif sys.stdout.isatty():
            print("\r" + text.ljust(self._width) + ("\r" if not text else ""), end="", flush=True)
            self._width = len(text)

    def _publish(self, data: dict[str, str]) -> None:
        if self._handle:
            self._handle.update(data, raw=True)
            return
        from IPython.display import DisplayHandle

        self._handle = DisplayHandle()  # type: ignore[no-untyped-call]
        self._handle.display(data, raw=True)


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
