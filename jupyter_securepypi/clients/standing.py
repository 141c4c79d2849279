"""How each client stands: configured, not installed, or led elsewhere, and by what.

Only files and variables are read, and no program is run.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.environment import PythonEnvironment
from ..core.errors import SecurePyPIError
from ..core.grant import Grant
from ..token.broker import TokenBroker
from . import registry
from .base import Machine, Standing

if TYPE_CHECKING:
    from ..config import SecurePyPI


def current_standings(
    options: SecurePyPI,
    broker: TokenBroker | None = None,
    folder: Path | None = None,
    kernels: Sequence[PythonEnvironment] | None = None,
) -> list[Standing]:
    """Return how each client of this process stands, from files alone, but many of them: tens of milliseconds.

    Args:
        options: the options in force.
        broker: the one to ask for the token; by default one for these options.
        folder: where one works, for uv's project files; None for none.
        kernels: the environments of the kernels; None where they are not known.
    """
    try:
        grant = (broker or TokenBroker.of(options)).peek()
    except SecurePyPIError:
        grant = None  # nothing is configured; the status says so
    return standings(grant, Machine(options, os.environ, kernels, folder))


def standings(grant: Grant | None, machine: Machine) -> list[Standing]:
    """Return the standing of every client, in the order of the registry.

    Args:
        grant: names the index and has the token; None where there is none yet.
        machine: where the clients are looked at.
    """
    return [client.standing(grant, machine) for client in registry.ALL]
