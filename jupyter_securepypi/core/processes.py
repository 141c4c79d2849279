"""Whether another process of this machine still runs."""

from __future__ import annotations

import os


def lives(pid: int) -> bool:
    """Return whether a process `pid` runs, another user's included; True where asking would end it, as on Windows."""
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass  # it runs, and belongs to somebody else
    return True
