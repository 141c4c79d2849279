"""The doctor for the panel: one examination at a time, off the event loop, with a remembered result."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, TypeVar

from ..core.errors import ConfigurationError, FileProblem, NotFound, SecurePyPIError
from ..core.masking import masked
from .refresher import Refresher
from .threads import in_thread

if TYPE_CHECKING:
    from ..core.check import Check
    from ..core.environment import PythonEnvironment
    from ..core.file_change import FileChanges
    from ..core.finding import Fix
    from ..doctor.provider import ProviderExamination

DEADLINE = 45.0
"""Seconds that an answer may take: the provider may use 16, and proxies in front of Jupyter give up after sixty."""
T = TypeVar("T")


class UnknownFinding(NotFound):
    """The last examination has no finding with that key."""


class ConsentNeeded(ConfigurationError):
    """A fix touches files that are not ours, and there is no consent."""


class Unfinished(SecurePyPIError):
    """The work takes longer than an answer may take, and goes on."""


class Doctor:
    """Examines this server's machine on request.

    Args:
        refresher: the source of kernels and new tokens.
    """

    def __init__(self, refresher: Refresher) -> None:
        self._refresher = refresher
        self._running: asyncio.Task[None] | None = None
        self._fixing = asyncio.Lock()
        self._examination: ProviderExamination | None = None
        self._stopped = threading.Event()
        self._checks: tuple[Check, ...] = ()
        self._examined_at: float | None = None

    def outcome(self) -> dict[str, Any]:
        """Return the last examination as JSON values, and whether another one runs."""
        from ..core.check import finding_count

        return {
            "running": self._running is not None,
            "examined_at": self._examined_at,
            "findings": finding_count(self._checks),
            "checks": [_described(check) for check in self._checks],
        }

    async def examine(self) -> dict[str, Any]:
        """Start an examination, or join the running one, and return `outcome`.

        Raises:
            Unfinished: it takes longer than `DEADLINE`, and goes on.
        """
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._run(), name="securepypi-doctor")
        await _within(asyncio.shield(self._running), "The examination")
        return self.outcome()

    async def fix(self, key: str, *, consent: bool) -> tuple[list[str], dict[str, Any]]:
        """Apply the fix of one finding and examine again; return the sentences of the fix, and `outcome`.

        Args:
            key: the key of the finding, see `Check.key`.
            consent: True if the user agreed to a change of files that are not ours.

        Raises:
            UnknownFinding: the last examination has no finding with that key and a fix.
            ConsentNeeded: the fix needs consent, and there is none.
            SecurePyPIError: the fix failed; the error says why.
        """
        async with self._fixing:
            fix = self._fix_of(key)
            if not fix.ours and not consent:
                raise ConsentNeeded(
                    f"This needs consent: {masked(fix.does)}.", why="it touches files that are not ours"
                )
            done = await _within(self._apply(fix), "The fix")
            if self._running:  # its checks may be older than the fix
                await _within(asyncio.shield(self._running), "The examination")
            return [masked(text) for text in done], await self.examine()

    async def changes_of(self, key: str) -> FileChanges:
        """Return what the fix of one finding would change in files that are not ours, as far as it can be shown.

        Raises:
            UnknownFinding: the last examination has no finding with that key and a fix.
            SecurePyPIError: that cannot be found out; the error says why.
        """
        from ..core.file_change import FileChanges

        fix = self._fix_of(key)
        return await in_thread(fix.changes) if fix.changes else FileChanges()

    async def stop(self) -> None:
        """End the running examination; return when its thread and its child process are gone."""
        self._stopped.set()
        if self._examination:
            self._examination.cancel()
        if self._running:
            await asyncio.gather(self._running, return_exceptions=True)

    async def _run(self) -> None:
        try:
            self._checks = tuple(await in_thread(self._diagnose))
            self._examined_at = time.time()
        finally:
            self._running = self._examination = None

    def _diagnose(self) -> list[Check]:
        # Imported here, because the server's start does not need it.
        from ..core.check import Check
        from ..doctor.diagnosis import diagnose

        kernels = self._refresher.kernels
        problems: list[SecurePyPIError] = []

        def seen() -> tuple[PythonEnvironment, ...]:
            try:
                return kernels.seen_now()
            except SecurePyPIError as problem:  # the other checks are made in any case
                problems.append(problem)
                return kernels.environments

        checks = diagnose(seen, kernels.folder, on_start=self._note)
        return [*checks, *(Check.of(problem, "kernels") for problem in problems)]

    def _note(self, examination: ProviderExamination) -> None:
        self._examination = examination
        if self._stopped.is_set():
            examination.cancel()

    async def _apply(self, fix: Fix) -> list[str]:
        if fix.renews:
            from ..token.words import state_words

            await self._refresher.refresh()
            return [f"got a new token: {state_words(self._refresher.status())}"]
        try:
            return list(await in_thread(fix.apply))
        except OSError as error:
            raise FileProblem(f"Could not {masked(fix.does)}: {error.strerror or error}.") from None

    def _fix_of(self, key: str) -> Fix:
        for check in self._checks:
            if check.fix and check.key == key:
                return check.fix
        raise UnknownFinding(
            "The last examination found nothing like that to fix.", remedy="check the environment again"
        )


async def _within(work: Awaitable[T], what: str) -> T:
    try:
        return await asyncio.wait_for(work, DEADLINE)
    except asyncio.TimeoutError:
        message = f"{what} has not ended within {DEADLINE:g} seconds."
        raise Unfinished(message, why="a network or a disk is slow", remedy="look again in a while") from None


def _described(check: Check) -> dict[str, Any]:
    found = check.to_dict()
    return {**found, "fix": {"key": check.key, **found["fix"]} if found["fix"] else None}
