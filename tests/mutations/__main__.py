"""``python -m tests.mutations``: plant each mistake in a copy, run the tests that should notice it, print a table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from .canaries import CANARIES
from .mutation import Mutation
from .table import MUTATIONS
from .trial import BROKEN, KILLED, SURVIVED, Outcome, copy_of_the_checkout, run_tests, tried


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the mutations; return 0 if the tests kill each of them, 1 if not, 2 if the run says nothing."""
    options = _options(arguments)
    chosen = [one for one in MUTATIONS if options.only in one.name]
    if not chosen:
        print(f"No mutation has {options.only!r} in its name.")
        return 2
    with ThreadPoolExecutor(options.jobs) as pool:
        print("what breaks everything, so that it is clear what the tests run", flush=True)
        canaries = list(pool.map(lambda one: _shown(one, tried(one, options.seconds)), CANARIES))
        if any(one.what != KILLED for one in canaries):
            print("A canary lives: the tests do not run the copies, and say nothing of them.")
            return 2
        print("mutations", flush=True)
        outcomes = list(pool.map(lambda one: _shown(one, tried(one, options.seconds)), chosen))
    killed = [one for one in (*canaries, *outcomes) if one.what == KILLED]
    if not _pass_without(sorted({one.by for one in killed}), options.seconds):
        return 2
    count = len(killed) - len(canaries)
    print(f"{count} of {len(outcomes)} killed")
    return 0 if count == len(outcomes) else 1


def _pass_without(tests: Sequence[str], seconds: float) -> bool:
    """Return whether the tests that killed pass without any mutation; one that fails anyway kills nothing."""
    # A test with all its parameters: what stands for one of them may be hard to say to a command line.
    names = sorted({one.partition("[")[0] for one in tests})
    with copy_of_the_checkout() as root:
        outcome = run_tests(root, names, seconds * len(names))
    how = "pass" if outcome.what == SURVIVED else outcome.what
    print(f"without any mutation, the {len(names)} tests that killed: {how}")
    if outcome.what != SURVIVED:
        print(outcome.said)
    return outcome.what == SURVIVED


def _shown(mutation: Mutation, outcome: Outcome) -> Outcome:
    print(f"{outcome.what:9}  {outcome.seconds:5.0f} s  {mutation.name:42}  {outcome.by}", flush=True)
    if outcome.what == BROKEN:
        print(outcome.said)
    return outcome


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("--only", default="", metavar="NAME", help="those with NAME in their name")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="how many at once; by default 2")
    parser.add_argument(
        "--seconds",
        type=float,
        default=300.0,
        metavar="S",
        help="that the tests of one may take; by default 300",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
