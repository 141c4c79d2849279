"""Which of an index's names somebody may mean who types a part of one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import takewhile

from packaging.utils import canonicalize_name

MOST = 50
"""The most names that are found."""
_LIKE = 0.75  # difflib's ratio: `acme-cor` and `acme-core` have 0.94, `acme-core` and `acme-plots` 0.63
_NEAR = 3


@dataclass(frozen=True)
class Found:
    """What was found.

    Attributes:
        names: what begins with the text first, then what has it within; or what is near to it.
        total: how many there are; `names` has `MOST` of them at most.
        near: whether nothing has the text, and `names` are only like it.
    """

    names: tuple[str, ...]
    total: int
    near: bool = False


def search(names: Sequence[str], text: str) -> Found:
    """Return the names that `text` may stand for, within a few milliseconds for 20 000 of them.

    Args:
        names: normalized and sorted, each once.
        text: a part of a name, in any spelling.
    """
    wanted = canonicalize_name(text.strip())
    if not wanted:
        return Found((), 0)
    start = bisect_left(names, wanted)
    first = list(takewhile(lambda one: one.startswith(wanted), names[start:]))
    # The shorter a name is, the more of it has been typed.
    first.sort(key=len)
    known = set(first)
    within = [one for one in names if wanted in one and one not in known]
    found = [*first, *sorted(within, key=len)]
    if found:
        return Found(tuple(found[:MOST]), len(found))
    like = [one for one in names if abs(len(one) - len(wanted)) <= _NEAR and set(wanted[:2]) & set(one[:2])]
    near = get_close_matches(wanted, like, n=_NEAR, cutoff=_LIKE)
    return Found(tuple(near), len(near), near=True)
