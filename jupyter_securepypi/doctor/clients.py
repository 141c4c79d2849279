"""The checks of clients outside kernels (Poetry, Twine …), and of credentials that any client prefers to the token.

And of another server that writes their files, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from ..clients import registry, servers
from ..clients.publish import changes_for_clients, publish
from ..config import SecurePyPI
from ..core.check import Check
from ..core.errors import FileProblem
from ..core.file_change import FileChanges
from ..core.finding import Fix
from ..core.grant import Grant
from ..token.broker import TokenBroker
from ..token.status import Status

if TYPE_CHECKING:
    from ..clients.base import Client, Machine, Standing


def clients(standings: Iterable[Standing], grant: Grant | None, machine: Machine) -> list[Check]:
    """Return a check for each client that is installed or enabled, and is not checked kernel by kernel.

    Credentials of the user's that any client uses in place of the token have a check for each place.

    Args:
        standings: how each client stands.
        grant: names the index and has the token; None if there is none yet.
        machine: the machine whose clients are examined.
    """
    found = {one.name: one for one in standings}
    checks: list[Check] = []
    for client in registry.ALL:
        one = found[client.name]
        own = client.own_credentials(grant, machine) if one.installed else []
        checks += [Check(False, replace(finding, where=f"client {client.name}")) for finding in own]
        if not own and client.has_check and _matters(client, one):
            checks.append(_check(client, one, machine.options))
    return checks


def other_servers(status: Status) -> list[Check]:
    """Return a failed check where a server of another repository has the shared files; nothing otherwise."""
    other = servers.holder(status.repository.id) if status.repository else None
    if other is None:
        return []
    said = servers.met(other)
    return [Check.failed("servers", said.message, said.remedy)]


def _matters(client: Client, one: Standing) -> bool:
    # A client that is part of every Python only matters if it is enabled.
    return one.enabled or (one.installed and (bool(client.programs) or one.state != "off"))


def _check(client: Client, one: Standing, options: SecurePyPI) -> Check:
    name = f"client {one.name}"
    if one.state == "secure":
        return Check.passed(name, f"{one.index_url}, set by {one.source}")
    if one.state == "elsewhere":
        where = f"{one.index_url or 'not the index'}, set by {one.source}"
        return Check.failed(name, f"{where}: {one.message}", one.remedy)
    if one.state == "unset" and not client.served_by:  # otherwise only the user writes its configuration
        return Check.failed(name, one.message, one.remedy, pointing(one.name, options))
    words = {"not_installed": "not installed", "unknown": "the secure index is not known yet"}
    return Check.untried(name, words.get(one.state, one.message), one.remedy)


def pointing(name: str, options: SecurePyPI) -> Fix:
    """Return the fix that points all clients at the index; it fails if that changes nothing for the client `name`."""

    def apply() -> list[str]:
        grant = TokenBroker.of(options).current()
        done = publish(options, grant, ())
        if not done.changed:
            raise FileProblem(f"{name} was not pointed at the index.", why="; ".join(map(str, done.findings)))
        return [f"wrote {path}" for path in done.changed]

    def changes() -> FileChanges:
        return changes_for_clients(options, TokenBroker.of(options).peek())

    does = "point the clients of the option `clients` at the secure index; `restore` undoes it"
    return Fix(does, apply, ours=False, changes=changes)
