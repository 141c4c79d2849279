"""Records of malware and vulnerabilities: which of them a version of a package has, and their export.

The made ones are in the OSV schema (https://ossf.github.io/osv-schema/): two of malware, five of vulnerabilities. No
such package or vulnerability exists. Each vulnerability has its severity in both forms that databases use.
"""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from ..core.errors import ConfigurationError

Record = Mapping[str, Any]
_MODIFIED = "2026-11-02T08:30:00Z"
# Their base scores, by FIRST's CVSS v3.1 specification, are 3.3, 4.3, 7.5 and 9.8.
_VECTORS = {
    "LOW": "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N",
    "MODERATE": "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:N/I:L/A:N",
    "HIGH": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
    "CRITICAL": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
}


class OsvDatabase:
    """The made records and those that were added; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: dict[str, Record] = {}
        self._of_package: dict[tuple[str, str], dict[str, Record]] = {}
        self.reset()

    def reset(self) -> None:
        """Forget what was added, and hold the made records again."""
        with self._lock:
            self._records.clear()
            self._of_package.clear()
            for record in made_records():
                self._add(record)

    def add(self, record: Record) -> None:
        """Add a record, or replace the one with its id; without the time ``modified`` it gets now.

        Raises:
            ConfigurationError: it has no id, or is no JSON.
        """
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        try:
            copy = {"modified": now, **json.loads(json.dumps(record))}
        except (TypeError, ValueError) as error:
            raise ConfigurationError("This OSV record is not JSON.", why=str(error)) from None
        if not isinstance(copy.get("id"), str) or not copy["id"]:
            raise ConfigurationError("This OSV record has no id.", remedy="give it one, like MAL-2026-1")
        with self._lock:
            self._remove(copy["id"])
            self._add(copy)

    def get(self, identity: str) -> Record | None:
        """Return the record with an id, withdrawn or not."""
        return self._records.get(identity)

    def find(self, ecosystem: str, name: str, version: str | None) -> list[Record]:
        """Return the records about a version of a package, by id; None stands for any version.

        Withdrawn ones are left out, as OSV's queries do.
        """
        package = _package(ecosystem, name)
        with self._lock:
            known = list(self._of_package.get(package, {}).values())
        return sorted(
            (
                record
                for record in known
                if "withdrawn" not in record
                and any(version is None or _affects(one, version) for one in _affected(record, package))
            ),
            key=lambda record: str(record["id"]),
        )

    def export(self, ecosystem: str) -> bytes | None:
        """Return a zip with a file for each record of `ecosystem`, withdrawn ones included; None if it has none."""
        with self._lock:
            known = {
                record["id"]: record
                for (place, _), records in self._of_package.items()
                if place == ecosystem
                for record in records.values()
            }
        if not known:
            return None
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            for identity, record in sorted(known.items()):
                archive.writestr(f"{identity}.json", json.dumps(record))
        return written.getvalue()

    def _add(self, record: Record) -> None:
        self._records[record["id"]] = record
        for package in _packages(record):
            self._of_package.setdefault(package, {})[record["id"]] = record

    def _remove(self, identity: str) -> None:
        for package in _packages(self._records.pop(identity, {})):
            self._of_package[package].pop(identity, None)


def _package(ecosystem: str, name: str) -> tuple[str, str]:
    return ecosystem, canonicalize_name(name) if ecosystem == "PyPI" else name


def _packages(record: Record) -> set[tuple[str, str]]:
    named = [one.get("package", {}) for one in record.get("affected", [])]
    return {_package(str(one.get("ecosystem", "")), str(one.get("name", ""))) for one in named}


def _affected(record: Record, package: tuple[str, str]) -> Iterator[Record]:
    for one in record.get("affected", []):
        if package in _packages({"affected": [one]}):
            yield one


def _affects(affected: Record, version: str) -> bool:
    """Evaluate versions and ranges as the OSV schema says ("Evaluation")."""
    if version in affected.get("versions", []):
        return True
    try:
        wanted = Version(version)
        return any(wanted == Version(one) for one in affected.get("versions", [])) or any(
            _in_range(wanted, one.get("events", []))
            for one in affected.get("ranges", [])
            if one.get("type") in ("ECOSYSTEM", "SEMVER")
        )
    except InvalidVersion:
        return False


def _in_range(version: Version, events: list[Mapping[str, str]]) -> bool:
    inside = False
    for kind, text in sorted((pair for event in events for pair in event.items()), key=_place):
        at = _place((kind, text))
        if kind == "introduced" and version >= at:
            inside = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            inside = False
    return inside


def _place(event: tuple[str, str]) -> Version:
    # "0" stands before every version, also before the pre-releases of 0.
    return Version("0.dev0") if event[1] == "0" else Version(event[1])


def made_records() -> list[dict[str, Any]]:
    """Return the records that every emulator knows."""
    ecosystem = "ECOSYSTEM"
    return [
        _record(
            "MAL-2026-1001",
            "leftpadx",
            "Malicious code in leftpadx (PyPI)",
            ranges=[{"type": ecosystem, "events": [{"introduced": "0"}]}],
        ),
        _record("MAL-2026-1002", "numfast", "Malicious code in numfast (PyPI)", versions=["2.0.1"]),
        *(
            _vulnerability(f"PYSEC-2026-{number}", f"vuln-{name}", severity)
            for number, (name, severity) in enumerate(
                [("low", "LOW"), ("medium", "MODERATE"), ("high", "HIGH"), ("critical", "CRITICAL")], 1
            )
        ),
        {
            **_vulnerability("PYSEC-2026-5", "vuln-withdrawn", "CRITICAL"),
            "withdrawn": "2026-11-03T10:00:00Z",
        },
    ]


def _vulnerability(identity: str, name: str, severity: str) -> dict[str, Any]:
    record = _record(
        identity,
        name,
        f"A made vulnerability of {severity.lower()} severity in {name}",
        ranges=[{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}],
    )
    return {
        **record,
        "severity": [{"type": "CVSS_V3", "score": _VECTORS[severity]}],
        "database_specific": {"severity": severity},
    }


def _record(identity: str, name: str, summary: str, **affected: Any) -> dict[str, Any]:
    package = {"name": name, "ecosystem": "PyPI", "purl": f"pkg:pypi/{name}"}
    return {
        "schema_version": "1.7.0",
        "id": identity,
        "modified": _MODIFIED,
        "published": "2026-11-01T12:00:00Z",
        "summary": summary,
        "details": f"{summary}. Made for tests.",
        "affected": [{"package": package, **affected}],
    }
