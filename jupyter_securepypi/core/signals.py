"""Let a process clean up before a signal ends it: SageMaker ends a job with SIGTERM."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from types import FrameType
from typing import Any, Callable, Dict, Iterator, Optional

# Signals that end a process without a handler; SIGINT raises KeyboardInterrupt by itself.
_ENDING = ("SIGTERM", "SIGHUP")


class _Signalled(BaseException):
    """A signal arrived. It is no `Exception`, so that no `except Exception` on the way stops it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def unwinding() -> Iterator[None]:
    """Make SIGTERM and SIGHUP leave the block like an exception, then end the process as they would have.

    A handler that the program has set itself is left in place. Outside the main thread nothing changes: Python
    lets only that one set handlers.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: Dict[int, Any] = {}
    for name in _ENDING:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            before[number] = signal.signal(number, _tell)
    number_caught: Optional[int] = None
    try:
        yield
    except _Signalled as caught:
        number_caught = caught.number
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if number_caught is not None:
        os.kill(os.getpid(), number_caught)


def before_hangup(action: Callable[[], object]) -> None:
    """Call `action` when SIGHUP, as from a terminal that closes, is about to end this process.

    A handler that the program has set itself is left in place, and a hangup that is ignored (nohup) stays so. Outside
    the main thread nothing happens.
    """
    number = getattr(signal, "SIGHUP", None)
    if number is None or threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(number) is not signal.SIG_DFL:
        return

    def act(number: int, frame: Optional[FrameType]) -> None:
        signal.signal(number, signal.SIG_DFL)
        try:
            action()
        finally:
            os.kill(os.getpid(), number)

    signal.signal(number, act)


def _tell(number: int, frame: Optional[FrameType]) -> None:
    # Only once: a second signal must not disturb the cleanup.
    signal.signal(number, signal.SIG_IGN)
    raise _Signalled(number)
