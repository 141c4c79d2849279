"""What a write did: the one result of pointing clients at the index, withdrawing the token and restoring files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import SecurePyPIError
from ..core.finding import Finding


@dataclass(frozen=True)
class Changes:
    """What was done to files, and what stands in the way; empty where there was nothing to do.

    Attributes:
        written: the files that have another content now.
        restored: the files that are again as they were before us, or gone where there was none.
        kept: pairs of a restored file, and of where its version with the user's later changes is now.
        done: what else was done, a sentence each.
        findings: what could not be done, and what still leads elsewhere.
    """

    written: tuple[Path, ...] = ()
    restored: tuple[Path, ...] = ()
    kept: tuple[tuple[Path, Path], ...] = ()
    done: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @staticmethod
    def of(parts: Sequence[Changes]) -> Changes:
        """Return all parts together, each thing once."""
        return Changes(
            tuple(dict.fromkeys(one for part in parts for one in part.written)),
            tuple(dict.fromkeys(one for part in parts for one in part.restored)),
            tuple(dict.fromkeys(one for part in parts for one in part.kept)),
            tuple(dict.fromkeys(one for part in parts for one in part.done)),
            tuple(dict.fromkeys(one for part in parts for one in part.findings)),
        )

    def __add__(self, other: Changes) -> Changes:
        return Changes.of([self, other])

    @property
    def changed(self) -> tuple[Path, ...]:
        """All files that differ from what they were, whichever way."""
        return self.written + self.restored


def attempt(action: Callable[[], Changes]) -> Changes:
    """Return what `action` did, or the finding that it failed, so that the rest is done all the same."""
    try:
        return action()
    except SecurePyPIError as error:
        return Changes(findings=(Finding.of(error),))
