"""Records of malware and vulnerabilities, in OSV's form."""

from __future__ import annotations


def record(number, name, *, versions=(), introduced=None, fixed=None, severity="", vector="", **more):
    """A record in OSV's form."""
    events = [{"introduced": introduced}] if introduced is not None else []
    events += [{"fixed": fixed}] if fixed else []
    affected = {"package": {"ecosystem": "PyPI", "name": name}, "versions": list(versions)}
    affected["ranges"] = [{"type": "ECOSYSTEM", "events": events}] if events else []
    found = {"id": number, "summary": f"About {name}", "affected": [affected], **more}
    if severity:
        found["database_specific"] = {"severity": severity}
    if vector:
        found["severity"] = [{"type": "CVSS_V3", "score": vector}]
    return found
