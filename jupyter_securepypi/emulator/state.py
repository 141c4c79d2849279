"""The state that the emulated services share."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from .calls import CallLog
from .domains import Repo
from .faults import Faults
from .osv_database import OsvDatabase
from .principals import Keyring
from .tokens import TokenBook
from .true_names import TrueNames
from .world import World


@dataclass
class State:
    """One emulator's memory.

    Attributes:
        names: AWS's own names if they are served, else None.
        url: the emulator's own address without a slash at the end.
    """

    world: World
    keyring: Keyring
    tokens: TokenBook
    faults: Faults
    calls: CallLog
    osv: OsvDatabase = field(default_factory=OsvDatabase)
    names: TrueNames | None = None
    url: str = ""

    @property
    def now(self) -> float:
        """AWS's clock in epoch seconds: this machine's, unless a fault moves it."""
        return time.time() + self.faults.clock_skew

    def endpoint_of(self, repo: Repo, package_format: str = "pypi", kind: str = "ipv4") -> str:
        """Return the address of `repo` for a package format, ending in a slash; `kind` is ipv4 or dualstack."""
        if self.names is not None:
            return self.names.endpoint(repo, package_format, kind)
        # Both kinds get the same address: the emulator itself has only one.
        return f"{self.url}{repo.path.replace('/pypi/', f'/{package_format}/')}/"
