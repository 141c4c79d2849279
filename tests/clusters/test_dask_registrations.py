"""Two registrations at once, on a scheduler of Dask's own in this process: neither takes the other's place."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import cloudpickle
import pytest
from distributed import Scheduler

from jupyter_securepypi.clusters.host.dask_plugins import NAME, OUTCOMES, OnScheduler

ERROR = {"message": "No.", "why": "", "remedy": ""}


def registered(*fails: bool) -> tuple[list[Any], list[str] | None, list[str]]:
    """Register plugins at once, some of which fail on a host.

    Returns:
        what each registration returned or raised; the digests that workers get which join; those the scheduler knows.
    """

    async def work() -> tuple[list[Any], list[str] | None, list[str]]:
        async with Scheduler(port=0, dashboard=False) as scheduler:
            with slow(scheduler, {f"run{number}" for number, fail in enumerate(fails) if fail}):
                plugins = [
                    OnScheduler({"digest": f"d{number}"}, f"run{number}", here=False)
                    for number in range(len(fails))
                ]
                ends = await asyncio.gather(
                    *(scheduler.register_scheduler_plugin(one, idempotent=False) for one in plugins),
                    return_exceptions=True,
                )
            left = scheduler.worker_plugins.get(NAME)
            known: Any = scheduler.plugins.get(NAME)
            digests = [one["digest"] for one in cloudpickle.loads(left).payloads] if left else None
            return ends, digests, [one["digest"] for one in known.payloads] if known else []

    return asyncio.run(work())


@contextmanager
def slow(scheduler: Scheduler, failing: set[str]) -> Iterator[None]:
    """Have workers take their time, and fail for the runs `failing`."""

    async def broadcast(*, msg: dict[str, Any], **_: Any) -> dict[str, Any]:
        await asyncio.sleep(0.05)
        if msg["op"] == "plugin-add":
            run = cloudpickle.loads(msg["plugin"]).run
            error = {"error": ERROR} if run in failing else {}
            outcome = {"run": run, "host": "left", "prefix": "/p", "worker": "", "restarts": False, **error}
            scheduler.log_event(OUTCOMES, outcome)
        return {}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scheduler, "broadcast", broadcast)
        yield


def test_both_hold_for_workers_that_join() -> None:
    ends, joining, known = registered(False, False)
    assert ends == [None, None]
    assert joining == known == ["d0", "d1"]


def test_one_that_fails_does_not_take_the_other_away() -> None:
    ends, joining, known = registered(True, False)
    assert isinstance(ends[0], RuntimeError) and ends[1] is None
    assert joining == known == ["d1"]
    ends, joining, known = registered(False, True, False)
    assert isinstance(ends[1], RuntimeError) and ends[0] is ends[2] is None
    assert joining == known == ["d0", "d2"]


def test_after_none_but_failures_nothing_stays() -> None:
    ends, joining, known = registered(True, True)
    assert [type(one) for one in ends] == [RuntimeError, RuntimeError]
    assert joining is None and known == []
