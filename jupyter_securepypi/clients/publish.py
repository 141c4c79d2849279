"""Give a grant to the clients: first the token, then the settings that lead each client to the index."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from math import inf
from typing import TYPE_CHECKING

from ..core.environment import PythonEnvironment
from ..core.errors import ConfigurationError
from ..core.file_change import FileChanges
from ..core.finding import Finding
from ..core.grant import Grant
from ..core.token import Token, TokenState
from ..token.broker import TokenBroker
from ..token.status import Status, current_status
from . import netrc, originals, registry, servers, undo
from .base import Client, Machine
from .change import Changes, attempt
from .pip import ADD_PIP, KernelPip
from .rehearsal import rehearse
from .uv import Uv

if TYPE_CHECKING:
    from ..config import SecurePyPI


_NO_GRANT = Grant(Token("", inf, 0.0, ""), "https://index.invalid/", "")


def publish(options: SecurePyPI, grant: Grant, kernels: Iterable[PythonEnvironment]) -> Changes:
    """Point clients at the secure index and give them the token; a file that is right is not written.

    Clients that the options no longer name get their originals back. A file that cannot be written raises nothing: it
    becomes a finding, and the other files are written. Where a server of another repository has the files that both
    share, only the token is given, and a finding says so.
    """
    machine = Machine(options, os.environ, tuple(kernels))
    other = servers.holder(options.require_repository().id)
    changes = Changes() if other else attempt(partial(undo.restore_disabled, registry.enabled(options)))
    # The token first: the index refuses requests without a token.
    for client in sorted(registry.ALL, key=lambda client: not client.keeps_token):
        if client.keeps_token or not other:
            changes += attempt(_action(client, grant, machine))
    return changes + Changes(findings=(Finding.of(servers.met(other)),)) if other else changes


def publish_to_kernels(options: SecurePyPI, grant: Grant, kernels: Iterable[PythonEnvironment]) -> Changes:
    """Do the part of `publish` that is about kernels, for some kernels; it raises nothing either."""
    if servers.holder(options.require_repository().id):
        return Changes()  # `publish` says it
    return attempt(_action(KernelPip(), grant, Machine(options, os.environ, tuple(kernels))))


def publish_to(options: SecurePyPI, grant: Grant, kernel: PythonEnvironment) -> Changes:
    """Point the pip and the uv of one kernel at the secure index at the user's request, and give them the token.

    uv is left alone where the options do not name it.

    Returns:
        The changes for the kernel, with findings about obstacles, including those for the token.

    Raises:
        ConfigurationError: the options say that pip is not ours to configure.
        FileProblem: a server of another repository has the files.
    """
    pip = KernelPip()
    if pip.name not in options.clients:
        raise ConfigurationError(
            f"The pip of the kernel {kernel.name} is not ours to configure.",
            why="the option `clients` does not name pip",
            remedy=f"{ADD_PIP}, or configure that pip yourself",
        )
    other = servers.holder(options.require_repository().id)
    if other:
        raise servers.met(other)
    machine = Machine(options, os.environ, (kernel,))
    given = Changes()
    for client in registry.ALL:
        if client.keeps_token:
            given += attempt(_action(client, grant, machine))
    pointed = _point_kernel(options, grant, kernel)
    return replace(pointed, findings=given.findings + pointed.findings)


def changes_for_kernel(options: SecurePyPI, grant: Grant | None, kernel: PythonEnvironment) -> FileChanges:
    """Return what `publish_to` would change in the files of pip and uv; nothing is written.

    Without a grant only the files are told.

    Raises:
        FileProblem: a server of another repository has the files.
    """
    return _rehearsed(options, grant, lambda given: _point_kernel(options, given, kernel))


def changes_for_clients(options: SecurePyPI, grant: Grant | None) -> FileChanges:
    """Return what `publish` would change in files other than those that keep the token; nothing is written.

    Without a grant only the files are told.

    Raises:
        FileProblem: a server of another repository has the files.
    """
    machine = Machine(options, os.environ, ())

    def point_all(given: Grant) -> Changes:
        return Changes.of(
            [
                attempt(partial(client.point, given, machine))
                for client in registry.ALL
                if not client.keeps_token and client.is_enabled(options) and client.is_needed(machine)
            ]
        )

    return _rehearsed(options, grant, point_all)


def _rehearsed(options: SecurePyPI, grant: Grant | None, work: Callable[[Grant], Changes]) -> FileChanges:
    other = servers.holder(options.require_repository().id)
    if other:
        raise servers.met(other)
    if grant:
        return rehearse(partial(work, grant))
    # The files are the same for any index.
    paths = [str(change.path) for change in rehearse(partial(work, _NO_GRANT)).changes]
    written = f"this is written then: {', '.join(paths)}" if paths else "no file is written then"
    return FileChanges(
        notes=(f"No difference can be shown before there is a token. One is minted; {written}.",)
    )


def _point_kernel(options: SecurePyPI, grant: Grant, kernel: PythonEnvironment) -> Changes:
    pointed = attempt(partial(KernelPip().point, grant, Machine(options, os.environ, (kernel,))))
    if Uv().is_enabled(options):
        # uv has no file for one kernel; the user's serves all of them.
        pointed += attempt(partial(Uv().point, grant, Machine(options, kernel.environ, (kernel,))))
    return pointed


def withdraw(
    options: SecurePyPI, grant: Grant | None = None, kernels: Iterable[PythonEnvironment] = ()
) -> Changes:
    """Take an expired token away from clients: a stale token is worse than none.

    Nothing is done if another process has replaced the token meanwhile.

    Args:
        options: the options in force.
        grant: the expired grant, or None if it is not known.
        kernels: the kernels; their pip configuration may hold the token, as `credential_store` says.
    """
    machine = Machine(options, os.environ, tuple(kernels))

    def withdraw_all() -> Changes:
        changes = Changes()
        with originals.locked():
            held = machine.store.load()
            if not held or held.token.state(time.time()) is TokenState.EXPIRED:
                for client in registry.ALL:
                    changes += attempt(partial(client.withdraw, grant, machine))
        return changes

    return attempt(withdraw_all)


def refresh(options: SecurePyPI, *, if_needed: bool = False) -> Status:
    """Mint a token, and give it to the clients that already had one.

    Args:
        options: the options in force.
        if_needed: accept a token that is still good.

    Raises:
        SecurePyPIError: there is no token; the error says why.
    """
    broker = TokenBroker.of(options)
    grant = broker.current(newer_than=None if if_needed else time.time())
    if options.credential_store == "netrc" and netrc.is_managed():
        netrc.Netrc().point(grant, Machine(options, os.environ))
    return current_status(options, broker)


def _action(client: Client, grant: Grant, machine: Machine) -> Callable[[], Changes]:
    """Return the action that brings one client in line with the options."""
    if not client.is_enabled(machine.options):
        return partial(client.withdraw, grant, machine)
    return partial(client.point, grant, machine) if client.is_needed(machine) else Changes
