"""Packages from the secure index for a Dask cluster: each host installs once, with a token of its own.

    from jupyter_securepypi.clusters import dask
    client.register_plugin(dask.SecurePipInstall(["acme-features"]))

The seam is the one of `distributed`'s own PipInstall: a scheduler plugin that registers a worker plugin
(distributed 2026.8.0, diagnostics/plugin.py). Workers have neither this package nor Jupyter: the plugins travel as
pickled code, and bring the bundle along.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import cloudpickle
from distributed import Client, default_client
from distributed.diagnostics.plugin import SchedulerPlugin

from ..config import SecurePyPI
from ..core.errors import ConfigurationError
from . import host
from .host.dask_plugins import NAME, OUTCOMES, PROGRESS, OnScheduler
from .payload import payload_of
from .report import HostReport, host_reports, raise_failures

cloudpickle.register_pickle_by_value(host)


class SecurePipInstall(SchedulerPlugin):
    """Installs on each host of the cluster, also on those that join later, through the secure index only.

    Register it with ``client.register_plugin(...)``, which returns when all hosts have the packages, and otherwise
    raises a RuntimeError that names host, package and reason. Several add up: a worker that joins gets them in their
    order. The same one again has each host look whether all is still there. ``client.unregister_worker_plugin(NAME)``
    ends it for workers that join.

    Args:
        packages: the words after ``pip install``.
        requirements: a requirements file; it is read here and now.
        lock: a lock file, ``pylock.toml``; the same.
        scheduler: install on the scheduler's host, too: it reads what clients send, and needs modules named there.
        payload: of `payload_of`, instead of all these.

    Attributes:
        payload: what travels; no token is in it.
        run: names this registration in Dask's event log.

    Raises:
        SecurePyPIError: as for `payload_of`.
    """

    name = NAME

    def __init__(
        self,
        packages: str | Sequence[str] = (),
        *,
        requirements: str | os.PathLike[str] | None = None,
        lock: str | os.PathLike[str] | None = None,
        scheduler: bool = True,
        payload: dict[str, Any] | None = None,
    ) -> None:
        self.payload = payload or payload_of(packages, requirements=requirements, lock=lock)
        self.run = uuid.uuid4().hex
        self._travelling = cloudpickle.dumps(OnScheduler(self.payload, self.run, scheduler))

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as what the scheduler can read without this package."""
        return cloudpickle.loads, (self._travelling,)


def install(
    options: SecurePyPI,
    arguments: Sequence[str],
    lines: str | None = None,
    on_line: Callable[[str, str], None] = lambda host, line: None,
) -> list[HostReport]:
    """Install on the cluster that this process's current client is connected to; return what became of each host.

    Args:
        options: the options in force.
        arguments: the words after ``pip install``.
        lines: further requirements, one a line.
        on_line: is called with a host's address and each line that pip prints there, by another thread.

    Raises:
        ConfigurationError: this process is connected to no cluster.
        SecurePyPIError: it failed, here or on a host.
    """
    plugin = SecurePipInstall(payload=payload_of(arguments, lines=lines, options=options))
    client = _client()

    def heard(event: tuple[float, Any]) -> None:
        if event[1]["run"] == plugin.run:
            on_line(event[1]["host"], event[1]["line"])

    client.subscribe_topic(PROGRESS, heard)
    failure: RuntimeError | None = None
    try:
        client.register_plugin(plugin)
    except RuntimeError as error:
        failure = error
    finally:
        client.unsubscribe_topic(PROGRESS)
    events = [event for _, event in client.get_events(OUTCOMES) if event["run"] == plugin.run]
    reports = host_reports(events)
    raise_failures(reports)
    if failure:
        raise failure
    return reports


def _client() -> Client:
    try:
        client: Client = default_client()
        return client
    except ValueError:
        raise ConfigurationError(
            "This notebook is connected to no Dask cluster.",
            why="there is no current dask.distributed.Client",
            remedy="make one first: `client = Client(address)`",
        ) from None
