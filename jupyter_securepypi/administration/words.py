"""Promotions and protections in tables and sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ..core.gate.verdict import Verdict
from ..core.providers.codeartifact.administration.copying import COPIED, FAILED, THERE
from ..install.tables import text_table
from .promotion import REFUSED, TO_BE_COPIED, Promoted, PromotionReport
from .protection import TO_BE_BLOCKED, ProtectionReport

_STATES = {
    COPIED: "copied",
    TO_BE_COPIED: "to be copied",
    THERE: "already there",
    REFUSED: "refused",
    FAILED: "failed",
}


def promotion_lines(report: PromotionReport) -> list[str]:
    """Return a table with a row for each version, what was held back, and a sentence with the counts."""
    rows = [(one.name, one.version, _STATES[one.state], one.why) for one in report.versions]
    lines = [text_table(("package", "version", "outcome", "why"), rows), ""]
    taken = {one.name: one.version for one in report.versions}
    lines += passed_over_lines(report.passed_over, taken, report.unchecked)
    counts = Counter(one.state for one in report.versions)
    told = ", ".join(f"{counts[state]} {word}" for state, word in _STATES.items() if counts[state])
    return [*lines, f"From {report.source} to {report.destination}: {told or 'nothing is needed'}."]


def passed_over_lines(
    passed_over: Sequence[Verdict], taken: Mapping[str, str], unchecked: Sequence[str]
) -> list[str]:
    """Return a sentence for each version that was held back, and for what could not be checked.

    Args:
        passed_over: versions in place of which others were taken.
        taken: the version that was taken of each project.
        unchecked: why something could not be looked up.
    """
    lines = []
    for verdict in passed_over:
        instead = taken.get(verdict.name)
        lines.append(
            f"Held back: {verdict}; {f'{instead} was taken' if instead else 'nothing of it is needed'}."
        )
    return [
        *lines,
        *(f"Warning: not checked for known malware and vulnerabilities. {why}" for why in unchecked),
    ]


def progress(one: Promoted) -> str:
    """Return the line about a version that was copied, or could not be."""
    return f"{_STATES[one.state]} {one.name} {one.version}" + (f": {one.why}" if one.why else "")


def protection_lines(report: ProtectionReport) -> list[str]:
    """Return a table with a row for each change, and a sentence."""
    if not report.found:
        return [f"Nothing to change: no upstream of {report.repository} answers for {report.names}."]
    rows = [(one.what, one.state, one.why) for one in report.found]
    planned = sum(one.state == TO_BE_BLOCKED for one in report.found)
    open_still = [one for one in report.found if not one.ok]
    lines = [text_table(("what", "outcome", "why"), rows), ""]
    if planned:
        lines.append(f"{planned} to be blocked in {report.repository}; nothing was changed.")
    elif not open_still:
        lines.append(f"No upstream of {report.repository} answers for {report.names} any more.")
    if any(one.state == "inside" for one in report.found):
        lines.append(
            "What came from outside stays in the repository until somebody deletes or archives it: "
            "look at it, then `aws codeartifact delete-package-versions`."
        )
    return lines
