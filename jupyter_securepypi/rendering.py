"""Results in words and tables, the same for notebook and command line."""

from __future__ import annotations

import time
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from .core.installer import InstalledPackage, InstallReport
from .status import Status

if TYPE_CHECKING:
    from .clients.standing import Standing

HEADINGS = ("package", "version", "from", "sha256")


def report_rows(report: InstallReport) -> list[tuple[str, str, str, str]]:
    """Return a row a package: name, version (old → new), where from, first digits of the hash."""
    return [(p.name, _versions(p), _source(p, report), p.sha256[:12]) for p in report.packages]


def report_sentence(report: InstallReport, repository: str) -> str:
    """Return the sentence that ends an install.

    Args:
        report: what was done.
        repository: ``domain/name`` of the secure repository.
    """
    count = len(report.packages)
    done = "would be installed" if report.dry_run else "installed"
    if not count:
        return "Nothing to install: everything asked for is there already."
    if report.public:
        return f"{count} {done} from the PUBLIC index; no origin was checked."
    direct = [package.name for package in report.packages if package.direct]
    if direct:
        return f"{count} {done}; directly from where the request says: {', '.join(direct)}; the rest from {repository}."
    return f"{count} {done}, all from {repository}."


def restart_sentence(modules: Sequence[str]) -> str:
    """Return the hint to restart the kernel because imported `modules` have changed; empty for none."""
    if not modules:
        return ""
    return f"Restart the kernel: {', '.join(modules)} changed after it was imported."


def text_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in plain text, columns aligned."""
    widths = [max(len(row[i]) for row in (headings, *rows)) for i in range(len(headings))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in (headings, *rows)
    ]
    return "\n".join(line.rstrip() for line in lines)


def html_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return the same table in HTML."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in headings)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def status_lines(status: Status) -> list[str]:
    """Return how things stand, a line a fact."""
    lines = [f"token       {state_words(status)}"]
    if status.repository:
        lines.append(f"repository  {status.repository} ({status.repository.region}, {status.repository.owner})")
        lines.append(f"index       {status.index_url or 'not known yet'}")
    if status.identity:
        lines.append(f"as          {status.identity}")
    if status.error:
        lines += str(status.error).splitlines()
    return lines


def standing_lines(standings: Sequence[Standing]) -> list[str]:
    """Return a line for each client that is asked for or led somewhere: where it goes, and who decides that."""
    shown = [one for one in standings if one.enabled or one.state in ("secure", "elsewhere")]
    return [
        f"{'clients' if not n else '':12}{one.name:10}{_standing_words(one)}" for n, one in enumerate(shown)
    ]


def _standing_words(one: Standing) -> str:
    words = {
        "secure": "the secure index",
        "elsewhere": one.index_url or "elsewhere",
        "unset": "not pointed at the index",
        "off": "not asked for",
        "not_installed": "not installed",
        "unknown": "the index is not known yet",
    }[one.state]
    source = f", by {one.source}" if one.source and one.state in ("secure", "elsewhere") else ""
    more = f": {one.message}" if one.message else ""
    remedy = f"; {one.remedy}" if one.remedy else ""
    return f"{words}{source}{more}{remedy}"


def state_words(status: Status) -> str:
    """Return the token's state in words, with the time left and the local time of expiry."""
    words = {
        "fresh": "fresh",
        "stale": "still good, to be replaced soon",
        "expiring": "about to expire",
        "expired": "expired",
        "missing": "none yet",
        "not_configured": "not configured",
        "misconfigured": "wrongly configured",
    }[status.state]
    if status.expires_at is None:
        return words
    at = time.strftime("%Y-%m-%d %H:%M", time.localtime(status.expires_at))
    if not status.seconds_left:
        return f"{words} since {at}"
    return f"{words}, {duration(status.seconds_left)} left (until {at})"


def duration(seconds: float) -> str:
    """Return `seconds` for people: ``11 h 42 min``, ``42 min``, ``30 s``."""
    whole = int(seconds)
    if whole >= 3600:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"{whole // 60} min" if whole >= 60 else f"{whole} s"


def _versions(package: InstalledPackage) -> str:
    if package.previous and package.previous != package.version:
        return f"{package.previous} → {package.version}"
    return package.version


def _source(package: InstalledPackage, report: InstallReport) -> str:
    if report.public:
        return "PUBLIC"
    return package.url if package.direct else "secure index"
