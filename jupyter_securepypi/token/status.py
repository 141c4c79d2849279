"""How things stand: the facts that panel, magic and command line show."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from .._version import __version__
from ..config import SecurePyPI
from ..core.errors import NotConfigured, SecurePyPIError
from ..core.grant import Grant
from ..core.providers.codeartifact.repository import Repository
from .broker import TokenBroker
from .store import Failure


@dataclass(frozen=True)
class Status:
    """The token's state and whose it is; holds no secret.

    Attributes:
        state: ``fresh``, ``stale``, ``expiring``, ``expired``, ``missing`` (configured, nothing minted yet),
            ``not_configured`` or ``misconfigured``.
        repository: the configured repository, or None.
        expires_at: epoch seconds, or None.
        minted_at: epoch seconds, or None.
        seconds_left: until expiry, 0 when expired, or None.
        index_url: without credentials, or None until AWS has told it.
        identity: ARN of the principal the token was minted for, or None.
        error: why there is no newer token, or None.
        error_since: epoch second of the first failure in a row, or None.
        next_try: epoch second of the next attempt, or None.
    """

    state: str
    repository: Repository | None = None
    expires_at: float | None = None
    minted_at: float | None = None
    seconds_left: float | None = None
    index_url: str | None = None
    identity: str | None = None
    error: SecurePyPIError | None = None
    error_since: float | None = None
    next_try: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the status as JSON values: the form of REST answers and of ``--json``."""
        repository = None
        if self.repository:
            repository = {
                "arn": self.repository.arn,
                "partition": self.repository.partition,
                "region": self.repository.region,
                "owner": self.repository.owner,
                "domain": self.repository.domain,
                "name": self.repository.name,
                "index_url": self.index_url,
            }
        error = None
        if self.error:
            error = {**self.error.to_dict(), "since": self.error_since, "next_try": self.next_try}
        return {
            "version": __version__,
            "state": self.state,
            "expires_at": self.expires_at,
            "minted_at": self.minted_at,
            "seconds_left": self.seconds_left,
            "repository": repository,
            "identity": self.identity,
            "error": error,
        }


def current_status(options: SecurePyPI, broker: TokenBroker | None = None) -> Status:
    """Return how things stand, from files alone: no call to AWS, a few milliseconds.

    Args:
        options: the options in force.
        broker: the one to ask; by default one for these options.
    """
    try:
        repository = options.require_repository()
        broker = broker or TokenBroker(options.mint_request(), timeout=options.mint_timeout)
    except NotConfigured as error:
        return Status("not_configured", error=error)
    except SecurePyPIError as error:
        return Status("misconfigured", error=error)
    return _from(repository, broker.peek(), broker.failure(), time.time())


def _from(repository: Repository, grant: Grant | None, failure: Failure | None, now: float) -> Status:
    failed = (failure.error, failure.since, failure.next_try) if failure else (None, None, None)
    if grant is None:
        return Status("missing", repository, None, None, None, None, None, *failed)
    token = grant.token
    return Status(
        token.state(now).value,
        repository,
        token.expires_at,
        token.minted_at,
        token.seconds_left(now),
        grant.index_url,
        token.identity or None,
        *failed,
    )
