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
"""The name of the check whether the index accepts the token that package managers have."""


@dataclass(frozen=True)
class Check:
    """One line of the doctor; holds no secret.

    Attributes:
        ok: whether all is well; None where it could not be tried, because of another finding.
        finding: what was found; `where` names the check, a word or two. With a remedy where `ok` is False.
    """

    ok: bool | None
    finding: Finding

    @staticmethod
    def passed(name: str, what: str) -> Check:
        """Return the check of that name which found all well."""
        return Check(True, Finding(name, what, severity="info"))

    @staticmethod
    def untried(name: str, what: str, remedy: str = "") -> Check:
        """Return the check which could not be made, or which says nothing about right or wrong."""
        return Check(None, Finding(name, what, remedy=remedy, severity="info"))

    @staticmethod
    def failed(name: str, what: str, remedy: str, fix: Fix | None = None) -> Check:
        """Return the check which found something wrong."""
        return Check(False, Finding(name, what, remedy=remedy, fix=fix))

    @staticmethod
    def of(error: SecurePyPIError, name: str) -> Check:
        """Return the check that `error` has answered."""
        return Check(False, Finding(name, error.message, error.why, error.remedy or "see the message"))

    def reworded(self, what: str) -> Check:
        """Return this check with another sentence."""
        return replace(self, finding=replace(self.finding, what=what))

    @staticmethod
    def from_dict(values: dict[str, Any]) -> Check:
        """Return the check that `to_dict` described, without its fix: what it does cannot be described."""
        return Check(values["ok"], Finding(values["name"], values["message"], remedy=values["remedy"]))

    @property
    def name(self) -> str:
        """What was looked at."""
        return self.finding.where

    @property
    def fix(self) -> Fix | None:
        """The remedy as something to apply; None unless something is wrong."""
        return self.finding.fix if self.ok is False else None

    @property
    def key(self) -> str:
        """Tells the check and its fix apart from others, and is the same when they are found again."""
        about = f"{self.name}\0{self.fix.does if self.fix else self.finding.message}"
        return hashlib.sha256(about.encode()).hexdigest()[:16]

    def to_dict(self) -> dict[str, Any]:
        """Return the check as JSON values; ``fix`` says what would be done, ``own_files`` whether to ours only."""
        fix = {"does": masked(self.fix.does), "own_files": self.fix.ours} if self.fix else None
        found = self.finding.to_dict()
        texts = {"message": found["message"], "remedy": found["remedy"]}
        return {"name": self.name, "ok": self.ok, **texts, "fix": fix}


def finding_count(checks: Iterable[Check]) -> int:
    """Return how many checks found something wrong."""
    return sum(check.ok is False for check in checks)


def check_lines(checks: Sequence[Check]) -> list[str]:
    """Return a line a check, with its remedy where there is one, and the number of findings as the last."""
    marks = {True: "✓", False: "✗", None: "–"}  # noqa: RUF001
    width = max((len(check.name) for check in checks), default=0)
    lines = []
    for check in checks:
        remedy = f" → {check.finding.remedy}" if check.ok is False else ""
        lines.append(masked(f"{marks[check.ok]} {check.name.ljust(width)}  {check.finding.message}{remedy}"))
    count = finding_count(checks)
    return [*lines, "no findings" if not count else f"{count} finding{'s' if count > 1 else ''}"]


def as_json(checks: Sequence[Check], fixed: Sequence[str]) -> dict[str, Any]:
    """Return the object that ``--json`` prints; `fixed` says what was done, a sentence each."""
    found = [check.to_dict() for check in checks]
    return {"findings": finding_count(checks), "checks": found, "fixed": list(fixed)}
