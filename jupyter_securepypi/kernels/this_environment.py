"""The environment of this process, in the form of a kernel's environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..core.environment import PythonEnvironment


def this_environment() -> PythonEnvironment:
    """Return this process's environment, which a notebook's own `pip` would install into."""
    reason = "it asks itself"
    return PythonEnvironment("this one", "this one", "python", Path(sys.prefix), reason, dict(os.environ))
