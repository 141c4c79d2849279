"""What one check found, and what can be done about it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .errors import SecurePyPIError
from .finding import Finding, Fix
from .masking import masked

STORED = "token at the index"
"""Name of the check that the index accepts the token which package managers have."""
OWN_NAMES = "own names"
"""Name of the check that nobody else answers for what is published to the repository."""


@dataclass(frozen=True)
class Check:
    """One line of the doctor; holds no secret.

    Attributes:
        ok: True if all is well, False if something is wrong, None if the check could not be made.
        finding: what was found; its `where` names the check in a word or two. It has a remedy if `ok` is False.
    """

    ok: bool | None
    finding: Finding

    @staticmethod
    def passed(name: str, what: str) -> Check:
        """Return a check that found nothing wrong."""
        return Check(True, Finding(name, what, severity="info"))

    @staticmethod
    def untried(name: str, what: str, remedy: str = "") -> Check:
        """Return a check that could not be made, or whose result is neither good nor bad."""
        return Check(None, Finding(name, what, remedy=remedy, severity="info"))

    @staticmethod
    def failed(name: str, what: str, remedy: str, fix: Fix | None = None) -> Check:
        """Return a check that found something wrong."""
        return Check(False, Finding(name, what, remedy=remedy, fix=fix))

    @staticmethod
    def of(error: SecurePyPIError, name: str) -> Check:
        """Return a failed check with the words of `error`."""
        return Check(False, Finding(name, error.message, error.why, error.remedy or "see the message"))

    def reworded(self, what: str) -> Check:
        """Return this check with another sentence as its finding."""
        return replace(self, finding=replace(self.finding, what=what))

    @staticmethod
    def from_dict(values: dict[str, Any]) -> Check:
        """Return the check that `to_dict` described, without its fix: JSON cannot hold a function."""
        return Check(values["ok"], Finding(values["name"], values["message"], values["why"], values["remedy"]))

    @property
    def name(self) -> str:
        """The name of the check."""
        return self.finding.where

    @property
    def fix(self) -> Fix | None:
        """The remedy as something to apply; None unless something is wrong."""
        return self.finding.fix if self.ok is False else None

    @property
    def key(self) -> str:
        """A text that identifies the check and its fix; the next examination gives the same text."""
        about = f"{self.name}\0{self.fix.does if self.fix else self.finding.message}"
        return hashlib.sha256(about.encode()).hexdigest()[:16]

    def to_dict(self) -> dict[str, Any]:
        """Return the check as JSON values; ``fix`` says what the fix does, ``own_files`` if only our files change."""
        fix = {"does": masked(self.fix.does), "own_files": self.fix.ours} if self.fix else None
        found = self.finding
        texts = {"message": masked(found.what), "why": masked(found.why), "remedy": masked(found.remedy)}
        return {"name": self.name, "ok": self.ok, **texts, "fix": fix}


def finding_count(checks: Iterable[Check]) -> int:
    """Return how many checks found something wrong."""
    return sum(check.ok is False for check in checks)


def check_lines(checks: Sequence[Check]) -> list[str]:
    """Return one line for each check, with its remedy if it has one; the last line counts the findings."""
    marks = {True: "✓", False: "✗", None: "–"}  # noqa: RUF001
    width = max((len(check.name) for check in checks), default=0)
    lines = []
    for check in checks:
        remedy = f" → {check.finding.remedy}" if check.ok is False else ""
        lines.append(masked(f"{marks[check.ok]} {check.name.ljust(width)}  {check.finding.message}{remedy}"))
    count = finding_count(checks)
    return [*lines, "no findings" if not count else f"{count} finding{'s' if count > 1 else ''}"]


def as_json(checks: Sequence[Check], fixed: Sequence[str]) -> dict[str, Any]:
    """Return the object that ``--json`` prints; `fixed` has one sentence for each applied fix."""
    found = [check.to_dict() for check in checks]
    return {"findings": finding_count(checks), "checks": found, "fixed": list(fixed)}
