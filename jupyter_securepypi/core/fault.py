"""A fault in this package, reported without the values of variables."""

from __future__ import annotations

import traceback
from pathlib import Path

from .errors import SecurePyPIError


class Fault(SecurePyPIError):
    """An unexpected exception: it shows the class and the places in the code; the rest may hold a secret.

    Args:
        error: the exception that was raised.
    """

    def __init__(self, error: BaseException) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        super().__init__(
            f"A fault in jupyter_securepypi itself: {type(error).__name__}.",
            why=f"at {' > '.join(places)}",
            remedy="report these lines; they hold no secret",
        )
