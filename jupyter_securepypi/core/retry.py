"""Ask again, with full jitter: how a thousand containers that start at once share one account's limit.

Each pause is drawn from zero to a ceiling that doubles, so that those who were turned away together do not come
back together ("full jitter", Marc Brooker, "Exponential Backoff and Jitter", 2015).
"""

from __future__ import annotations

import random
import time
from typing import Callable, Iterator, TypeVar

from .errors import SecurePyPIError, Throttled, Unreachable

# Seconds. The ceiling is low because the limit, not the load on the provider, is what a stampede waits for: with a
# ceiling of C seconds, the last of them are served about C/2·ln(limit·C/2) seconds after the limit would allow.
FIRST_CEILING, HIGHEST_CEILING = 0.5, 8.0
# Somebody who cannot be reached at the first attempts is not there: that is a missing endpoint, not a crowd.
UNREACHABLE_ATTEMPTS = 4

T = TypeVar("T")


def pauses(jitter: Callable[[], float] = random.random) -> Iterator[float]:
    """Yield, without end, how many seconds to wait before the next attempt.

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
    """Return what `call` returns; ask again as long as the provider throttles it, for at most `patience` seconds.

    A service that cannot be reached, or fails, is asked a few times only. With no patience `call` runs once.

    Args:
        call: what to do.
        patience: seconds.
        clock: a clock that only goes forward, in seconds.
        sleep: waits for so many seconds.
        jitter: as for `pauses`.

    Raises:
        SecurePyPIError: what `call` raised at last, or at first if asking again cannot help.
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
