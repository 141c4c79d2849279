"""Every command, by name; and what the magic has of them."""

from __future__ import annotations

from ..core.commands import SHARED
from . import everyday, work
from .command import Command

COMMANDS: dict[str, Command] = {**everyday.COMMANDS, **work.COMMANDS}
"""The commands by name. Those in `SHARED` the magic has, too."""

IN_A_CELL = {
    "install": (
        (
            "%%secure_pip install\npandas>=2\nacme-features  # a requirement a line",
            "a whole cell",
        ),
    )
}
"""Further examples, of the magic alone."""


def of_the_magic() -> dict[str, Command]:
    """Return the commands that the magic has, in the order of the overview."""
    return {name: one for name, one in COMMANDS.items() if name in SHARED}
