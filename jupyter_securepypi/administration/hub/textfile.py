"""The overview of a hub as metrics in a file, for the textfile collector of Prometheus' node_exporter.

Prometheus cannot scrape the servers themselves: it would have to send a token that opens every server to each of them,
whose owners can read what is sent to them; and what goes through the hub's proxy counts as the users' activity.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from ...core.errors import FileProblem
from .overview import Seen


def write_metrics(seen: Sequence[Seen], path: Path) -> None:
    """Write the metrics to `path` in one piece; its name ends in ``.prom``, or the collector passes over it.

    Raises:
        FileProblem: it cannot be written.
    """
    registry = CollectorRegistry()
    labels = ("user", "server")
    attention = Gauge(
        "securepypi_hub_server_needs_attention", "1 if the server needs attention.", labels, registry=registry
    )
    expiry = Gauge(
        "securepypi_hub_token_expiry_timestamp_seconds",
        "When the token of the server expires, in epoch seconds; absent if there is none.",
        labels,
        registry=registry,
    )
    Gauge("securepypi_hub_servers", "Servers that run.", registry=registry).set(len(seen))
    for one in seen:
        attention.labels(one.server.user, one.server.name).set(one.problem is not None)
        if one.expires_at is not None:
            expiry.labels(one.server.user, one.server.name).set(one.expires_at)
    try:
        write_to_textfile(str(path), registry)
    except OSError as error:
        raise FileProblem(
            f"Cannot write {path}: {error.strerror or error}.",
            remedy="name a file in a folder that exists and is yours to write",
        ) from error
