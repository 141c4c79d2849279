"""The install history for the panel: records without credentials, announcements and counts of new installs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..core.masking import all_masked
from ..install.history import history_file, read, record_in
from .metrics import count_gate
from .threads import in_thread

EVERY = 1.0
"""Seconds between two looks at the history file; each look is one `stat`."""
# The fields for REST; "error" is there where the install failed.
_FIELDS = ("time", "ok", "packages", "removed", "repository", "seconds", "prefix", "arguments", "gate", "error")


def recent_installs(limit: int, matching: str = "") -> list[dict[str, Any]]:
    """Return up to `limit` installs that contain `matching`, newest first, for REST; blocks on the disk."""
    return [_install(entry) for entry in read(limit, matching)]


def _install(entry: dict[str, Any]) -> dict[str, Any]:
    shown = all_masked(entry)
    return {name: shown[name] for name in _FIELDS if name in shown}


class HistoryWatch:
    """Notices installs by any process, because the history file grows.

    Args:
        announce: is called on the event loop with two values: whether all new installs succeeded, and their number.
        log: the logger for problems.
    """

    def __init__(self, announce: Callable[[bool, int], None], log: logging.Logger) -> None:
        self._announce = announce
        self._log = log
        self._task: asyncio.Task[None] | None = None
        self._path = history_file()
        self._size = _size(self._path)

    def start(self) -> None:
        """Start the watch; return at once."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="securepypi-history")

    async def stop(self) -> None:
        """Stop the watch; return when the task is gone."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                # In a thread, because many home folders are on a network file system, which may hang.
                records = await in_thread(self._new)
                if records:
                    count_gate(said for one in records for said in one["gate"])
                    self._announce(all(one["ok"] for one in records), len(records))
            except Exception:  # noqa: BLE001 the watch must survive any single failure
                self._log.exception("Secure PyPI: the install history cannot be watched; trying again")

    def _new(self) -> list[dict[str, Any]]:
        """Return the records since the last call."""
        size = _size(self._path)
        if size == self._size:
            return []
        start = self._size if size > self._size else 0  # a shorter file was cleared
        added = b""
        if size:
            with self._path.open("rb") as file:
                file.seek(start)
                added = file.read(size - start)
        # A record that is still being written has no line end yet; the next call reads it.
        whole = added[: added.rfind(b"\n") + 1]
        self._size = start + len(whole)
        return [entry for line in whole.splitlines() if (entry := record_in(line)) is not None]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
