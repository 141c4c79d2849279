"""The report: tables as markdown, all figures as JSON, and what they were measured on."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from jupyter_securepypi import __version__

from .findings import Curve, Finding, Row
from .harness import duration

_PACKAGES = (
    "jupyter_server",
    "jupyterlab",
    "ipython",
    "ipykernel",
    "pip",
    "uv",
    "awscli",
    "boto3",
    "playwright",
)


@dataclass
class Report:
    """What one run found.

    Attributes:
        quick: whether with few rounds.
        findings: of each benchmark, by its name.
        failures: why a benchmark could not be run, by its name.
        seconds: what each took.
    """

    quick: bool
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    machine: dict[str, Any] = field(default_factory=lambda: machine())

    @property
    def rows(self) -> list[Row]:
        return [one for found in self.findings.values() for one in found if isinstance(one, Row)]

    @property
    def curves(self) -> list[Curve]:
        return [one for found in self.findings.values() for one in found if isinstance(one, Curve)]

    @property
    def holds(self) -> bool:
        """Whether everything ran and every row that has a bound keeps it."""
        return not self.failures and all(row.holds is not False for row in self.rows)

    def markdown(self) -> str:
        """Return the report for people, as the manual shows it."""
        lines = [self._preamble(), "", "| what | measured | bound | holds |", "| --- | --- | --- | --- |"]
        for row in self.rows:
            verdict = {True: "yes", False: "**no**", None: ""}[row.holds]
            lines.append(f"| {row.what} | {row.measured} | {row.bound} | {verdict} |")
        for name, why in self.failures.items():
            lines.append(f"| {name} | could not be run: {_one_line(why)} | | **no** |")
        for curve in self.curves:
            lines += ["", *_table(curve)]
        return "\n".join(lines) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """Return everything, as JSON's values."""
        return {
            "version": __version__,
            "quick": self.quick,
            "holds": self.holds,
            "machine": {**self.machine, "load_average_at_the_end": _load()},
            "seconds": {name: round(one, 1) for name, one in self.seconds.items()},
            "rows": {
                name: [one.to_dict() for one in found if isinstance(one, Row)] for name, found in self._all()
            },
            "curves": {
                name: [one.to_dict() for one in found if isinstance(one, Curve)] for name, found in self._all()
            },
            "failures": self.failures,
        }

    def _all(self) -> Sequence[tuple[str, list[Finding]]]:
        return list(self.findings.items())

    def _preamble(self) -> str:
        facts = self.machine
        versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
        text = (
            f"{facts['day']}, version {__version__}: {facts['processor']}, {facts['processors']} processors, "
            f"{facts['memory']}, {facts['system']}, Python {facts['python']}; {versions}. "
            f"Contestants in turn in one run; the median, and in brackets the least and the most. AWS and the "
            "index are the emulator on loopback."
        )
        if self.quick:
            text += " Few rounds (`--quick`)."
        load = max(facts["load_average"], _load())
        if load > facts["processors"]:
            text += (
                f" **Other work was running (load average {load:.1f} on {facts['processors']} processors):** ratios "
                "count, times in seconds are too long."
            )
        return text


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    versions = {name: metadata.version(name) for name in _PACKAGES if _has(name)}
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser:
        said = subprocess.run([browser, "--version"], capture_output=True, text=True, timeout=30, check=False)
        versions["Chromium"] = next((word for word in said.stdout.split() if word[:1].isdigit()), "unknown")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return {
        "day": time.strftime("%Y-%m-%d", time.gmtime()),
        "processor": _processor(),
        "processors": os.cpu_count() or 1,
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "load_average": _load(),
        "versions": versions,
    }


def _load() -> float:
    return round(os.getloadavg()[0], 2)


def _has(name: str) -> bool:
    try:
        return bool(metadata.version(name))
    except metadata.PackageNotFoundError:
        return False


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    names = [line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")]
    return names[0] if names and names[0] != "unknown" else platform.machine()


def _table(curve: Curve) -> list[str]:
    counts = sorted({count for points in curve.lines.values() for count in points})
    lines = [
        f"| {curve.what}: {curve.unit} | {' | '.join(map(str, counts))} | bends at |",
        f"| --- | {' | '.join('---' for _ in counts)} | --- |",
    ]
    for name, points in curve.lines.items():
        times = " | ".join(_point(points, count) for count in counts)
        lines.append(f"| {name} | {times} | {curve.bend(name) or 'nowhere'} |")
    return lines


def _point(points: Mapping[int, float], count: int) -> str:
    return duration(points[count]) if count in points else ""


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")[-300:]
