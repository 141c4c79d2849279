"""Blocking work off the event loop, in threads that a server which ends does not wait for.

The threads of `asyncio.to_thread` are joined when the interpreter exits: a provider, a disk or a kernel that hangs
would keep an interrupted server alive for as long. Work that hangs here takes no thread away from Jupyter either.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

T = TypeVar("T")


async def in_thread(work: Callable[[], T]) -> T:
    """Return the result of `work`, which runs in a daemon thread of its own; an exception of it is raised here."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 it is raised where the result is waited for
            tell(partial(done.set_exception, error))
        else:
            tell(partial(done.set_result, result))

    def tell(what: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop has been closed meanwhile
            loop.call_soon_threadsafe(lambda: None if done.done() else what())

    threading.Thread(target=run, name="securepypi", daemon=True).start()
    return await done
