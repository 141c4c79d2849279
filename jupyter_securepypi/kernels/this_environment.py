"""The environment of this very process, looked at as a kernel's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..core.environment import PythonEnvironment


def this_environment() -> PythonEnvironment:
    """Return this process's environment: what a notebook's own `pip` would run in."""
    reason = "it asks itself"
    return PythonEnvironment("this one", "this one", "python", Path(sys.prefix), reason, dict(os.environ))
