"""A fault of our own, told without the values of variables."""

from __future__ import annotations

import traceback
from pathlib import Path

from .errors import SecurePyPIError


class Fault(SecurePyPIError):
    """What should not have happened: its kind, and the places in the code; the rest may hold a secret.

    Args:
        error: what was raised.
    """

    def __init__(self, error: BaseException) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        super().__init__(
            f"A fault in jupyter_securepypi itself: {type(error).__name__}.",
            why=f"at {' > '.join(places)}",
            remedy="report these lines; they hold no secret",
        )
