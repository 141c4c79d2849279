"""A mutation: a small mistake that somebody could make in the code, and the tests that should notice it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PACKAGE = "jupyter_securepypi"


@dataclass(frozen=True)
class Mutation:
    """One planted mistake.

    Attributes:
        name: of one or a few words, unique.
        file: relative to the package.
        old: the text that stands there, exactly once.
        new: the mistake that takes its place.
        tests: files below ``tests/``, or tests in one, with ``::``; at least one should fail.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def count(self, root: Path) -> int:
        """Return how often the text stands in the file of the checkout `root`: once, unless the code has changed."""
        return (root / PACKAGE / self.file).read_text(encoding="utf-8").count(self.old)

    def apply(self, root: Path) -> None:
        """Plant the mistake in the copy of the checkout at `root`.

        Raises:
            ValueError: the text does not stand there once.
        """
        found = self.count(root)
        if found != 1:
            raise ValueError(f"{self.name}: its text stands {found} times in {self.file}, and not once")
        path = root / PACKAGE / self.file
        path.write_text(path.read_text(encoding="utf-8").replace(self.old, self.new), encoding="utf-8")
