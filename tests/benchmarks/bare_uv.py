"""What proof and gate cost beside a bare ``uv pip install`` with the token in the URL, which proves nothing."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from jupyter_securepypi.emulator.samples import build_wheel

from .cells import kernel
from .findings import Finding, ratio_row
from .harness import Times, in_turn, process
from .place import Place
from .present import index_with_token
from .thirty import installed, remove

_SMALL = 25


def run(place: Place) -> Iterator[Finding]:
    small = [f"little-{number:02}" for number in range(_SMALL)]
    for name in small:
        build_wheel(place.aws.packages_dir, name, "1.0")
    against = "against bare `uv pip install` with the token in the URL"

    times, count = _times(place, place.real_wheels, rounds=place.rounds(11, 3), cold=False)
    assert count >= 30, count
    what = f"`%secure_pip install` of {count} real wheels, warm cache, uv, {{}}"
    yield ratio_row(what.format(against), times["after"], times["bare"], most=1.15)
    yield ratio_row(what.format(f"`--verify before`, {against}"), times["before"], times["bare"], most=1.2)

    times, count = _times(place, place.real_wheels, rounds=place.rounds(5, 1), cold=True)
    what = f"`%secure_pip install` of {count} real wheels, cold cache, uv, {{}}"
    yield ratio_row(what.format(against), times["after"], times["bare"], most=1.05)
    yield ratio_row(what.format(f"`--verify before`, {against}"), times["before"], times["bare"], most=1.2)

    times, count = _times(place, small, rounds=place.rounds(15, 5), cold=True)
    assert count == _SMALL, count
    what = f"`%secure_pip install` of {count} small wheels, cold cache, uv, {{}}"
    yield ratio_row(what.format(against), times["after"], times["bare"], most=1.3)
    yield ratio_row(what.format(f"`--verify before`, {against}"), times["before"], times["bare"], most=1.2)


def _times(place: Place, names: Sequence[str], *, rounds: int, cold: bool) -> tuple[dict[str, Times], int]:
    """Return the times of each contestant, each with a home and a cache of its own, and how many packages it brought.

    Args:
        place: where to run.
        names: what to install, into an environment that has none of it.
        rounds: how often.
        cold: whether the cache is emptied before each install.
    """
    after, before, theirs = (place.home() for _ in range(3))
    there = set(installed(place))
    url = index_with_token(place, after)
    place.ours("refresh", environ=before)
    uv, python = (place.environment / "bin" / name for name in ("uv", "python"))
    bare: list[str | Path] = [
        uv,
        "pip",
        "install",
        "-q",
        "--no-config",
        "--python",
        python,
        "--index-url",
        url,
        *names,
    ]

    def ready(environ: dict[str, str]) -> None:
        remove(place, there)
        if cold:
            shutil.rmtree(Path(environ["HOME"], ".cache"), ignore_errors=True)

    with ExitStack() as stack:

        def ours(environ: dict[str, str], verify: str) -> Callable[[], float]:
            cells = stack.enter_context(kernel(place.environment, environ))
            cells.run("%load_ext jupyter_securepypi")

            def install() -> float:
                ready(environ)
                return cells.seconds(f"%secure_pip install -q --engine uv --verify {verify} {' '.join(names)}")

            return install

        def rival() -> float:
            ready(theirs)
            started = time.perf_counter()
            process(bare, theirs, place.folder)
            return time.perf_counter() - started

        times = in_turn(
            {"after": ours(after, "after"), "before": ours(before, "before"), "bare": rival}, rounds
        )
    count = len(set(installed(place)) - there)
    remove(place, there)
    return times, count
