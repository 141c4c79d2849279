"""``%secure_pip install --on dask`` and ``--on ray``: one line with what each host does, then one table."""

from __future__ import annotations

import json
from dataclasses import asdict

from ..clusters.install import install_on
from ..clusters.report import HEADINGS, HostReport, rows, sentence, sentences_below
from ..config import load_options
from ..core.foreign_text import for_html, in_one_line
from ..install.tables import html_table, text_table
from .display import Progress


class HostsProgress:
    """What each host does, in one line of `progress`.

    Args:
        progress: the notebook's line.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._steps: dict[str, str] = {}

    def line(self, host: str, line: str) -> None:
        """Take a line that pip printed on a host."""
        self._steps[host] = in_one_line(line.strip())[:60]
        shown = "; ".join(f"{one}: {step}" for one, step in list(self._steps.items())[-3:])
        more = len(self._steps) - 3
        self._progress.phase(shown + (f"; and {more} more hosts" if more > 0 else ""))


def install_and_show(
    engine: str, arguments: list[str], cell: str | None, progress: Progress, as_json: bool
) -> None:
    """Install on the cluster that the notebook is connected to, and show what became of it.

    Args:
        engine: one of `clusters.choices.ENGINES`.
        arguments: the words after ``install``.
        cell: the cell's text, a requirement a line, or None.
        progress: whose line the result replaces.
        as_json: print one JSON object instead.
    """
    options = load_options()
    progress.phase(f"Asking the hosts of the {engine.capitalize()} cluster ...")
    hosts = HostsProgress(progress)
    reports = install_on(engine, options, arguments, cell, hosts.line)
    if as_json:
        print(json.dumps({"hosts": [_values(one) for one in reports]}))
        return
    told = sentence(reports, str(options.require_repository()))
    below = sentences_below(reports)
    table = [] if progress.quiet else rows(reports)
    text = "\n".join([*([text_table(HEADINGS, table)] if table else []), *map(in_one_line, (told, *below))])
    html = (html_table(HEADINGS, table) if table else "") + f"<p>{for_html(told)}</p>"
    progress.finish(text, html + "".join(f"<p><strong>{for_html(line)}</strong></p>" for line in below))


def _values(report: HostReport) -> dict[str, object]:
    return {name: value for name, value in asdict(report).items() if name != "error"}
