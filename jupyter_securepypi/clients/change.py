"""The result of every write: of pointing clients at the index, withdrawing the token and restoring files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import Fault, FileProblem, SecurePyPIError
from ..core.finding import Finding


@dataclass(frozen=True)
class Changes:
    """The changes to files, and the obstacles; empty if there was nothing to do.

    Attributes:
        written: the files with a new content.
        restored: the files that have their original content again; a file without an original is removed.
        kept: pairs of a restored file and the new place of its version with the user's later changes.
        done: other actions, one sentence each.
        findings: actions that failed, and settings that still lead elsewhere.
    """

    written: tuple[Path, ...] = ()
    restored: tuple[Path, ...] = ()
    kept: tuple[tuple[Path, Path], ...] = ()
    done: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @staticmethod
    def of(parts: Sequence[Changes]) -> Changes:
        """Return the union of all parts, without duplicates."""
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
    def failures(self) -> tuple[Finding, ...]:
        """The findings about files that could not be read, understood or written."""
        return tuple(one for one in self.findings if one.kind == FileProblem.__name__)

    @property
    def changed(self) -> tuple[Path, ...]:
        """All changed files, whether written or restored."""
        return self.written + self.restored


def attempt(action: Callable[[], Changes]) -> Changes:
    """Return the changes of `action`, or a finding that it failed, so that the other actions still run."""
    try:
        return action()
    except SecurePyPIError as error:
        return Changes(findings=(Finding.of(error),))
    except OSError as error:
        where = str(error.filename or "")
        return Changes(findings=(Finding(where, f"{where or 'A file'}: {error.strerror or error}."),))
    except Exception as error:  # noqa: BLE001 an odd file of one client must not cost the others theirs
        return Changes(findings=(Finding.of(Fault(error)),))
