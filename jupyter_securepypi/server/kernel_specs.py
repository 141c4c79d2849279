"""The server's kernel specifications for threads: behind a kernel gateway, the server's own manager is asynchronous."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from typing import Any


class ServerSpecs:
    """Lists the kernel specifications; an instance is called in a thread, never on the event loop.

    Args:
        get_all_specs: the method of the server's manager, a function or a coroutine function.
        loop: returns the event loop of the server.
    """

    def __init__(
        self,
        get_all_specs: Callable[[], Mapping[str, Any] | Awaitable[Mapping[str, Any]]],
        loop: Callable[[], asyncio.AbstractEventLoop],
    ) -> None:
        self._get_all_specs = get_all_specs
        self._loop = loop
        self._waiting: Future[Mapping[str, Any]] | None = None

    def __call__(self) -> Mapping[str, Any]:
        """Return the specifications by name; whatever the manager raises is raised."""
        found = self._get_all_specs()
        if not inspect.isawaitable(found):
            return found
        self._waiting = asyncio.run_coroutine_threadsafe(_awaited(found), self._loop())
        try:
            return self._waiting.result()
        finally:
            self._waiting = None

    def cancel(self) -> None:
        """End a list that is being waited for; its caller gets `concurrent.futures.CancelledError`."""
        if self._waiting:
            self._waiting.cancel()


async def _awaited(found: Awaitable[Mapping[str, Any]]) -> Mapping[str, Any]:
    return await found
