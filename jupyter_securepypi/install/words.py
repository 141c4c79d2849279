"""Results in words and tables, the same for notebook and command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ..core.gate.words import told
from ..core.report import InstalledPackage, InstallReport

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
    if not count and report.left_out:
        names = ", ".join(report.left_out)
        return f"Nothing to install: not meant for this Python and platform, by what stands behind the `;`: {names}."
    if not count:
        return "Nothing to install: everything asked for is there already."
    if report.public:
        return f"{count} {done} from the PUBLIC index; no origin was checked."
    direct = [package.name for package in report.packages if package.direct]
    if direct:
        return f"{count} {done}; directly from where the request says: {', '.join(direct)}; the rest from {repository}."
    return f"{count} {done}, all from {repository}."


def sentences_below(report: InstallReport) -> list[str]:
    """Return what stands under the table: what the gate said, what is not proven, and which needs are not met."""
    lines = told(report)
    if report.unproven:
        names = ", ".join(report.unproven)
        lines.append(
            f"! Not proven, because it was there already: {names}. `--force-reinstall` brings it from the index."
        )
    return [*lines, *(f"! {conflict}." for conflict in report.conflicts)]


def report_values(report: InstallReport) -> dict[str, Any]:
    """Return what ``--json`` shows of an install."""
    return {
        "packages": [asdict(package) for package in report.packages],
        "dry_run": report.dry_run,
        "public": report.public,
        "conflicts": [asdict(conflict) for conflict in report.conflicts],
        "left_out": list(report.left_out),
        "unproven": list(report.unproven),
        "held_back": [verdict.to_dict() for verdict in report.held_back],
        "warnings": [verdict.to_dict() for verdict in report.warnings],
    }


def restart_sentence(modules: Sequence[str]) -> str:
    """Return the hint to restart the kernel because imported `modules` have changed; empty for none."""
    if not modules:
        return ""
    return f"Restart the kernel: {', '.join(modules)} changed after it was imported."


def _versions(package: InstalledPackage) -> str:
    if package.previous and package.previous != package.version:
        return f"{package.previous} → {package.version}"
    return package.version


def _source(package: InstalledPackage, report: InstallReport) -> str:
    if report.public:
        return "PUBLIC"
    return package.url if package.direct else "secure index"
