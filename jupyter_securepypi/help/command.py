"""What there is to say about a command, and the groups of the overview."""

from __future__ import annotations

from typing import NamedTuple

USE, LOOK, CONFIGURE, JOBS, ADMINISTER, TRY = (
    "use",
    "look",
    "configure",
    "SageMaker and jobs",
    "administer",
    "try it",
)
GROUPS = (USE, LOOK, CONFIGURE, JOBS, ADMINISTER, TRY)
"""The groups of the overview, in its order."""


class Command(NamedTuple):
    """A command of the command line, and perhaps of the magic.

    Attributes:
        group: one of `GROUPS`.
        does: what it does, without a capital letter and a full stop.
        examples: what stands after the program's name, and what that is for.
        module: in the room of the command line, where it has another name than the command.
    """

    group: str
    does: str
    examples: tuple[tuple[str, str], ...]
    module: str = ""
