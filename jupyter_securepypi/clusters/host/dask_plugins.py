"""What Dask's scheduler and workers run. It travels as pickled code: see `clusters.dask`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from distributed.diagnostics.plugin import SchedulerPlugin, WorkerPlugin

from .here import failure, install_here

if TYPE_CHECKING:
    from distributed import Scheduler, Worker

OUTCOMES, PROGRESS = "securepypi", "securepypi-progress"
"""Topics of Dask's event log: what became of each host, and the lines meanwhile. Two, because a log forgets."""
_RESTART = 120.0  # seconds for the workers that are restarted


class OnWorker(WorkerPlugin):
    """Installs before the worker gets its first task, or at once where it runs already.

    Args:
        payload: of `clusters.payload`.
        name: of the plugin.
        run: names this registration in the event log.
    """

    def __init__(self, payload: dict[str, Any], name: str, run: str) -> None:
        self.payload, self.name, self.run = payload, name, run

    async def setup(self, worker: Worker) -> None:
        """Install on this worker's host.

        Raises:
            RuntimeError: it failed. A worker that is about to join the cluster closes then: it would fail at tasks.
        """
        joins = not worker.periodic_callbacks["heartbeat"].is_running()
        outcome = await _installed(self.payload, self.run, worker)
        outcome.update(worker=worker.address, restarts=bool(outcome["stale"] and worker.nanny))
        await worker.scheduler.log_event(topic=OUTCOMES, msg=outcome)
        if outcome.get("error"):
            if joins:
                worker.loop.add_callback(worker.close, reason="the packages that it needs cannot be installed")
            raise RuntimeError(failure(outcome))


class OnScheduler(SchedulerPlugin):
    """Installs on the scheduler's host, because it reads what clients send, and then on the workers'.

    Args:
        payload: of `clusters.payload`.
        name: of the plugin.
        run: names this registration in the event log.
        worker_plugin: an `OnWorker`, pickled: the scheduler hands it on as it is.
        here: install on the scheduler's host, too.
    """

    def __init__(
        self, payload: dict[str, Any], name: str, run: str, worker_plugin: bytes, here: bool
    ) -> None:
        self.payload, self.name, self.run = payload, name, run
        self.worker_plugin, self.here = worker_plugin, here

    async def start(self, scheduler: Scheduler) -> None:
        """Install everywhere, and restart the workers that had imported what has changed.

        Raises:
            RuntimeError: it failed on a host; workers that join later are not asked to install it, then.
        """
        if self.here:
            outcome = await _installed(self.payload, self.run, scheduler)
            scheduler.log_event(OUTCOMES, {**outcome, "worker": "", "restarts": False})
            if outcome.get("error"):
                raise RuntimeError(failure(outcome))
        if self.name in scheduler.plugins:
            scheduler.remove_plugin(self.name)  # the same request again takes its place
        await scheduler.register_worker_plugin(
            comm=None, plugin=self.worker_plugin, name=self.name, idempotent=False
        )
        mine = [event for _, event in scheduler.get_events(OUTCOMES) if event["run"] == self.run]
        failed = [failure(event) for event in mine if event.get("error")]
        if failed:
            await scheduler.unregister_worker_plugin(comm=None, name=self.name)
            raise RuntimeError("\n".join(dict.fromkeys(failed)))
        old = [event["worker"] for event in mine if event["restarts"] and event["worker"] in scheduler.workers]
        if old:
            await scheduler.restart_workers(old, timeout=_RESTART, stimulus_id=f"restart-{self.name}")


async def _installed(payload: dict[str, Any], run: str, server: Worker | Scheduler) -> dict[str, Any]:
    """Return what `install_here` does, and tell its lines to the event log; `server` goes on with its other work."""
    loop = asyncio.get_running_loop()

    def tell(line: str) -> None:
        event = {"run": run, "host": server.address, "line": line}
        loop.call_soon_threadsafe(server.log_event, PROGRESS, event)

    outcome = await loop.run_in_executor(None, install_here, payload, tell)
    return {**outcome, "run": run}
