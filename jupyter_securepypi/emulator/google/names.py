"""Google's own host names that the emulator answers for."""

from __future__ import annotations

import re

OAUTH, STS, IAM = "oauth2.googleapis.com", "sts.googleapis.com", "iamcredentials.googleapis.com"
REGISTRY = "artifactregistry.googleapis.com"
SERVICES = (OAUTH, STS, IAM, REGISTRY)
_INDEX = re.compile(r"(?P<location>[a-z0-9-]+)-python\.pkg\.dev")


def location_of(host: str) -> str:
    """Return the location of an index host; empty for any other host."""
    found = _INDEX.fullmatch(host.lower())
    return found["location"] if found else ""


def serves(host: str) -> bool:
    """Return whether `host`, without a port, is one of the names."""
    return host.lower() in SERVICES or bool(location_of(host))
