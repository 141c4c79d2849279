"""The report of a mirror in a table and sentences."""

from __future__ import annotations

from collections import Counter

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
