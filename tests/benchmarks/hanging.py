"""``GET status`` while AWS does not answer: the panel must not wait for anybody."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from functools import partial

from jupyter_securepypi.demo.sandbox import Sandbox

from .findings import Finding, Row
from .harness import duration, in_turn
from .place import Place

_HANG = 30.0
_MOST = 0.005


def run(place: Place) -> Iterator[Finding]:
    with place.own_aws() as aws:
        aws.faults(hang=_HANG)
        options = {"role_arn": aws.role_template, "mint_timeout": _HANG}
        with Sandbox(place.folder / "hanging", aws.environment(), options) as sandbox:
            sandbox.start()
            while not aws.calls()["calls"]:
                time.sleep(0.02)
            connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=30)
            times = in_turn(
                {path: partial(_ask, connection, sandbox, path) for path in ("securepypi/status", "api")},
                place.rounds(1000, 300),
                warm_up=5,
            )
            still = json.loads(_get(connection, sandbox, "securepypi/status"))
            connection.close()
        aws.clear()
    assert still["refreshing"], still
    ours, bare = times["securepypi/status"], times["api"]
    p99 = ours.percentile(99)
    measured = (
        f"{duration(p99)} (median {duration(ours.median)}); Jupyter's own `GET api` meanwhile "
        f"{duration(bare.percentile(99))} (median {duration(bare.median)})"
    )
    figures = {
        name: {"p50": one.median, "p99": one.percentile(99), "rounds": len(one.all)}
        for name, one in times.items()
    }
    yield Row(
        "`GET status` while AWS hangs for 30 s, p99", measured, f"≤ {duration(_MOST)}", p99 <= _MOST, figures
    )


def _ask(connection: http.client.HTTPConnection, sandbox: Sandbox, path: str) -> float:
    started = time.perf_counter()
    _get(connection, sandbox, path)
    return time.perf_counter() - started


def _get(connection: http.client.HTTPConnection, sandbox: Sandbox, path: str) -> bytes:
    connection.request("GET", f"/{path}", headers={"Authorization": f"token {sandbox.token}"})
    answer = connection.getresponse()
    assert answer.status == 200
    return answer.read()
