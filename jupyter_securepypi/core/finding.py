"""Something that a person should know: where, what, why, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Dict, Optional, Sequence

from .errors import SecurePyPIError
from .masking import masked


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
class Finding:
    """One thing to know or to mend.

    Attributes:
        where: the file, variable, kernel, client or check that it is about; empty where `what` says it all.
        what: what is the matter, one sentence.
        why: the cause, or empty.
        remedy: what to do about it, perhaps with lines of code, or empty.
        fix: the remedy as something to apply, if it is that simple.
        kind: a word by which programs tell findings apart; whoever makes the finding defines it.
        severity: ``info``, ``warning`` or ``error``.
    """

    where: str
    what: str
    why: str = ""
    remedy: str = ""
    fix: Optional[Fix] = None
    kind: str = ""
    severity: str = "error"

    @staticmethod
    def of(error: SecurePyPIError, where: str = "", fix: Optional[Fix] = None) -> Finding:
        """Return what `error` says as a finding; its kind is the error's class."""
        return Finding(where, error.message, error.why, error.remedy, fix, type(error).__name__)

    @property
    def message(self) -> str:
        """What and why, as whole sentences where there is a cause."""
        return f"{_ended(self.what)} {_ended(self.why[0].upper() + self.why[1:])}" if self.why else self.what

    def sentence(self) -> str:
        """Return all of it on one line, without credentials; `where` leads, unless `what` names it already."""
        lead = f"{self.where}: " if self.where and self.where not in self.what else ""
        remedy = f" Try: {self.remedy}" if self.remedy else ""
        text = lead + (_ended(self.message) if remedy else self.message) + remedy
        return masked(" ".join(text.split()))

    def __str__(self) -> str:
        return self.sentence()

    def to_dict(self) -> Dict[str, str]:
        """Return kind, source, message and remedy, without credentials: as in REST answers and ``--json``."""
        values = {"kind": self.kind, "source": self.where, "message": self.message, "remedy": self.remedy}
        return {name: masked(text) for name, text in values.items()}


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
