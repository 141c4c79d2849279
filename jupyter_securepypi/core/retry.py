"""Retry with full jitter, so that a thousand containers that start at once share one account's limit.

Each pause is drawn from zero to a ceiling that doubles: callers that were throttled together do not return
together ("full jitter", Marc Brooker, "Exponential Backoff and Jitter", 2015).
"""

from __future__ import annotations

import random
import time
from typing import Callable, Iterator, TypeVar

from .errors import SecurePyPIError, Throttled, Unreachable

# Seconds. The ceiling is low because a stampede waits for the limit, not for the provider's load: with a ceiling
# of C seconds, the last callers are served about C/2·ln(limit·C/2) seconds later than the limit would allow.
FIRST_CEILING, HIGHEST_CEILING = 0.5, 8.0
# A service that the first attempts cannot reach is missing: throttling does not look like this.
UNREACHABLE_ATTEMPTS = 4

T = TypeVar("T")


def pauses(jitter: Callable[[], float] = random.random) -> Iterator[float]:
    """Yield endlessly the seconds to wait before the next attempt.

    Args:
        jitter: returns a number from 0 to 1.
    """
    ceiling = FIRST_CEILING
    while True:
        yield jitter() * ceiling
        ceiling = min(ceiling * 2, HIGHEST_CEILING)


def patiently(
    call: Callable[[], T],
    patience: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    jitter: Callable[[], float] = random.random,
) -> T:
    """Return the result of `call`; repeat it while the provider throttles it, for at most `patience` seconds.

    If the service cannot be reached, or fails, `call` runs a few times only. Without patience it runs once.

    Args:
        call: the function to call.
        patience: seconds.
        clock: returns the seconds of a clock that only goes forward.
        sleep: waits for so many seconds.
        jitter: as for `pauses`.

    Raises:
        SecurePyPIError: the last error of `call`, or the first one if a repetition cannot help.
    """
    deadline = clock() + patience
    for attempt, pause in enumerate(pauses(jitter), start=1):
        try:
            return call()
        except SecurePyPIError as error:
            again = isinstance(error, Throttled) or (
                isinstance(error, Unreachable) and attempt < UNREACHABLE_ATTEMPTS
            )
            if not again or clock() + pause >= deadline:
                raise
        sleep(pause)
    raise AssertionError("pauses never end")
