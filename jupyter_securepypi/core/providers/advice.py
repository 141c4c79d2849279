"""A provider's words for failures that the rest of this package meets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple


@dataclass(frozen=True)
class Advice:
    """A provider's words for failures; sentences without a full stop.

    Attributes:
        credentials: the name of the index's credentials in messages.
        forbidden: why the index may refuse a login that it knows (403), and what to do about it.
        rejected: why the index may not know a login (401), and what to do about it.
        unreachable: what to do if the index cannot be reached.
        silent: what to do if the authority that gives tokens does not answer.
    """

    forbidden: Tuple[str, str]
    rejected: Tuple[str, str]
    unreachable: str
    silent: str
    credentials: str = "the token"


PUBLIC = Advice(
    forbidden=("it does not let everybody read", "check the address of the public index"),
    rejected=("it wants a login", "put it into your netrc file"),
    unreachable="check the address of the public index",
    silent="",
    credentials="the request",
)
"""The advice for an index without a provider."""
