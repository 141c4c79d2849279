"""The metrics of the server, from the collectors that keep them."""

from __future__ import annotations

from prometheus_client.metrics import MetricWrapperBase

from jupyter_securepypi.server import metrics

from .markdown import code, escaped, table


def collectors() -> list[MetricWrapperBase]:
    """Return the collectors of the module, in its order."""
    return [one for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)]


def text() -> str:
    """Return the table of metrics."""
    return table(["metric", "type", "labels", "says"], map(_row, collectors()))


def _row(collector: MetricWrapperBase) -> tuple[str, str, str, str]:
    [metric] = collector.collect()
    name = metric.name + ("_total" if metric.type == "counter" else "")
    labels = ", ".join(map(code, collector._labelnames))
    return code(name), metric.type, labels, escaped(metric.documentation)
