"""One fresh token for all processes: minted once per machine and principal, never handed out expired."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import FileProblem, SecurePyPIError, Unreachable
from ..core.grant import Grant, MintRequest
from ..core.minting import ChildMinter
from ..core.providers.registry import provider_of
from ..core.token import TokenState
from .locking import file_lock
from .store import Failure, TokenStore

if TYPE_CHECKING:
    from ..config import SecurePyPI

LONGEST_PATIENCE = 30.0
"""Seconds for which a throttled call is repeated before the failure is told and remembered."""
CALLS = 5
"""No provider makes more calls for a token, so that all of them together are patient within the deadline."""
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 300.0
_SERVING = (TokenState.FRESH, TokenState.STALE)
_ALIVE = (*_SERVING, TokenState.EXPIRING)


class TokenBroker:
    """Hands out the current grant, and mints a new one if it is not good enough.

    Args:
        request: the request to the provider.
        timeout: seconds that the provider may take.
        folder: the folder of tokens; by default in Jupyter's runtime directory.
        mint: turns the request into a grant; by default in a child process.
        clock: returns the wall clock in epoch seconds (a monotonic clock would miss a suspend of the machine).
        jitter: returns a number from 0 to 1.
    """

    def __init__(
        self,
        request: MintRequest,
        *,
        timeout: float = 60.0,
        folder: Path | None = None,
        mint: Callable[[MintRequest], Grant] | None = None,
        clock: Callable[[], float] = time.time,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.request = request
        self.provider = provider_of(request.repository)
        self.timeout = timeout
        self.store = TokenStore(request, folder)
        self._child = ChildMinter(timeout)
        self._mint = mint or self._child
        self._clock = clock
        self._jitter = jitter

    @classmethod
    def of(cls, options: SecurePyPI) -> TokenBroker:
        """Return the broker for the options in force.

        Raises:
            NotConfigured: no repository is set.
            ConfigurationError: an option is not valid.
        """
        # Within one child: a throttled call alone is repeated, not those before it, which have their answers.
        patience = min(LONGEST_PATIENCE, options.mint_timeout / CALLS)
        return cls(replace(options.mint_request(), patience=patience), timeout=options.mint_timeout)

    def peek(self) -> Grant | None:
        """Return the grant at hand in any state, without a request to the provider; None if there is none."""
        return self.provider.held(self.request) or self.store.load()

    @property
    def at_hand(self) -> Grant | None:
        """The grant that `current` would return without asking anybody; None if it would ask."""
        return self._fresh(None)

    @property
    def login_has_changed(self) -> bool:
        """Whether the user's login files are other ones than when the stored token was minted."""
        known = self.store.logins()
        return known is not None and known != self.provider.logins(sessions=False)

    def failure(self) -> Failure | None:
        """Return the remembered failure, or None if the last attempt succeeded."""
        return self.store.load_failure()

    def current(self, *, newer_than: float | None = None) -> Grant:
        """Return a grant whose token is good for use now.

        A fresh token costs one read of a file. In the advisory window one process tries to replace it; the others keep
        the old token, and so does that process if it fails. In the mandatory window all wait for the new token. A token
        that was minted for another login is treated like one in the advisory window.

        Args:
            newer_than: epoch second; the token must be minted after it, and a remembered failure does not count. This
                serves to refresh now, and to replace a token that the index no longer accepts.

        Raises:
            SecurePyPIError: there is no token; the error is from this attempt or from a recent one.
        """
        held = self._fresh(newer_than)
        if held:
            return held
        if self._usable(newer_than, _SERVING):
            try:
                with self._locked(0) as ours:
                    if ours:
                        return self._under_lock(newer_than)
            except SecurePyPIError:
                held = self._usable(newer_than, _ALIVE)
                if held:
                    return held
                raise
            # Another process is replacing a token that was good a moment ago. Waiting is only necessary if it has
            # expired since, for example because the machine was suspended.
            held = self._usable(newer_than, _SERVING)
            if held:
                return held
        patience = self.timeout * 2
        with self._locked(patience) as ours:
            if ours:
                return self._under_lock(newer_than)
        raise Unreachable(
            f"Another process is still asking {self.provider.authority} for a token.",
            why=f"it has held {self.store.lock_file.name} for {patience:g} seconds",
            remedy="try again; `jupyter securepypi status` shows what the last attempt ended in",
        )

    def cancel(self) -> None:
        """End a running attempt; further attempts fail."""
        self._child.cancel()

    @contextmanager
    def _locked(self, patience: float) -> Iterator[bool]:
        """Take the lock within `patience` seconds if possible; yield whether it is held."""
        self.store.prepare()
        with file_lock(
            self.store.lock_file,
            patience,
            purpose=f"is asking {self.provider.authority} for a token",
            remedy="free some space, or set JUPYTER_RUNTIME_DIR to a folder on a local disk that is yours",
        ) as ours:
            yield ours

    def _under_lock(self, newer_than: float | None) -> Grant:
        held = self._fresh(newer_than)
        if held:
            return held
        failure = self.store.load_failure()
        if failure and newer_than is None and self._still_counts(failure):
            raise failure.error
        grant = self._minted(failure)
        if self._expired(grant) and grant.token.lifetime:
            # It was good when it was minted, so the machine was suspended since.
            grant = self._minted(failure)
        if not self._expired(grant):
            return grant
        if grant.token.lifetime:
            raise SecurePyPIError(
                "The token expired before it could be used.",
                why=f"it lasts {grant.token.lifetime:g} seconds, and this machine took longer",
                remedy="try again",
            )
        raise SecurePyPIError(
            f"{self.provider.authority} gave a token that this machine's clock takes for expired.",
            why="the clock is ahead of theirs by more than the token's lifetime",
            remedy="set the clock (`timedatectl set-ntp true`)",
        )

    def _minted(self, failure: Failure | None) -> Grant:
        """Ask the provider, and store the answer: the grant, or the next failure after `failure`."""
        logins = self.provider.logins(sessions=False)  # before: a change meanwhile deserves another token
        try:
            grant = self._mint(self.request)
        except SecurePyPIError as error:
            if not self._child.cancelled:  # a cancelled attempt says nothing about the provider
                self._remember(error, failure)
            raise
        self.store.save(grant, logins)
        return grant

    def _expired(self, grant: Grant) -> bool:
        return grant.token.state(self._clock()) is TokenState.EXPIRED

    def _fresh(self, newer_than: float | None) -> Grant | None:
        """Return a grant that nobody needs to replace: fresh, and minted for the login of now."""
        grant = self._usable(newer_than, (TokenState.FRESH,))
        return None if grant is None or self.login_has_changed else grant

    def _usable(self, newer_than: float | None, states: tuple[TokenState, ...]) -> Grant | None:
        grant = self.peek() if newer_than is None else self.store.load()
        if grant is None or (newer_than is not None and grant.token.minted_at <= newer_than):
            return None
        return grant if grant.token.state(self._clock()) in states else None

    def _still_counts(self, failure: Failure) -> bool:
        now = self._clock()
        # A pause longer than the longest means that the clock was set back since.
        return now < failure.next_try <= now + LONGEST_PAUSE and failure.logins == self.provider.logins()

    def _remember(self, error: SecurePyPIError, before: Failure | None) -> None:
        attempts = before.attempts + 1 if before else 1
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempts - 1, 16)) * (0.5 + self._jitter() / 2)
        now = self._clock()
        since = before.since if before else now
        try:
            self.store.save_failure(Failure(error, since, now + pause, attempts, self.provider.logins()))
        except FileProblem:
            return  # the provider's error matters more than a full disk
