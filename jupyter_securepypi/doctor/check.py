"""What one check found, and what can be done about it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..clients.masking import masked
from ..core.errors import SecurePyPIError


@dataclass(frozen=True)
class Fix:
    """A remedy that can be applied here.

    Attributes:
        does: what it does, as in "remove …".
        apply: does it; returns what was done, a sentence each, and raises `SecurePyPIError` or `OSError`.
        ours: it touches nothing but our own files; others need consent.
        renews: it gets a new token, which a server leaves to its refresher.
    """

    does: str
    apply: Callable[[], Sequence[str]] = field(repr=False)
    ours: bool = True
    renews: bool = False


@dataclass(frozen=True)
class Check:
    """One line of the doctor; holds no secret.

    Attributes:
        name: what was looked at, a word or two.
        ok: whether all is well; None where it could not be tried, because of another finding.
        message: what was found, one sentence.
        remedy: what to do about it; never empty where `ok` is False.
        fix: the remedy as something to apply, if it is that simple.
    """

    name: str
    ok: bool | None
    message: str
    remedy: str = ""
    fix: Fix | None = None

    @property
    def key(self) -> str:
        """Tells the check and its fix apart from others, and is the same when they are found again."""
        about = f"{self.name}\0{self.fix.does if self.fix else self.message}"
        return hashlib.sha256(about.encode()).hexdigest()[:16]

    def to_dict(self) -> dict[str, Any]:
        """Return the check as JSON values; ``fix`` says what would be done, ``own_files`` whether to ours only."""
        fix = {"does": masked(self.fix.does), "own_files": self.fix.ours} if self.fix else None
        return {
            "name": self.name,
            "ok": self.ok,
            "message": masked(self.message),
            "remedy": masked(self.remedy),
            "fix": fix,
        }


def failed(name: str, error: SecurePyPIError, fix: Fix | None = None) -> Check:
    """Return the check that `error` has answered."""
    message = f"{error.message} {_sentence(error.why)}" if error.why else error.message
    return Check(name, False, message, error.remedy or "see the message", fix)


def findings(checks: Iterable[Check]) -> int:
    """Return how many checks found something wrong."""
    return sum(check.ok is False for check in checks)


def lines(checks: Iterable[Check]) -> list[str]:
    """Return a line a check, with its remedy where there is one, and the number of findings as the last."""
    listed = list(checks)
    marks = {True: "✓", False: "✗", None: "–"}  # noqa: RUF001
    width = max((len(check.name) for check in listed), default=0)
    found = []
    for check in listed:
        remedy = f" → {check.remedy}" if check.remedy and check.ok is False else ""
        found.append(masked(f"{marks[check.ok]} {check.name.ljust(width)}  {check.message}{remedy}"))
    count = findings(listed)
    return [*found, "no findings" if not count else f"{count} finding{'s' if count > 1 else ''}"]


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")
