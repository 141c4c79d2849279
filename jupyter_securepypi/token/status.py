"""The status of the token and the policy in force: the facts that panel, magic and command line show."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .._version import __version__
from ..core.errors import CredentialsError, NotConfigured, SecurePyPIError
from ..core.grant import Grant
from ..core.providers.base import Repository
from ..core.providers.registry import provider_of
from ..core.token import TokenState
from .broker import TokenBroker
from .store import Failure

if TYPE_CHECKING:
    from ..config import SecurePyPI
    from ..config.in_force import PolicyInForce


_OTHER_LOGIN = CredentialsError(
    "The login has changed since this token was minted.",
    why="the credentials or the configuration file is another one than then",
    remedy="`jupyter securepypi refresh` gets a token for the login of now; so does the next install",
)


@dataclass(frozen=True)
class Status:
    """The token's state and its principal; it holds no secret.

    Attributes:
        state: ``fresh``, ``stale``, ``expiring``, ``expired``, ``missing`` (configured, nothing minted yet),
            ``not_configured`` or ``misconfigured``.
        repository: the configured repository, or None.
        expires_at: epoch seconds; None if there is no token, or it does not expire.
        minted_at: epoch seconds; None in the same cases.
        seconds_left: seconds until expiry, 0 after it; None in the same cases.
        index_url: the index without credentials, or None until it is known.
        identity: the principal the token was minted for, as its provider names it, or None.
        error: why there is no newer token, or None.
        error_since: epoch second of the first of the latest failures in a row, or None.
        next_try: epoch second of the next attempt, or None.
        policy: what the gate holds packages to, and what is locked; None where the options cannot be read.
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
    policy: PolicyInForce | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the status as JSON values: the form of REST answers and of ``--json``."""
        repository = None
        if self.repository:
            provider = provider_of(self.repository)
            repository = {
                "id": self.repository.id,
                "label": str(self.repository),
                "provider": provider.name,
                "provider_label": provider.label,
                "index_url": self.index_url,
                "facts": [{"label": label, "value": value} for label, value in self.repository.facts],
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
            "policy": self.policy.to_dict() if self.policy else None,
        }


def current_status(options: SecurePyPI, broker: TokenBroker | None = None, held: Grant | None = None) -> Status:
    """Return the status from files alone, in a few milliseconds, without a request to the provider.

    Args:
        options: the options in force.
        broker: the broker for the token; by default a broker for these options.
        held: the grant to speak of; by default the newest.
    """
    policy = options.in_force()
    try:
        repository = options.require_repository()
        broker = broker or TokenBroker.of(options)
    except NotConfigured as error:
        return Status("not_configured", error=error, policy=policy)
    except SecurePyPIError as error:
        return Status("misconfigured", error=error, policy=policy)
    status = _from(repository, held or broker.peek(), broker.failure(), time.time())
    status = replace(status, policy=policy)
    if status.state == TokenState.FRESH.value and broker.login_has_changed:
        status = replace(status, state=TokenState.STALE.value, error=status.error or _OTHER_LOGIN)
    return replace(status, error=broker.store.problem()) if status.error is None else status


def _from(repository: Repository, grant: Grant | None, failure: Failure | None, now: float) -> Status:
    failed = (failure.error, failure.since, failure.next_try) if failure else (None, None, None)
    if grant is None:
        return Status("missing", repository, None, None, None, None, None, *failed)
    token = grant.token
    shown = token if token.expires else None  # the age of the user's own credentials is unknown
    return Status(
        token.state(now).value,
        repository,
        shown.expires_at if shown else None,
        shown.minted_at if shown else None,
        shown.seconds_left(now) if shown else None,
        grant.index_url,
        token.identity or None,
        *failed,
    )
