"""AWS and a package index on loopback, faithful enough for unmodified clients.

Importing this is cheap: moto, werkzeug and cheroot are imported when an `Emulator` starts.
"""

from __future__ import annotations

from .app import run
from .emulator import Emulator

__all__ = ["Emulator", "run"]
