"""The standing of each client: configured, not installed, or led elsewhere, and the setting that decides.

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
    """Return the standing of each client of this process. Many files are read, which takes tens of milliseconds.

    Args:
        options: the options in force.
        broker: the broker for the token; by default a broker for these options.
        folder: the working folder, for uv's project files; None leaves these out.
        kernels: the environments of the kernels; None if they are not known.
    """
    try:
        grant = (broker or TokenBroker.of(options)).peek()
    except SecurePyPIError:
        grant = None  # nothing is configured; the status says so
    return standings(grant, Machine(options, os.environ, kernels, folder))


def standings(grant: Grant | None, machine: Machine) -> list[Standing]:
    """Return the standing of every client, in the order of the registry.

    Args:
        grant: names the index and has the token; None if there is none yet.
        machine: the machine whose clients are examined.
    """
    return [client.standing(grant, machine) for client in registry.ALL]
