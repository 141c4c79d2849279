"""AWS and a package index on loopback, faithful enough for clients that know nothing of it.

Importing this is cheap: moto, pypiserver and cheroot are imported when an `Emulator` starts.
"""

from __future__ import annotations

from .app import run
from .emulator import Emulator

__all__ = ["Emulator", "run"]
