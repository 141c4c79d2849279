"""Put a grant where clients find it: the token first, then what leads each of them to the index."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ..core.environment import PythonEnvironment
from ..core.errors import ConfigurationError
from ..core.grant import Grant
from ..core.token import TokenState
from ..token.broker import TokenBroker
from ..token.status import Status, current_status
from . import netrc, originals, registry, undo
from .base import Client, Machine
from .change import Changes, attempt
from .pip import ADD_PIP, KernelPip

if TYPE_CHECKING:
    from ..config import SecurePyPI


def publish(options: SecurePyPI, grant: Grant, kernels: Iterable[PythonEnvironment]) -> Changes:
    """Point clients at the secure index and give them the token; writes nothing that is so already.

    Clients that the options no longer name get their files back. Never raises for one file: what cannot be written
    is a finding, and the rest is done.
    """
    machine = Machine(options, os.environ, tuple(kernels))
    changes = attempt(partial(undo.restore_disabled, registry.enabled(options)))
    # The token first: an index without one refuses everybody.
    for client in sorted(registry.ALL, key=lambda client: not client.keeps_token):
        changes += attempt(_action(client, grant, machine))
    return changes


def publish_to(options: SecurePyPI, grant: Grant, kernel: PythonEnvironment) -> Changes:
    """Point the pip of one kernel at the secure index because somebody asks for it, and give it the token.

    Returns:
        What was written for the kernel, and what stands in the way, also of the token.

    Raises:
        ConfigurationError: the options say that pip is not to be configured.
    """
    pip = KernelPip()
    if pip.name not in options.clients:
        raise ConfigurationError(
            f"The pip of the kernel {kernel.name} is not ours to configure.",
            why="the option `clients` does not name pip",
            remedy=f"{ADD_PIP}, or configure that pip yourself",
        )
    machine = Machine(options, os.environ, (kernel,))
    given = Changes()
    for client in registry.ALL:
        if client.keeps_token:
            given += attempt(_action(client, grant, machine))
    pointed = attempt(partial(pip.point, grant, machine))
    return replace(pointed, findings=given.findings + pointed.findings)


def withdraw(
    options: SecurePyPI, grant: Grant | None = None, kernels: Iterable[PythonEnvironment] = ()
) -> Changes:
    """Take an expired token away from clients: a stale one costs more than none.

    Does nothing where another process has replaced it meanwhile.

    Args:
        options: the options in force.
        grant: the one that has expired, as far as it is known.
        kernels: whose pip configuration holds its token, where `credential_store` says so.
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
    """Mint a token and, where clients were given one before, give them the new one.

    Args:
        options: the options in force.
        if_needed: be content with a token that is still good.

    Raises:
        SecurePyPIError: why there is none.
    """
    broker = TokenBroker.of(options)
    grant = broker.current(newer_than=None if if_needed else time.time())
    if options.credential_store == "netrc" and netrc.is_managed():
        netrc.Netrc().point(grant, Machine(options, os.environ))
    return current_status(options, broker)


def _action(client: Client, grant: Grant, machine: Machine) -> Callable[[], Changes]:
    """Return what brings one client in line with the options."""
    if not client.is_enabled(machine.options):
        return partial(client.withdraw, grant, machine)
    return partial(client.point, grant, machine) if client.is_installed(machine.environ) else Changes
