"""What people are told about a provider where the rest of this package meets a failure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple


@dataclass(frozen=True)
class Advice:
    """What people are told where the rest of the package meets a failure; sentences without a full stop.

    Attributes:
        credentials: what the index is opened with, as messages call it.
        forbidden: why the index may refuse a login that it knows (403), and what to do about it.
        rejected: why the index may not know a login (401), and what to do about it.
        unreachable: what to do where the index cannot be reached.
        silent: what to do where whoever gives tokens does not answer.
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
"""About an index that no provider stands for."""
