"""Many servers start at once against an account's limit, on a clock that moves when nobody has anything to do.

What runs is the product's own: a `TokenBroker` with its store for each user, the retries of `patiently`, the pause
after a failure as the server's refresher keeps it; and the emulator's own throttle. A stand-in are the clock and the
minter, which makes the provider's three calls here: two hundred children with boto3 would measure this machine.
"""

from __future__ import annotations

import heapq
import itertools
import random
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from jupyter_securepypi.core.errors import SecurePyPIError, Throttled
from jupyter_securepypi.core.grant import Grant, MintRequest
from jupyter_securepypi.core.providers.registry import repository_of
from jupyter_securepypi.core.retry import patiently
from jupyter_securepypi.core.token import Token
from jupyter_securepypi.emulator import faults
from jupyter_securepypi.emulator.emulator import DEFAULT_REPOSITORY
from jupyter_securepypi.emulator.errors import AwsError
from jupyter_securepypi.server.refresher import SHORTEST_PAUSE
from jupyter_securepypi.token.broker import CALLS, LONGEST_PATIENCE, TokenBroker

TIMEOUT = 60.0  # seconds: the option `mint_timeout`
START = 1_800_000_000.0  # epoch seconds


class Clock:
    """Seconds that pass only while all of `workers` threads sleep; one of them runs at a time."""

    def __init__(self, workers: int) -> None:
        self.now = 0.0
        self._awake = workers
        self._order = itertools.count()
        self._asleep: list[tuple[float, int, threading.Event]] = []
        self._lock = threading.Lock()

    def sleep(self, seconds: float) -> None:
        """Wait for so many seconds of this clock."""
        mine = threading.Event()
        with self._lock:
            heapq.heappush(self._asleep, (self.now + seconds, next(self._order), mine))
            self._pass_on()
        mine.wait()

    def leave(self) -> None:
        """Count the calling thread out: it has ended."""
        with self._lock:
            self._pass_on()

    def _pass_on(self) -> None:
        self._awake -= 1
        if not self._awake and self._asleep:
            self.now, _, next_one = heapq.heappop(self._asleep)
            self._awake = 1
            next_one.set()


class Start:
    """One user's server: it asks until it has a token.

    Attributes:
        failures: what was told to the user meanwhile.
        served: seconds after which the token was there.
    """

    def __init__(self, clock: Clock, throttle: faults.Faults, folder: Path, chance: random.Random) -> None:
        self._clock, self._throttle, self._chance = clock, throttle, chance
        patience = min(LONGEST_PATIENCE, TIMEOUT / CALLS)
        request = MintRequest(repository_of(DEFAULT_REPOSITORY), patience=patience)
        self._broker = TokenBroker(
            request,
            timeout=TIMEOUT,
            folder=folder,
            mint=self._mint,
            clock=lambda: START + clock.now,
            jitter=chance.random,
        )
        self.failures: list[SecurePyPIError] = []
        self.served = 0.0

    def run(self, after: float) -> None:
        """Start after so many seconds, and return once there is a token."""
        try:
            self._clock.sleep(after)
            while not self._has_token():
                failure = self._broker.failure()
                assert failure
                self._clock.sleep(max(failure.next_try - START - self._clock.now, SHORTEST_PAUSE))
            self.served = self._clock.now
        finally:
            self._clock.leave()

    def _has_token(self) -> bool:
        try:
            return bool(self._broker.current().token.secret)
        except SecurePyPIError as error:
            self.failures.append(error)
            return False

    def _mint(self, request: MintRequest) -> Grant:
        """Do what `core.providers.codeartifact.mint.mint` does, with its patience for each call."""
        try:
            self._call("GetCallerIdentity", 0.0)
        except Throttled:
            pass  # without a role, a name for the record is not worth a wait
        self._call("GetAuthorizationToken", request.patience)
        now = START + self._clock.now
        self._call("GetRepositoryEndpoint", request.patience)
        return Grant(Token("secret", now + 43_200, now, "me"), "https://index.example/pypi/acme/", "aws")

    def _call(self, operation: str, patience: float) -> None:
        def once() -> None:
            self._clock.sleep(0.05)  # the way there
            try:
                self._throttle.strike(operation)
            except AwsError as error:
                raise Throttled(str(error)) from None

        sleep, jitter = self._clock.sleep, self._chance.random
        patiently(once, patience, clock=lambda: self._clock.now, sleep=sleep, jitter=jitter)


def start_at_once(
    count: int,
    limit: float,
    folder: Path,
    *,
    operations: Sequence[str] = ("*",),
    seed: int = 0,
    spread: float = 2.0,
) -> list[Start]:
    """Start `count` servers within `spread` seconds; return them in the order in which they got their tokens.

    Args:
        count: how many.
        limit: calls a second that pass.
        folder: where their tokens are kept.
        operations: what the limit counts.
        seed: of all that is drawn.
        spread: seconds; machines are never quite at the same point.
    """
    clock, throttle, chance = Clock(count), faults.Faults(), random.Random(seed)
    throttle.set({"throttle": limit, "operations": list(operations)})
    starts = [
        Start(clock, throttle, folder / str(number), random.Random(chance.random())) for number in range(count)
    ]
    moved = mock.patch.object(faults, "time", SimpleNamespace(monotonic=lambda: clock.now))
    with moved, ThreadPoolExecutor(count) as threads:
        running = [threads.submit(one.run, chance.uniform(0, spread)) for one in starts]
    for done in running:
        done.result()
    return sorted(starts, key=lambda one: one.served)
