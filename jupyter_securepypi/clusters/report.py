"""What became of an install on the hosts of a cluster: a value, its failure, and its table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.errors import SecurePyPIError
from ..core.report import InstalledPackage, InstallReport
from ..install.words import report_rows

HEADINGS = ("package", "version", "from", "sha256", "hosts")


@dataclass(frozen=True)
class HostReport:
    """What became of one Python of one host, which several processes may share.

    Attributes:
        host: its name.
        prefix: where the Python is.
        packages: what is there because of this request.
        said: sentences of the gate, and requirements that are not met now.
        stale: modules that a running process had imported before they changed, and that goes on with them.
        restarted: how many processes were restarted because of such modules.
        processes: how many asked for the packages.
        seconds: what the install took; 0 if all was there.
        error: why it failed, or None.
    """

    host: str
    prefix: str
    packages: tuple[InstalledPackage, ...] = ()
    said: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    restarted: int = 0
    processes: int = 0
    seconds: float = 0.0
    error: SecurePyPIError | None = None

    @property
    def place(self) -> str:
        """Host and Python, for messages."""
        return f"{self.host} ({self.prefix})"


def host_reports(outcomes: Iterable[Mapping[str, Any]]) -> list[HostReport]:
    """Return a report for each Python from the outcomes of `host.here.install_here`, in their order."""
    grouped: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for outcome in outcomes:
        grouped.setdefault((outcome["host"], outcome["prefix"]), []).append(outcome)
    return [_report(host, prefix, some) for (host, prefix), some in grouped.items()]


def raise_failures(reports: Sequence[HostReport]) -> None:
    """Raise one error for the hosts that failed, if any did: of the kind of the first, with the names of all."""
    failed = [(one, one.error) for one in reports if one.error]
    if not failed:
        return
    first = failed[0][1]
    places = ", ".join(one.place for one, _ in failed)
    others = [error.message for _, error in failed if error.message != first.message]
    count = f"{len(failed)} of {len(reports)} hosts" if len(reports) > 1 else "the host"
    raise type(first)(
        f"On {count}, {places}: {' '.join(dict.fromkeys([first.message, *others]))}",
        why=first.why,
        remedy=first.remedy,
    )


def rows(reports: Sequence[HostReport]) -> list[tuple[str, ...]]:
    """Return a row for each package and version, with the hosts that have it."""
    found: dict[tuple[str, ...], list[str]] = {}
    for one in reports:
        for row in report_rows(InstallReport(one.packages)):
            found.setdefault(row, []).append(one.host)
    return [(*row, _hosts(hosts, len(reports))) for row, hosts in found.items()]


def sentence(reports: Sequence[HostReport], repository: str) -> str:
    """Return the sentence that ends an install on a cluster."""
    count = f"{len(reports)} host{'s' if len(reports) != 1 else ''}"
    if not any(one.packages for one in reports):
        return f"Nothing to install on {count}: everything asked for is there already."
    return f"On {count}, all from {repository}."


def sentences_below(reports: Sequence[HostReport]) -> list[str]:
    """Return what stands under the table: what the gate said, and what was or must be restarted."""
    lines = list(dict.fromkeys(line for one in reports for line in one.said))
    restarted = sum(one.restarted for one in reports)
    if restarted:
        lines.append(
            f"{restarted} worker{'s were' if restarted != 1 else ' was'} restarted: imported modules had changed."
        )
    lines += [
        f"On {one.place}, {', '.join(one.stale)} changed: restart what had imported the old one there."
        for one in reports
        if one.stale
    ]
    return lines


def _report(host: str, prefix: str, outcomes: Sequence[Mapping[str, Any]]) -> HostReport:
    errors = [SecurePyPIError.from_dict(one["error"]) for one in outcomes if one.get("error")]
    done = [one for one in outcomes if not one.get("error")]
    first = done[0] if done else {}
    stale = {module for one in done if not one.get("restarts") for module in one["stale"]}
    return HostReport(
        host,
        prefix,
        tuple(InstalledPackage(**package) for package in first.get("packages", ())),
        tuple(first.get("said", ())),
        tuple(sorted(stale)),
        sum(bool(one.get("restarts")) for one in done),
        len(outcomes),
        sum(one["seconds"] for one in done if one["fresh"]),
        errors[0] if errors else None,
    )


def _hosts(hosts: Sequence[str], count: int) -> str:
    if len(hosts) == count:
        return "all" if count > 1 else hosts[0]
    return ", ".join(dict.fromkeys(hosts)) if len(hosts) <= 3 else f"{len(hosts)} of {count}"
