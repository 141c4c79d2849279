"""The check that finds a server of another repository, which has the files that both would write."""

from __future__ import annotations

from ..clients import servers
from ..core.check import Check
from ..token.status import Status


def other_servers(status: Status) -> list[Check]:
    """Return a failed check where a server of another repository has the shared files; nothing otherwise."""
    other = servers.holder(status.repository.id) if status.repository else None
    if other is None:
        return []
    said = servers.met(other)
    return [Check.failed("servers", said.message, said.remedy)]
