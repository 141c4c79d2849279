"""Look at all servers of a hub at once: the status of each, and what needs attention."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tornado.httpclient import HTTPClientError

from ...core import schema
from ...core.errors import AccessDenied, CredentialsError, SecurePyPIError, Unreachable
from ...token.status import Status
from ...token.words import STATES, state_words
from .api import AT_ONCE, HubApi, Server

# So that this look does not count as activity with the server itself (jupyter_server, `APIHandler`).
_STATUS = "securepypi/status?no_track_activity=1"
_LONGEST = 200  # characters
_REASON = 1000  # characters of a cause or remedy, which names an ARN or two and stands in no table
_OPTIONS = 50


@dataclass(frozen=True)
class Seen:
    """How one user's server stands. What it says is hers to forge: it may change what she reports, and nothing else.

    Attributes:
        server: the server.
        state: one of `token.words.STATES`; empty where there is no answer of ours.
        words: the state in words, with the time left.
        expires_at: epoch seconds; None if there is no token, or it does not expire.
        repository: the short name of the repository, or empty.
        identity: the principal that the token was minted for, or empty.
        policy: what the gate holds packages to, in a sentence, or empty.
        locked: the options that an administrator has locked there.
        version: the version of jupyter_securepypi there, or empty.
        problem: what needs attention, or None.
    """

    server: Server
    state: str = ""
    words: str = "no answer"
    expires_at: float | None = None
    repository: str = ""
    identity: str = ""
    policy: str = ""
    locked: tuple[str, ...] = ()
    version: str = ""
    problem: SecurePyPIError | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "user": self.server.user,
            "server": self.server.name,
            "state": self.state,
            "expires_at": self.expires_at,
            "repository": self.repository,
            "identity": self.identity,
            "policy": self.policy,
            "locked": list(self.locked),
            "version": self.version,
            "problem": self.problem.to_dict() if self.problem else None,
        }


def overview(url: str, token: str) -> list[Seen]:
    """Return how every server of the hub stands, those that need attention first.

    Args:
        url: the address of the hub's API.
        token: see `HubApi`.

    Raises:
        SecurePyPIError: the hub cannot be asked.
    """
    return asyncio.run(_overview(url, token))


async def _overview(url: str, token: str) -> list[Seen]:
    hub, turn = HubApi(url, token), asyncio.Semaphore(AT_ONCE)
    failed: list[SecurePyPIError] = []

    async def look(server: Server) -> Seen:
        async with turn:  # a request that waits for a connection would use up its time
            if failed:
                return Seen(server)
            try:
                return await _look(hub, server)
            except SecurePyPIError as error:  # not raised yet: who holds a token gives it back first
                failed.append(error)
                return Seen(server)

    try:
        seen = await asyncio.gather(*map(look, await hub.servers()))
    finally:
        hub.close()
    if failed:
        raise failed[0]
    return sorted(seen, key=lambda one: one.problem is None)


async def _look(hub: HubApi, server: Server) -> Seen:
    """Return how a server stands.

    Raises:
        SecurePyPIError: the hub refuses everybody's tokens, or does not answer.
    """
    try:
        async with hub.token_for(server) as token:
            answer = await hub.fetch("GET", server.address + _STATUS, token)
    except (CredentialsError, AccessDenied, Unreachable):
        raise
    except SecurePyPIError as error:  # this user's token: she was removed just now, or the hub fails at it
        return Seen(server, problem=error)
    except (OSError, HTTPClientError) as error:
        return Seen(server, problem=_silent(error))
    if answer.code == 404:
        return Seen(server, problem=_not_loaded())
    try:
        said = json.loads(answer.body)
        if answer.code != 200 or not isinstance(said, dict):
            raise ValueError
        return _seen(server, said)
    except (ValueError, TypeError, RecursionError, OverflowError, OSError):
        return Seen(server, problem=_no_status(answer.code))


def _seen(server: Server, said: Mapping[str, Any]) -> Seen:
    """Return what a server says of itself.

    Raises:
        ValueError, TypeError, OverflowError, OSError: it is no status of ours.
    """
    state = schema.text(said, "state")
    if state not in STATES:
        raise ValueError
    repository, policy, error = (_object(said, name) for name in ("repository", "policy", "error"))
    expires_at = _time(said, "expires_at")
    status = Status(state, expires_at=expires_at, seconds_left=_time(said, "seconds_left"))
    return Seen(
        server,
        state,
        state_words(status),
        expires_at,
        shortened(schema.text(repository, "label", "")),
        shortened(schema.text(said, "identity", "")) if said.get("identity") else "",
        shortened(schema.text(policy, "text", "")),
        tuple(shortened(schema.text(one, "option")) for one in _objects(policy, "locked")[:_OPTIONS]),
        shortened(schema.text(said, "version", "")),
        _problem(state, error),
    )


def shortened(text: str, most: int = _LONGEST) -> str:
    """Return `text`, which a server says, with at most so many characters: a table pads all rows to the longest."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _object(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = said.get(name) or {}
    if not isinstance(value, dict):
        raise ValueError
    return value


def _time(said: Mapping[str, Any], name: str) -> float | None:
    return None if said.get(name) is None else schema.number(said, name)


def _objects(said: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = said.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ValueError
    return value


def _problem(state: str, error: Mapping[str, Any]) -> SecurePyPIError | None:
    """Return what needs attention: what the server says, or a token that has ended without a word about it."""
    if error:
        return SecurePyPIError.from_dict(
            {
                name: shortened(str(value), _LONGEST if name == "message" else _REASON)
                for name, value in error.items()
            }
        )
    if state == "expired":
        return SecurePyPIError(
            "The token has expired.", remedy="see the server's log; the user's panel says more"
        )
    return None


def _silent(error: Exception) -> SecurePyPIError:
    return Unreachable(
        "The server does not answer.",
        why=f"{error}",
        remedy="look from where the hub reaches its servers: the hub's machine or pod",
    )


def _not_loaded() -> SecurePyPIError:
    return SecurePyPIError(
        "jupyter_securepypi is not loaded there.",
        why="it is not installed in the server's environment, or disabled",
        remedy="install it there; `jupyter server extension list` says whether it is enabled",
    )


def _no_status(code: int) -> SecurePyPIError:
    return SecurePyPIError(
        f"The server answers {code} and no status of jupyter_securepypi.",
        why="it runs another version, or something else answers at its address",
        remedy="restart the server after an upgrade",
    )
