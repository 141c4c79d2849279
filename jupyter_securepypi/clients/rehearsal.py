"""Find out what would be written without writing it, so that people can be asked before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ..core.file_change import FileChange, FileChanges
from .change import Changes

_noted: ContextVar[list[FileChange] | None] = ContextVar("noted", default=None)


def noted() -> list[FileChange] | None:
    """Return where writers note their changes in place of making them; None where they are to make them."""
    return _noted.get()


def rehearse(work: Callable[[], object]) -> FileChanges:
    """Do `work`, and return what it would write; it must write through `clients.originals` and `clients.editing` only.

    What `work` has found, if it returns `Changes`, becomes notes.

    Raises:
        SecurePyPIError: as `work`.
    """
    with _rehearsal() as changes:
        done = work()
    findings = done.findings if isinstance(done, Changes) else ()
    return FileChanges(tuple(changes), tuple(str(finding) for finding in findings))


@contextmanager
def _rehearsal() -> Iterator[list[FileChange]]:
    changes: list[FileChange] = []
    before = _noted.set(changes)
    try:
        yield changes
    finally:
        _noted.reset(before)
