"""Something that a person should know: where, what, why, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Callable, Dict, Optional, Sequence

from .errors import SecurePyPIError
from .masking import masked

if TYPE_CHECKING:
    from .file_change import FileChanges


@dataclass(frozen=True)
class Fix:
    """A remedy that can be applied here.

    Attributes:
        does: its effect, as in "remove …".
        apply: applies it; returns one sentence for each change, and raises `SecurePyPIError` or `OSError`.
        ours: it only touches our own files; other files need consent.
        renews: it mints a new token, which a server leaves to its refresher.
        changes: returns what it would change in files that are not ours, without changing it; None where that is no
            matter of content.
    """

    does: str
    apply: Callable[[], Sequence[str]] = field(repr=False)
    ours: bool = True
    renews: bool = False
    changes: Optional[Callable[[], FileChanges]] = field(default=None, repr=False)


@dataclass(frozen=True)
class Finding:
    """One fact that a person should know or act on.

    Attributes:
        where: the file, variable, kernel, client or check that it is about; empty if `what` says it all.
        what: the problem, in one sentence.
        why: the cause, or empty.
        remedy: what to do about it, perhaps with lines of code, or empty.
        fix: the remedy as something to apply, or None.
        kind: a word by which programs tell findings apart; the code that makes the finding defines it.
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
        """Return `error` as a finding; its kind is the error's class."""
        return Finding(where, error.message, error.why, error.remedy, fix, type(error).__name__)

    @property
    def message(self) -> str:
        """`what`, followed by `why` if there is a cause, as whole sentences."""
        return f"{_ended(self.what)} {_ended(self.why[0].upper() + self.why[1:])}" if self.why else self.what

    def sentence(self) -> str:
        """Return the whole finding on one line, without credentials; `where` comes first unless `what` names it."""
        lead = f"{self.where}: " if self.where and self.where not in self.what else ""
        remedy = f" Try: {self.remedy}" if self.remedy else ""
        text = lead + (_ended(self.message) if remedy else self.message) + remedy
        return masked(" ".join(text.split()))

    def __str__(self) -> str:
        return self.sentence()

    def to_dict(self) -> Dict[str, str]:
        """Return kind, source, message and remedy without credentials, for REST answers and ``--json``."""
        values = {"kind": self.kind, "source": self.where, "message": self.message, "remedy": self.remedy}
        return {name: masked(text) for name, text in values.items()}


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
