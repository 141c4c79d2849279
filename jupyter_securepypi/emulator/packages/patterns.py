"""The patterns of package groups: which packages match, how well, and which pattern is more specific.

AWS user guide, "Package group definition syntax and matching behavior".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FORMATS = ("npm", "pypi", "maven", "nuget", "generic", "ruby", "swift", "cargo")
ROOT = "/*"
_WORD = r"[^\W_]"
_SHAPE = re.compile(
    rf"/\*|/(?P<format>{'|'.join(FORMATS)})/"
    rf"(?:\*|[^/\s]*{_WORD}~|[^/\s]*/(?:\*|[^/\s]*{_WORD}~|[^/\s]+\$|[^/\s]*(?!{_WORD})[^/\s]\*))"
)
_SUFFIXES = "*~$"  # the more specific, the later
_SEPARATORS = re.compile(r"[-_.]+")


@dataclass(frozen=True)
class Pattern:
    """A valid pattern, such as ``/pypi//acme~`` (the word and what begins with it) or ``/pypi//acme-*``."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Pattern | None:
        """Return the pattern, or None if `text` is not valid."""
        return cls(text) if _SHAPE.fullmatch(text) else None

    @property
    def body(self) -> str:
        """The pattern without its last character."""
        return self.text[:-1]

    @property
    def rank(self) -> tuple[int, int]:
        """What is larger for the more specific of two patterns that match the same package."""
        return len(self.body), _SUFFIXES.index(self.text[-1])

    def strength(self, path: str) -> str:
        """Return ``STRONG`` if the path of a package matches, ``WEAK`` if a variation of it does, or nothing."""
        if self._matches(self.body, path):
            return "STRONG"
        return "WEAK" if self._matches(_folded(self.body), _folded(path)) else ""

    def contains(self, other: Pattern) -> bool:
        """Return whether `other` is a more specific pattern within this one."""
        return self.rank < other.rank and self._matches(self.body, other.body)

    def _matches(self, body: str, path: str) -> bool:
        kind = self.text[-1]
        if kind == "$" or path == body:
            return path == body
        if not path.startswith(body):
            return False
        return kind == "*" or not re.match(_WORD, path[len(body)])


def package_path(package_format: str, namespace: str, package: str) -> str:
    """Return the path of a package, which patterns match."""
    return f"/{package_format}/{namespace}/{package}"


def _folded(text: str) -> str:
    return _SEPARATORS.sub(".", text.casefold())
