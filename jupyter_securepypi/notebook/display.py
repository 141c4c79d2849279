"""How the magic shows its work: one line that updates, then a short table."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from html import escape
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..config import load_options
from ..core.installer import InstallReport
from ..rendering import (
    HEADINGS,
    html_table,
    report_rows,
    report_sentence,
    restart_sentence,
    state_words,
    status_lines,
    text_table,
)
from ..status import Status
from . import cards

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

    def accepted(self) -> None:
        """Say that the work begins."""
        self._show("Asking for the token ...")

    def line(self, line: str) -> None:
        """Take a line that pip or uv printed."""
        if self.verbose:
            print(line)
            return
        step = _STEPS.match(line)
        if step:
            self._show(f"{step.group(1)} {step.group(2)}"[:100])

    def finish(self, text: str, html: str) -> None:
        """Put the result where the progress was."""
        if self._rich:
            self._publish({"text/plain": text, "text/html": html})
        else:
            self._show("")
            print(text)

    def _show(self, text: str) -> None:
        if self.quiet or self.verbose:
            return
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
        packages = [asdict(package) for package in report.packages]
        result = {"packages": packages, "dry_run": report.dry_run, "public": report.public, "restart": stale}
        print(json.dumps(result))
        return
    options = load_options()
    sentence = report_sentence(report, "" if report.public else str(options.require_repository()))
    hint = restart_sentence(stale)
    rows = [] if progress.quiet else report_rows(report)
    text = "\n".join(filter(None, [text_table(HEADINGS, rows) if rows else "", sentence, hint]))
    html = (html_table(HEADINGS, rows) if rows else "") + f"<p>{sentence}</p>"
    progress.finish(text, html + (f"<p><strong>{hint}</strong></p>" if hint else ""))


def show_status(status: Status, *, as_json: bool, shell: InteractiveShell | None = None) -> None:
    """Show how things stand.

    Args:
        status: what to show.
        as_json: print one JSON object.
        shell: show a card that can refresh, if this is a notebook's.
    """
    if as_json:
        print(json.dumps(status.to_dict()))
        return
    text = "\n".join(status_lines(status))
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in status_rows(status)
    )
    cards.show(shell, text, f"<table>{rows}</table>", lambda: _card(status))


def status_rows(status: Status) -> list[tuple[str, str]]:
    """Return how things stand, a name and a value each."""
    rows = [("Token", state_words(status))]
    if status.repository:
        where = f"{status.repository} ({status.repository.region}, {status.repository.owner})"
        rows += [("Repository", where), ("Index", status.index_url or "not known yet")]
    if status.identity:
        rows.append(("As", status.identity))
    if status.error:
        rows.append(("Problem", str(status.error)))
    return rows


def _card(status: Status) -> Any:
    """Return the card's widget.

    Raises:
        ImportError: if ipywidgets is not installed.
    """
    from ..publishing import refresh
    from ..status import current_status
    from .widgets import StatusCard

    def load() -> Status:
        return current_status(load_options())

    return StatusCard(status, refresh=lambda: refresh(load_options()), load=load).widget
