"""Protect: keep upstreams and external connections from answering for a company's own names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..config import SecurePyPI
from ..core.providers.codeartifact.administration.blocking import BLOCKED, SETTLES
from ..core.providers.codeartifact.administration.group_pattern import OwnNames
from ..core.providers.codeartifact.administration.own_names import GROUP, INSIDE
from ..core.providers.codeartifact.repository import Repository
from .asking import answers
from .repositories import configured

TO_BE_BLOCKED = "to be blocked"
_DEADLINE = 600.0  # seconds, beside what a change may take to count


@dataclass(frozen=True)
class Protected:
    """What became of one thing that lets others answer for own names.

    Attributes:
        kind: ``package``: its origin configuration; ``group``: the package group of a pattern.
        subject: the name, or the pattern.
        state: ``blocked``, ``to be blocked``, ``inside`` (from outside, and in the repository already) or ``failed``.
        why: a clause.
    """

    kind: str
    subject: str
    state: str
    why: str

    @property
    def ok(self) -> bool:
        """Whether nobody else answers for it, or would after the change."""
        return self.state in (BLOCKED, TO_BE_BLOCKED)

    @property
    def what(self) -> str:
        """What is changed, in words."""
        if self.kind == GROUP:
            return f"package group {OwnNames.of(self.subject).group}: external connections"
        return f"{self.subject}: upstreams"

    def to_dict(self) -> dict[str, str]:
        """Return it as JSON values."""
        return {"kind": self.kind, "subject": self.subject, "state": self.state, "why": self.why}


@dataclass(frozen=True)
class ProtectionReport:
    """What was, or would be, changed; nothing where all is protected.

    Attributes:
        repository: whose installs are protected.
        patterns: of own names; none for all packages that were published to it.
        found: what was found open.
    """

    repository: Repository
    patterns: tuple[str, ...]
    found: tuple[Protected, ...]

    @property
    def ok(self) -> bool:
        """Whether all is protected, or would be."""
        return all(one.ok for one in self.found)

    @property
    def names(self) -> str:
        """The own names, in words."""
        return ", ".join(self.patterns) or "packages that were published here"

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        found = [one.to_dict() for one in self.found]
        return {
            "repository": self.repository.id,
            "patterns": list(self.patterns),
            "ok": self.ok,
            "found": found,
        }


def protect(options: SecurePyPI, patterns: Sequence[str] = (), *, plan: bool = False) -> ProtectionReport:
    """Block what could answer for own names in the configured repository, and return what that was.

    Args:
        options: the options in force; they name the repository, and who asks AWS.
        patterns: names and patterns such as ``acme-*``; none for every package that was published to the repository.
        plan: change nothing.

    Raises:
        ConfigurationError: a pattern cannot be covered, or the repository is of another provider.
        SecurePyPIError: AWS refuses, or does not answer.
    """
    repository = configured(options)
    known = tuple(str(OwnNames.of(one)) for one in patterns)
    task, deadline = ("exposures", _DEADLINE) if plan else ("protect", _DEADLINE + SETTLES)
    found = [_found(one) for one in answers(task, options.mint_request(), deadline, patterns=list(known))]
    return ProtectionReport(repository, known, tuple(found))


def _found(answer: dict[str, str]) -> Protected:
    planned = INSIDE if answer["kind"] == INSIDE else TO_BE_BLOCKED
    kind = GROUP if answer["kind"] == GROUP else "package"
    return Protected(kind, answer["subject"], answer.get("state", planned), answer["why"])
