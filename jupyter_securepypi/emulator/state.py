"""The state that the emulated services share."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from .calls import CallLog
from .faults import Faults
from .osv_database import OsvDatabase
from .principals import Keyring
from .tokens import TokenBook
from .world import World


@dataclass
class State:
    """One emulator's memory; ``url`` is its own address without a slash at the end."""

    world: World
    keyring: Keyring
    tokens: TokenBook
    faults: Faults
    calls: CallLog
    osv: OsvDatabase = field(default_factory=OsvDatabase)
    url: str = ""

    @property
    def now(self) -> float:
        """AWS's clock in epoch seconds: this machine's, unless a fault moves it."""
        return time.time() + self.faults.clock_skew
