"""Adopt files: find what authenticates by itself, and put one import in its place where that is understood."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import ConfigurationError, FileProblem
from ..core.files import safe_target, write_atomically
from ..core.finding import Finding
from .find import NOTEBOOK, cells_of, files_in, kind_of, places_in, read
from .place import Place
from .project import Project


@dataclass(frozen=True)
class Adopted:
    """A file in which something was found.

    Attributes:
        path: the file.
        places: where it authenticates by itself, in order.
        left: which of its places remain in `after`; before a rewrite all of them.
        before: its text.
        after: its text after the rewrite; the same as `before` if nothing was rewritten.
        said: what else a person should know, with the place in words.
    """

    path: Path
    places: tuple[Place, ...]
    left: tuple[Place, ...]
    before: str
    after: str
    said: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether there is something to write."""
        return self.after != self.before

    def findings(self) -> list[Finding]:
        """Return what is said about each place."""
        return [place.finding(str(self.path)) for place in self.places]

    def diff(self) -> str:
        """Return the change as a unified diff; of a notebook that of its code cells."""
        texts = [self.before, self.after]
        if kind_of(self.path, self.before) == NOTEBOOK:
            texts = ["\n".join(source for _, source in cells_of(text) or []) + "\n" for text in texts]
        old, new = (text.splitlines(keepends=True) for text in texts)
        lines = difflib.unified_diff(old, new, str(self.path), str(self.path))
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
        )


def adopt(paths: Sequence[Path], *, rewrite: bool) -> list[Adopted]:
    """Return the files among `paths`, and in folders among them, in which something was found. Nothing is written.

    Functions that one of the files imports from another are followed.

    Args:
        paths: files and folders.
        rewrite: work out the new text of Python scripts and notebooks; this needs libcst.

    Raises:
        FileProblem: a file is missing, or cannot be read.
        ConfigurationError: libcst is not installed, and `rewrite` asks for it.
    """
    if rewrite:
        _require_libcst()
    texts = {path: text for path in dict.fromkeys(files_in(list(paths))) if (text := read(path)) is not None}
    project = Project(texts)
    new = project.after() if rewrite else {}
    found = []
    for path, text in texts.items():
        places = project.places(path)
        module = project.modules.get(path)
        after = new.get(path, text)
        stuck = project.is_stuck(path)
        if not places and after == text and not stuck:
            continue
        if module is None:
            found.append(Adopted(path, tuple(places), tuple(places), text, text))
            continue
        left = places_in(path, after) if after != text else places
        said = [f"line {line}: {what}" for line, what in sorted(set(project.plans[path].said))]
        if stuck:
            said.append(
                "its layout: it cannot be written again as it is, so it stays, with all that it imports"
            )
        if project.kept[path]:
            names = ", ".join(sorted(project.kept[path]))
            said.append(f"{names}: stays as a function, because files that were not named may import it")
        found.append(Adopted(path, tuple(places), tuple(left), text, after, tuple(said)))
    return found


def write(found: Sequence[Adopted]) -> None:
    """Replace the files that have changed by their new texts: all of them, or none.

    Raises:
        FileProblem: one cannot be written. What was written before it has its old text again; what has not is named.
    """
    targets = [(safe_target(one.path), one) for one in found if one.changed]
    done: list[tuple[Path, Adopted]] = []
    try:
        for target, one in targets:
            write_atomically(target, one.after.encode())
            done.append((target, one))
    except FileProblem as problem:
        lost = [str(one.path) for target, one in done if not _restored(target, one)]
        state = f"rewritten all the same: {', '.join(lost)}" if lost else "no file was changed"
        raise FileProblem(problem.message, why="; ".join(filter(None, (problem.why, state)))) from problem


def _restored(target: Path, one: Adopted) -> bool:
    try:
        write_atomically(target, one.before.encode())
    except FileProblem:
        return False
    return True


def _require_libcst() -> None:
    try:
        import libcst  # noqa: F401
    except ImportError:
        raise ConfigurationError(
            "libcst, which rewrites Python and keeps its layout, is not installed.",
            remedy='python -m pip install "jupyter_securepypi[adopt]"; without --diff and --write it is not needed',
        ) from None
