"""The loop that keeps the token fresh, and every kernel's configuration pointed at the secure index."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..config import SecurePyPI, config_fingerprint, load_options
from ..core.environment import PythonEnvironment
from ..core.errors import FileProblem, NotConfigured, SecurePyPIError
from ..core.file_change import FileChanges
from ..core.finding import Finding
from ..core.grant import Grant
from ..core.token import TokenState
from ..kernels.audits import Kernels
from ..token.broker import TokenBroker
from ..token.status import Status, current_status
from .metrics import KERNELS
from .outcomes import Outcomes
from .threads import in_thread

SHORTEST_PAUSE = 0.05
KERNELS_MAY_TAKE = 2.0
"""Seconds that callers of `refresh` wait for kernels, once credentials and the user's files are written."""
RETIRING_MAY_TAKE = 0.5
"""Seconds for telling other servers that this one ends; they find out by themselves, too."""
AFTER_FAULT = 5.0
"""Seconds to sleep where the files that say how long are not to be understood."""


class Refresher:
    """Refreshes the token before it expires, until stopped.

    Blocking work (files, locks, the child that mints) runs in a thread, so the event loop never waits.

    Args:
        specs: returns the kernel specs, like `KernelSpecManager.get_all_specs`.
        announce: is called on the event loop with an action, the expiry and a message: see events/token.yaml.
        on_kernels: is called on the event loop when the audit of a kernel may have changed.
        on_options: is called once options with a repository are in force.
        log: the logger for problems.
        folder: the folder of notebooks, or None.
    """

    def __init__(
        self,
        *,
        specs: Callable[[], Mapping[str, Any]],
        announce: Callable[[str, float | None, str], None],
        on_options: Callable[[SecurePyPI], None],
        log: logging.Logger,
        on_kernels: Callable[[], None] = lambda: None,
        folder: Path | None = None,
    ) -> None:
        self._outcomes = Outcomes(announce, log)
        self._on_kernels = on_kernels
        self._on_options = on_options
        self._log = log
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._pointing: asyncio.Task[None] | None = None
        self._forced: asyncio.Future[None] | None = None
        self._busy = self._stopped = False
        self.options: SecurePyPI | None = None
        self.problem: SecurePyPIError | None = None
        self.broker: TokenBroker | None = None
        self.kernels = Kernels(specs, folder)
        self._config = ""
        # The grant that package managers have: a newer one in the store counts once they have it.
        self._given: Grant | None = None
        self._published: str = ""
        self._findings: tuple[Finding, ...] = ()
        # What kernels are to be given: the options and the grant of the last turn that had one.
        self._ready: tuple[SecurePyPI, Grant] | None = None
        self._index_url = ""
        self._kernels_differ = False
        # What there is to say about a server of another repository that has the shared files.
        self._met: SecurePyPIError | None = None

    def start(self) -> None:
        """Start the loop; return at once."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="securepypi-refresher")

    async def stop(self) -> None:
        """End the loop, a child that is minting, and a look at the kernels; return when their threads are done.

        That is soon, unless a disk hangs: whoever cannot wait for ever gives this a deadline.
        """
        self.cancel()
        tasks = [task for task in (self._task, self._pointing) if task]
        await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(SecurePyPIError, asyncio.TimeoutError):
            from ..clients import servers

            await asyncio.wait_for(in_thread(servers.retire), RETIRING_MAY_TAKE)

    def cancel(self) -> None:
        """End what the loop waits for; callers of `refresh` get an error. Returns at once."""
        self._stopped = True
        self._wake.set()
        self.kernels.stop()
        if self.broker:
            self.broker.cancel()
        self._settle(self._forced, _stopping())

    async def refresh(self) -> None:
        """Mint now, at any age of the token; calls at the same time share one attempt.

        Raises:
            SecurePyPIError: the attempt failed; the error says why.
        """
        if self._stopped or (self._task and self._task.done()):
            raise _stopping()
        if self._forced is None:
            self._forced = asyncio.get_running_loop().create_future()
            self._wake.set()
        await asyncio.shield(self._forced)

    @property
    def refreshing(self) -> bool:
        """Whether a request to the provider is running or due."""
        return self._forced is not None or (self._busy and self._state() is not TokenState.FRESH)

    def status(self) -> Status:
        """Return the status without waiting."""
        if self.problem:
            kind = "not_configured" if isinstance(self.problem, NotConfigured) else "misconfigured"
            policy = self.options.in_force() if kind == "not_configured" and self.options else None
            return Status(kind, error=self.problem, policy=policy)
        held = self.broker.peek() if self.broker else None
        if held and not self._is_given(held):
            if self._given is None or self._given.token.state(time.time()) is TokenState.EXPIRED:
                return replace(
                    current_status(self.options or SecurePyPI(), self.broker, held),
                    state="missing",
                    expires_at=None,
                    minted_at=None,
                    seconds_left=None,
                )
            held = self._given
        status = current_status(self.options or SecurePyPI(), self.broker, held)
        return replace(status, error=status.error or self._outcomes.trouble or self._met)

    def audit(self) -> list[dict[str, Any]]:
        """Return the audit of each kernel; blocks on the disk, so call it in a thread."""
        return self.kernels.audit_all(self.broker.peek() if self.broker else None, self.options or SecurePyPI())

    def standings(self) -> list[dict[str, Any]]:
        """Return the standing of each of the user's clients; blocks on the disk, so call it in a thread."""
        # Imported here, because the server's start does not need it.
        from ..clients.standing import current_standings

        options, kernels = self.options or SecurePyPI(), self.kernels
        found = current_standings(options, self.broker, kernels.folder, kernels.environments)
        return [one.to_dict() for one in found]

    def fix(self, name: str) -> tuple[dict[str, Any], list[str]]:
        """Fix one kernel; return its audit and the written files. Blocks, so call it in a thread.

        Raises:
            SecurePyPIError: the kernel cannot be fixed, see `Kernels.fix`.
        """
        return self.kernels.fix(name, *self._held())

    def changes_of_fix(self, name: str) -> FileChanges:
        """Return what `fix` would change in pip's and uv's files. Blocks, so call it in a thread.

        Raises:
            SecurePyPIError: the kernel cannot be fixed, see `Kernels.changes_of_fix`.
        """
        return self.kernels.changes_of_fix(name, *self._held())

    def look_now(self) -> None:
        """Have the loop read the options and look at everything at once; return without waiting for it."""
        self.read_options()
        self._wake.set()

    def _held(self) -> tuple[SecurePyPI, Grant | None]:
        """Return the options in force, and the grant that there is."""
        if self.problem or self.options is None or self.broker is None:
            raise self.problem or NotConfigured("No options have been read yet.")
        return self.options, self.broker.peek()

    def kernels_changed(self) -> None:
        """Announce that the audit of a kernel may have changed."""
        self._on_kernels()

    async def _run(self) -> None:
        while not self._stopped:
            pause = AFTER_FAULT
            try:
                await self._turn()
                pause = self._pause()
            except Exception:  # noqa: BLE001 the loop must survive any single failure
                self._log.exception("Secure PyPI: unexpected failure; trying again")
            try:
                await asyncio.wait_for(self._wake.wait(), pause)
            except asyncio.TimeoutError:
                continue

    async def _turn(self) -> None:
        """Do the work once, and tell the outcome to everybody who waits for it."""
        self._wake.clear()
        forced = self._forced
        outcome: SecurePyPIError | None = None
        self._busy = True
        try:
            await in_thread(partial(self.give, time.time() if forced else None))
        except SecurePyPIError as error:
            outcome = error
        except Exception as error:  # noqa: BLE001 callers of `refresh` must get an answer
            if not self._stopped:
                self._log.exception("Secure PyPI: unexpected failure; trying again")
            outcome = SecurePyPIError(f"Unexpected failure: {type(error).__name__}.")
        finally:
            self._busy = False
        # Kernels that must be run may take minutes: neither callers nor the next token wait for them.
        if self._pointing is None or self._pointing.done():
            self._pointing = asyncio.get_running_loop().create_task(self._point(self._ready))
        await asyncio.wait([self._pointing], timeout=KERNELS_MAY_TAKE if outcome is None else 0)
        self._told(forced, outcome)

    async def _point(self, ready: tuple[SecurePyPI, Grant] | None) -> None:
        """Look at the kernels once, and point them at the index if there is a token."""
        try:
            await in_thread(partial(self.point, ready))
            if self._kernels_differ:
                self._kernels_differ = False
                self._on_kernels()
        except Exception:  # noqa: BLE001 the next turn tries again
            if not self._stopped:
                self._log.exception("Secure PyPI: the kernels cannot be looked at; trying again")
        if ready is not self._ready:  # there is a newer token, which they have not been given
            self._wake.set()

    def _told(self, forced: asyncio.Future[None] | None, outcome: SecurePyPIError | None) -> None:
        """Tell the outcome to callers of `refresh`, and to listeners."""
        if forced is self._forced:
            self._forced = None
        self._settle(forced, outcome)
        try:
            self._tell(outcome)
        except Exception:  # noqa: BLE001 a listener of events must not end it
            self._log.exception("Secure PyPI: the outcome of a refresh cannot be told")

    @staticmethod
    def _settle(forced: asyncio.Future[None] | None, outcome: SecurePyPIError | None) -> None:
        if forced is None or forced.done():
            return
        if outcome:
            forced.set_exception(outcome)
            forced.exception()  # mark it as read: the caller may have stopped waiting
        else:
            forced.set_result(None)

    def work(self, newer_than: float | None) -> None:
        """Do `give`, then `point`. Blocks.

        Raises:
            SecurePyPIError: there is no token; the error says why.
        """
        try:
            self.give(newer_than)
        finally:
            self.point(self._ready)

    def give(self, newer_than: float | None) -> None:
        """Get a good token, and write credentials and the user's own files. Blocks.

        Args:
            newer_than: epoch second; the token must be minted after it. None accepts any good token.

        Raises:
            SecurePyPIError: there is no token; the error says why.
        """
        before, self._ready = self._ready, None
        options, grant = self._grant(newer_than)
        # Imported here and below, in the thread: Jupyter's start does not wait for code that only a token needs.
        from ..clients import servers
        from ..clients.publish import publish

        repository = options.require_repository().id
        with suppress(FileProblem):  # of the same folder `publish` tells what cannot be written
            servers.announce(repository, str(urlsplit(grant.endpoint_url).hostname))
        other = servers.holder(repository)
        self._met = servers.met(other) if other else None
        done = publish(options, grant, ())
        self._given = grant
        self._ready = before if before == (options, grant) else (options, grant)
        self._findings = done.findings
        self._kernels_differ |= bool(done.changed) or grant.index_url != self._index_url
        self._index_url = grant.index_url

    def point(self, ready: tuple[SecurePyPI, Grant] | None) -> None:
        """List the kernels, and point each at the index as it is found: some must be run for that. Blocks.

        What killed processes left is removed.

        Args:
            ready: options and grant; without them the kernels are only listed, for the panel.
        """
        from ..clients.publish import publish_to_kernels
        from ..core.secret_folder import remove_abandoned

        remove_abandoned()
        findings: list[Finding] = []

        def found(kernels: Sequence[PythonEnvironment]) -> None:
            if ready and ready[0].manage_kernels and kernels:
                pointed = publish_to_kernels(*ready, kernels)
                self._kernels_differ |= bool(pointed.changed)
                findings.extend(pointed.findings)

        try:
            self._kernels_differ |= self.kernels.look(found)
        except SecurePyPIError as error:
            findings.append(Finding.of(error))
        if ready and not self._stopped:
            self._note(tuple(dict.fromkeys((*self._findings, *findings))))

    def _grant(self, newer_than: float | None) -> tuple[SecurePyPI, Grant]:
        """Return the options in force and a good grant; an expired token is withdrawn."""
        self.read_options()
        if self.problem or self.options is None or self.broker is None:
            raise self.problem or NotConfigured("No options have been read yet.")
        try:
            return self.options, self.broker.current(newer_than=newer_than)
        except SecurePyPIError:
            held = self.broker.peek()
            if held is None or held.token.state(time.time()) is TokenState.EXPIRED:
                from ..clients.publish import withdraw

                managed = self.kernels.environments if self.options.manage_kernels else ()
                self._note(withdraw(self.options, held, managed).findings)
            raise

    def _is_given(self, held: Grant) -> bool:
        """Return whether package managers have this grant; the user's own credentials they have anyway."""
        return held.own or (self._given is not None and held.token.secret == self._given.token.secret)

    def read_options(self) -> None:
        """Read the options if they may have changed; an error in them becomes `problem`."""
        config = config_fingerprint()
        if config == self._config and self.broker:
            return
        self._config = config
        try:
            self.options = load_options()
            broker = TokenBroker.of(self.options)
            self.problem = None
        except SecurePyPIError as error:
            self.problem, self.broker = error, None
            return
        # What was there before this server has been given to package managers by another process, or an earlier one.
        if self._given is None or self.broker is None or broker.request != self.broker.request:
            self._given = broker.peek()
        self.broker = broker
        self._on_options(self.options)

    def _note(self, findings: tuple[Finding, ...]) -> None:
        """Log the findings, but only if they differ from the last ones."""
        text = "\n".join(map(str, findings))
        if text and text != self._published:
            self._log.warning("Secure PyPI: %s", text)
        self._published = text

    def _tell(self, outcome: Exception | None) -> None:
        if self._kernels_differ:
            self._kernels_differ = False
            self._on_kernels()
        for state in ("python", "not_python", "remote", "unresolved"):
            KERNELS.labels(state).set(sum(kernel.kind == state for kernel in self.kernels.environments))
        self._outcomes.tell(outcome, self.broker)

    def _state(self) -> TokenState | None:
        grant = self.broker.peek() if self.broker else None
        return grant.token.state(time.time()) if grant else None

    def _pause(self) -> float:
        """Return the seconds to sleep. They are few, because the wall clock jumps when a machine wakes from suspend."""
        now = time.time()
        pause = self.options.poll_interval if self.options else 30.0
        grant = self.broker.peek() if self.broker else None
        failure = self.broker.failure() if self.broker else None
        if failure:
            pause = min(pause, max(failure.next_try - now, SHORTEST_PAUSE))
        if grant:
            marks = [grant.token.expires_at] if failure else [grant.token.advisory_at, grant.token.expires_at]
            pause = min([pause, *(mark - now for mark in marks if mark > now)])
        return max(pause, SHORTEST_PAUSE)


def _stopping() -> SecurePyPIError:
    return SecurePyPIError("The server is stopping.", remedy="start it again")
