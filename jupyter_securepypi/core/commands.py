"""How messages name a command that the magic and the command line share: as the face in use calls it."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import Iterator

_PREFIX: ContextVar[str] = ContextVar("securepypi_prefix", default="jupyter securepypi")


def as_typed(words: str) -> str:
    """Return a command with its arguments as it is to be typed here, in backquotes."""
    return f"`{_PREFIX.get()} {words}`"


@contextmanager
def typed_after(prefix: str) -> Iterator[None]:
    """Let messages that are made in the block name commands after `prefix`, like ``%secure_pip``."""
    token = _PREFIX.set(prefix)
    try:
        yield
    finally:
        _PREFIX.reset(token)
