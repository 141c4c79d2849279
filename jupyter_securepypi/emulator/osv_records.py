"""Made records in the OSV schema (https://ossf.github.io/osv-schema/): two of malware, five of vulnerabilities.

No such package or vulnerability exists. Each vulnerability has its severity in both forms that databases use.
"""

from __future__ import annotations

from typing import Any

_MODIFIED = "2026-11-02T08:30:00Z"
# Their base scores, by FIRST's CVSS v3.1 specification, are 3.3, 4.3, 7.5 and 9.8.
_VECTORS = {
    "LOW": "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N",
    "MODERATE": "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:N/I:L/A:N",
    "HIGH": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
    "CRITICAL": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
}


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
