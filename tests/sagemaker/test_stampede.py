"""Many containers start at once against an account's limit: all succeed, and not much later than they could.

The thousand are simulated: the product's own pauses and the emulator's own throttle, on a clock that is moved by
hand. The crowd are real processes against the emulator.
"""

from __future__ import annotations

import heapq
import itertools
import os
import random
import subprocess
import time
from types import SimpleNamespace

import pytest
from container import bare_environment, run

from jupyter_securepypi.core.errors import AccessDenied, SecurePyPIError, Throttled, Unreachable
from jupyter_securepypi.core.job import PATIENCE
from jupyter_securepypi.core.retry import UNREACHABLE_ATTEMPTS, patiently, pauses
from jupyter_securepypi.emulator import faults
from jupyter_securepypi.emulator.errors import AwsError

# By day enough to meet a limit of ten a second.
CROWD = 40 if os.environ.get("SECUREPYPI_NIGHTLY") else 16
LIMIT = 40  # GetAuthorizationToken requests a second, an account's quota (CodeArtifact, "Quotas")


def simulate(containers, limit, seed, monkeypatch, spread=0.5):
    """Return when each of the containers, which start within `spread` seconds, was served, and how many asked."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(faults, "time", SimpleNamespace(monotonic=lambda: clock.now))
    throttle = faults.Faults()
    throttle.set({"throttle": limit})
    chance = random.Random(seed)
    order = itertools.count()
    waiting = [(chance.uniform(0, spread), next(order), pauses(chance.random)) for _ in range(containers)]
    heapq.heapify(waiting)
    served, asked = [], 0
    while waiting:
        clock.now, _, mine = heapq.heappop(waiting)
        asked += 1
        try:
            throttle.strike("GetAuthorizationToken")
            served.append(clock.now)
        except AwsError:
            heapq.heappush(waiting, (clock.now + next(mine), next(order), mine))
    return served, asked


@pytest.mark.parametrize("seed", range(5))
def test_a_thousand_containers_are_all_served_within_twice_the_least_time(seed, monkeypatch, record_property):
    served, asked = simulate(1000, LIMIT, seed, monkeypatch)
    least = 1000 / LIMIT - 1  # the first forty need not wait for a second to pass
    record_property("seconds", served[-1])
    record_property("requests", asked)
    print(
        f"1000 containers, simulated clock, seed {seed}: {served[-1]:.1f} s, least {least:.1f} s, {asked} requests"
    )
    assert len(served) == 1000
    assert served[-1] < 2 * least
    assert served[-1] < PATIENCE


def test_the_limit_is_kept_busy(monkeypatch):
    """Nine tenths are served at the limit's own pace: time is lost on the last of them only."""
    served, _ = simulate(1000, LIMIT, 0, monkeypatch)
    assert served[899] < 1.15 * 900 / LIMIT


def test_those_who_were_turned_away_together_do_not_come_back_together():
    first = [next(pauses(random.Random(seed).random)) for seed in range(200)]
    assert max(first) - min(first) > 0.4
    assert min(first) < 0.05


def attempts(*outcomes, patience=60.0):
    """Ask with these outcomes in turn, on a clock that the pauses move; return (how it ended, asked, seconds)."""
    clock, left = SimpleNamespace(now=0.0), list(outcomes)

    def call():
        outcome = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(outcome, SecurePyPIError):
            calls.append(outcome)
            raise outcome
        return outcome

    def sleep(seconds):
        clock.now += seconds

    calls = []
    try:
        result = patiently(call, patience, clock=lambda: clock.now, sleep=sleep, jitter=lambda: 1.0)
    except SecurePyPIError as error:
        result = error
    return result, len(calls), clock.now


def test_patience_ends():
    result, _, seconds = attempts(Throttled("too many"))
    assert isinstance(result, Throttled)
    assert 50 < seconds < 60


def test_without_patience_it_asks_once():
    assert attempts(Throttled("too many"), "token", patience=0.0)[1:] == (1, 0.0)


def test_who_is_not_there_is_asked_a_few_times_only():
    assert attempts(Unreachable("nobody"))[1] == UNREACHABLE_ATTEMPTS


def test_a_denial_is_final():
    assert attempts(AccessDenied("no"), "token")[1] == 1


# Everything is ready before the start, so that all ask at the same moment.
CONTAINER = """
import sys
from jupyter_securepypi.core import job
from jupyter_securepypi.core.providers.codeartifact.mint import mint
import boto3
request = job.Job.of(__import__("os").environ).request
print("ready", flush=True)
sys.stdin.readline()
print(mint(request).token.lifetime > 0, flush=True)
"""


def test_a_crowd_of_real_containers_at_ten_a_second_all_get_a_token(python, bundle, emulator, tmp_path):
    emulator.faults(throttle=10, operations=["GetAuthorizationToken"])
    env = bare_environment(emulator, tmp_path / "home", PYTHONPATH=str(bundle))
    options = {"env": env, "cwd": tmp_path, "text": True, "stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    crowd = [subprocess.Popen([python, "-c", CONTAINER], **options) for _ in range(CROWD)]
    try:
        assert [container.stdout.readline() for container in crowd] == ["ready\n"] * CROWD
        for container in crowd:
            container.stdin.write("go\n")
            container.stdin.flush()
        assert [container.stdout.readline() for container in crowd] == ["True\n"] * CROWD
    finally:
        for container in crowd:
            container.kill()
            container.communicate()
    statuses = [c["status"] for c in emulator.calls()["calls"] if c["operation"] == "GetAuthorizationToken"]
    print(f"{CROWD} processes: {len(statuses)} requests, {statuses.count(429)} throttled")
    assert statuses.count(200) == CROWD
    assert 429 in statuses, "the limit was never met, so this showed nothing"


def test_a_throttled_job_installs_in_the_end(python, bundle, emulator, tmp_path):
    emulator.faults(throttle=0, operations=["GetAuthorizationToken"])
    env = bare_environment(emulator, tmp_path / "home")
    with subprocess.Popen([python, bundle, "install", "acme-core"], env=env, cwd=tmp_path) as job:
        deadline = time.monotonic() + 60
        while emulator.calls()["counts"].get("GetAuthorizationToken", 0) < 3:
            assert time.monotonic() < deadline, "it did not ask again"
            time.sleep(0.05)
        emulator.faults(throttle=None)
        assert job.wait(60) == 0
    assert run(python, "-c", "import acme_core", env=env, cwd=tmp_path).returncode == 0
