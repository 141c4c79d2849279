"""The token's metrics in the server's ``/metrics`` (Prometheus naming conventions: base units, _total)."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

TOKEN_EXPIRY = Gauge(
    "securepypi_token_expiry_timestamp_seconds", "When the token in use expires, in epoch seconds."
)
TOKEN_REFRESHES = Counter("securepypi_token_refreshes_total", "Attempts to refresh the token.", ["outcome"])
KERNELS = Gauge("securepypi_kernels", "Kernel specs by what became of their pip configuration.", ["state"])
for _outcome in ("success", "failure"):
    TOKEN_REFRESHES.labels(_outcome)
