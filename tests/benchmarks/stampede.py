"""Many processes want a token at once, and none is cached."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator

from .findings import Curve, Finding, Row
from .place import Place


def run(place: Place) -> Iterator[Finding]:
    points: dict[int, float] = {}
    mints: dict[int, int] = {}
    for count in (1, 4, 64) if place.quick else (1, 2, 4, 8, 16, 32, 64):
        mints[count], points[count] = _ask(place, count)
    worst = max(mints.values())
    measured = f"{mints[64]} mint for 64; the last one waited {points[64]:.2f} s"
    yield Row(
        "64 processes asking for a token at once, none cached", measured, "1 mint", worst == 1, {"mints": mints}
    )
    yield Curve("Asking for a token at once, until the last one has it", "processes", {"seconds": points})


def _ask(place: Place, count: int) -> tuple[int, float]:
    """Return the mints, and the seconds from the start signal until the last process has its token."""
    environ = place.home()
    children: list[subprocess.Popen[str]] = []
    try:
        while len(children) < count:
            children += [
                subprocess.Popen(
                    place.inside("ask"), env=environ, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
                )
            ]
        for child in children:
            assert child.stdout and child.stdout.readline() == "ready\n"
        place.aws.clear()
        started = time.perf_counter()
        for child in children:
            assert child.stdin
            child.stdin.write("\n")
            child.stdin.flush()
        for child in children:
            assert child.stdout and "seconds" in json.loads(child.stdout.readline())
        seconds = time.perf_counter() - started
    finally:
        for child in children:
            child.communicate(timeout=60)
    return place.aws.calls()["counts"].get("GetAuthorizationToken", 0), seconds
