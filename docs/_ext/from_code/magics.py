"""The magic's own words on what it can do."""

from __future__ import annotations

from jupyter_securepypi.core.commands import SHARED
from jupyter_securepypi.notebook.magics import HELP

from .markdown import fence


def text() -> str:
    """Return the magic's help, and where each of its commands is explained."""
    links = ", ".join(f"[`{name}`](commands.md#{name})" for name in SHARED)
    same = f"These commands have the same options as on the command line: {links}.\n"
    return f"{fence(HELP)}\n{same}"
