"""What the gate said about an install, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, List

from ..project_name import normalized

if TYPE_CHECKING:
    from ..report import InstallReport


def told(report: InstallReport) -> List[str]:
    """Return a sentence for each version that was held back, each warning, and what could not be looked up."""
    taken = {normalized(one.name): one.version for one in report.packages}
    sentences = []
    for verdict in report.held_back:
        version = taken.get(normalized(verdict.name))
        then = f"; {version} was taken" if version else "; nothing of it was needed in the end"
        sentences.append(f"Held back: {verdict}{then}.")
    sentences += [f"Warning: {verdict}." for verdict in report.warnings]
    sentences += [
        f"Warning: not checked for known malware and vulnerabilities. {why}" for why in report.unchecked
    ]
    return sentences
