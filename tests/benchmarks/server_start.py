"""Jupyter's start and its memory, with and without our server extension."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from jupyter_securepypi.demo.sandbox import Sandbox

from .findings import Finding, Row
from .harness import Times, in_turn, ratio
from .place import Place

_MEBIBYTE = 1 << 20
_SETTLED = 1.2  # seconds after the first answer: the first token is there by then, and what was read for it


@dataclass
class Seen:
    """What the starts of one contestant used, a number a start."""

    resident: list[int] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def run(place: Place) -> Iterator[Finding]:
    seen = {"with": Seen(), "without": Seen()}
    sandboxes = {name: _sandbox(place, name, name == "with") for name in seen}
    times = in_turn(
        {name: lambda name=name: _start(sandboxes[name], seen[name]) for name in seen},  # type: ignore[misc]
        place.rounds(10, 3),
    )
    share = (ratio(times["with"], times["without"]) - 1) * 100
    work = {name: Times(one.processor[1:]) for name, one in seen.items()}
    more_work = (ratio(work["with"], work["without"]) - 1) * 100
    start = f"{times['with']} against {times['without']}"
    measured = f"{share:+.1f} % ({start}; processor time until then {more_work:+.1f} %)"
    figures = {"percent": share, **{name: one.to_dict() for name, one in times.items()}}
    figures["processor"] = {name: one.to_dict() for name, one in work.items()}
    yield Row(
        "Jupyter server start, with the extension against without", measured, "+ 3 %", share <= 3, figures
    )
    memory = {name: Times([float(one) for one in each.resident[1:]]) for name, each in seen.items()}
    more = (memory["with"].median - memory["without"].median) / _MEBIBYTE
    total = memory["with"].median / _MEBIBYTE
    figures = {name: one.to_dict() for name, one in memory.items()}
    yield Row("the same, resident memory", f"{more:+.1f} MiB of {total:.0f}", "+ 5 MiB", more <= 5, figures)


def _sandbox(place: Place, name: str, enabled: bool) -> Sandbox:
    sandbox = Sandbox(
        place.folder / f"server-{name}", place.aws.environment(), {"role_arn": place.aws.role_template}
    )
    path = Path(sandbox.environ["JUPYTER_CONFIG_DIR"], "jupyter_server_config.json")
    settings = json.loads(path.read_text())
    settings["ServerApp"]["jpserver_extensions"]["jupyter_securepypi"] = enabled
    path.write_text(json.dumps(settings))
    return sandbox


def _start(sandbox: Sandbox, seen: Seen) -> float:
    """Start a server as its user's shell does, and return the seconds until it answers."""

    command = [
        sys.executable,
        "-m",
        "jupyter_server",
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
    ]
    command += [f"--ServerApp.port={sandbox.port}", "--ServerApp.port_retries=0"]
    with sandbox.log.open("ab") as log:
        started = time.perf_counter()
        server = subprocess.Popen(
            command, cwd=sandbox.work, env=sandbox.environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        watched = psutil.Process(server.pid)
        while not _answers(sandbox):
            assert server.poll() is None, sandbox.log.read_text()[-2000:]
            assert time.perf_counter() - started < 60
            time.sleep(0.002)
        seconds = time.perf_counter() - started
        spent = watched.cpu_times()
        time.sleep(_SETTLED)
        seen.processor.append(spent.user + spent.system)
        seen.resident.append(watched.memory_info().rss)
    finally:
        server.terminate()
        server.wait(timeout=20)
    return seconds


def _answers(sandbox: Sandbox) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=20)
    try:
        connection.request("GET", "/api/status", headers={"Authorization": f"token {sandbox.token}"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
