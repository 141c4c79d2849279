"""What Dask's scheduler and workers run. It travels as pickled code: see `clusters.dask`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import cloudpickle
from distributed.diagnostics.plugin import SchedulerPlugin, WorkerPlugin

from .here import failure, install_here

if TYPE_CHECKING:
    from distributed import Scheduler, Worker

NAME = "securepypi"
"""Of the plugins, of which there is one each."""
OUTCOMES, PROGRESS = "securepypi", "securepypi-progress"
"""Topics of Dask's event log: what became of each host, and the lines meanwhile. Two, because a log forgets."""
_ATTEMPTS = 5
_RESTART = 120.0  # seconds for the workers that are restarted


class OnWorker(WorkerPlugin):
    """Installs before the worker gets its first task, or at once where it runs already.

    Args:
        payloads: of `clusters.payload`, in the order of their registration: where two disagree, the last one holds.
        run: names the last registration in the event log.
    """

    name = NAME

    def __init__(self, payloads: list[dict[str, Any]], run: str) -> None:
        self.payloads, self.run = payloads, run

    async def setup(self, worker: Worker) -> None:
        """Install on this worker's host.

        Raises:
            RuntimeError: it failed. A worker that is about to join the cluster closes then: it would fail at tasks.
        """
        joins = not worker.periodic_callbacks["heartbeat"].is_running()
        outcome: dict[str, Any] = {}
        for payload in self.payloads:
            outcome = await _installed(payload, self.run, worker, once=payload is not self.payloads[-1])
            if outcome.get("error"):
                break
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
        run: names this registration in the event log.
        here: install on the scheduler's host, too.

    Attributes:
        payloads: that, and those of earlier registrations, which workers that join need as well.
    """

    name = NAME

    def __init__(self, payload: dict[str, Any], run: str, here: bool) -> None:
        self.payloads, self.run, self.here = [payload], run, here

    async def start(self, scheduler: Scheduler) -> None:
        """Install everywhere, and restart the workers that had imported what has changed.

        Raises:
            RuntimeError: it failed on a host; workers that join later are not asked to install it, then.
        """
        # Dask lets several start at once, and each builds on those before it. The lock is the scheduler's, because
        # every client brings this module anew. Dask adds a plugin in the same step in which its start ends.
        async with scheduler.extensions.setdefault(NAME, asyncio.Lock()):
            await self._start(scheduler)

    async def _start(self, scheduler: Scheduler) -> None:
        if self.here:
            outcome = await _installed(self.payloads[0], self.run, scheduler)
            scheduler.log_event(OUTCOMES, {**outcome, "worker": "", "restarts": False})
            if outcome.get("error"):
                raise RuntimeError(failure(outcome))
        before = scheduler.worker_plugins.get(NAME)
        if before is not None and NAME in scheduler.plugins:
            earlier: Any = scheduler.plugins[NAME]
            known = [one for one in earlier.payloads if one["digest"] != self.payloads[0]["digest"]]
            self.payloads = [*known, *self.payloads]
        await self._on_workers(scheduler)
        mine = [event for _, event in scheduler.get_events(OUTCOMES) if event["run"] == self.run]
        failed = [failure(event) for event in mine if event.get("error")]
        if failed:
            if before is None:
                await scheduler.unregister_worker_plugin(comm=None, name=NAME)
            else:
                scheduler.worker_plugins[NAME] = before
            raise RuntimeError("\n".join(dict.fromkeys(failed)))
        if NAME in scheduler.plugins:
            scheduler.remove_plugin(NAME)  # this one takes its place
        old = [event["worker"] for event in mine if event["restarts"] and event["worker"] in scheduler.workers]
        if old:
            await scheduler.restart_workers(old, timeout=_RESTART, stimulus_id=f"restart-{self.run}")

    async def _on_workers(self, scheduler: Scheduler) -> None:
        """Install on all workers, and have those install that join later."""
        plugin = cloudpickle.dumps(OnWorker(self.payloads, self.run))
        for left in reversed(range(_ATTEMPTS)):
            try:
                await scheduler.register_worker_plugin(comm=None, plugin=plugin, name=NAME, idempotent=False)
                return
            except OSError:  # a worker was lost meanwhile: what the others did is done
                if not left:
                    raise


async def _installed(
    payload: dict[str, Any], run: str, server: Worker | Scheduler, once: bool = False
) -> dict[str, Any]:
    """Return what `install_here` does, and tell its lines to the event log; `server` goes on with its other work."""
    loop = asyncio.get_running_loop()

    def tell(line: str) -> None:
        event = {"run": run, "host": server.address, "line": line}
        loop.call_soon_threadsafe(server.log_event, PROGRESS, event)

    outcome = await loop.run_in_executor(None, install_here, payload, tell, once)
    return {**outcome, "run": run}
