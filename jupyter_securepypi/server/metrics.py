"""Metrics of token, kernels and gate for the server (Prometheus naming conventions: base units, _total)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client import Counter, Gauge

from ..core.gate.verdict import ALLOWED, KINDS

TOKEN_EXPIRY = Gauge(
    "securepypi_token_expiry_timestamp_seconds", "When the token in use expires, in epoch seconds."
)
TOKEN_REFRESHES = Counter("securepypi_token_refreshes_total", "Attempts to refresh the token.", ["outcome"])
KERNELS = Gauge("securepypi_kernels", "Kernel specs by what became of their pip configuration.", ["state"])
GATE_VERSIONS = Counter(
    "securepypi_gate_versions_total",
    "Versions that the gate held back from an install, or warned of, by the reason.",
    ["kind", "outcome"],
)
_HELD_BACK, _WARNED = "held_back", "warned"
for _outcome in ("success", "failure"):
    TOKEN_REFRESHES.labels(_outcome)
for _kind in KINDS:
    if _kind != ALLOWED:
        GATE_VERSIONS.labels(_kind, _HELD_BACK)


def count_gate(said: Iterable[Mapping[str, Any]]) -> None:
    """Count what the gate said in new records of the install history; kinds that there are not are left out."""
    for one in said:
        if one["kind"] in KINDS and one["kind"] != ALLOWED:
            GATE_VERSIONS.labels(one["kind"], _HELD_BACK if one["held_back"] else _WARNED).inc()
