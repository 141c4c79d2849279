"""How messages name a command that the magic and the command line share: as the face in use calls it."""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Iterator

SHARED = (
    "install",
    "uninstall",
    "lock",
    "download",
    "list",
    "freeze",
    "show",
    "show-origin",
    "check",
    "search-versions",
    "why",
    "audit",
    "sbom",
    "preview",
    "status",
    "refresh",
    "doctor",
)
"""The commands that the magic has, too."""
_OURS, _PIP = "jupyter securepypi", "python -m pip"
_SAID = re.compile(f"`{_OURS} (?=(?:{'|'.join(SHARED)})\\b)")
_MAGIC: ContextVar[bool] = ContextVar("securepypi_magic", default=False)


def typed(text: str) -> str:
    """Return a message with its commands, in backquotes, as they are to be typed here.

    Texts everywhere name the command line's, which every face can at least show; a notebook has magics for them.
    """
    return as_magics(text) if _MAGIC.get() else text


def as_magics(text: str) -> str:
    """Return a message with its commands as magics, where there is one."""
    return _SAID.sub("`%secure_pip ", text).replace(f"`{_PIP} ", "`%pip ")


@contextmanager
def in_a_notebook() -> Iterator[None]:
    """Let the messages that are made in the block name magics."""
    token = _MAGIC.set(True)
    try:
        yield
    finally:
        _MAGIC.reset(token)
