"""Contestants in turn in one run: machines are noisy, so what counts is the ratio of their medians.

pyperf was looked at: it makes one contestant after another steady, with many short runs of each, and what is
compared here takes seconds, needs a server, kernel or index that stays, and has to meet the same noise as its rival.
So this is a loop, and the statistics are the standard library's.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Times:
    """What a contestant took, in seconds, a number a round."""

    all: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.all)

    def percentile(self, percent: float) -> float:
        """Return the time that this share of the rounds did not exceed."""
        return sorted(self.all)[min(len(self.all) - 1, int(len(self.all) * percent / 100))]

    def __str__(self) -> str:
        return f"{duration(self.median)} ({duration(min(self.all))} to {duration(max(self.all))})"

    def to_dict(self) -> dict[str, Any]:
        """Return the times with their statistics, as JSON's values."""
        found = {"min": min(self.all), "median": self.median, "max": max(self.all), "rounds": len(self.all)}
        return {**found, "all": [round(one, 6) for one in self.all]}


def duration(seconds: float) -> str:
    """Return seconds as people read them."""
    if seconds >= 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.{1 if seconds < 0.02 else 0}f} ms"


def in_turn(
    contestants: Mapping[str, Callable[[], float | None]], rounds: int, *, warm_up: int = 1
) -> dict[str, Times]:
    """Let every contestant run once a round, each round beginning with another, and return their times.

    Args:
        contestants: name to what it does; it returns its own seconds where the whole call is not what counts.
        rounds: how often each runs.
        warm_up: rounds before that, which do not count.
    """
    names = list(contestants)
    found: dict[str, Times] = {name: Times() for name in names}
    for number in range(-warm_up, rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            started = time.perf_counter()
            own = contestants[name]()
            seconds = time.perf_counter() - started if own is None else own
            if number >= 0:
                found[name].all.append(seconds)
    return found


def ratio(ours: Times, theirs: Times) -> float:
    """Return our median by theirs."""
    return ours.median / theirs.median


def over(ours: Times, theirs: Times) -> float:
    """Return how much longer ours takes, in seconds: the median of the differences within each round."""
    return statistics.median(mine - other for mine, other in zip(ours.all, theirs.all, strict=True))


def process(
    command: Sequence[str | Path], environ: Mapping[str, str], cwd: Path, *, timeout: float = 120.0
) -> str:
    """Run a program to its end and return what it printed.

    Raises:
        RuntimeError: it failed; the end of what it said is quoted.
    """
    done = subprocess.run(
        [str(word) for word in command],
        env=dict(environ),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    if done.returncode:
        raise RuntimeError(f"{os.fspath(command[0])} failed: {(done.stdout + done.stderr)[-1500:]}")
    return done.stdout
