"""What the gate says about one version of a package, and in which words."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple

from ..duration import in_words

if TYPE_CHECKING:
    from .advisories import Advisory

ALLOWED, TOO_YOUNG, AGE_UNKNOWN = "allowed", "too_young", "age_unknown"
MALICIOUS, VULNERABLE, BLOCKED = "malicious", "vulnerable", "blocked"
KINDS = (ALLOWED, TOO_YOUNG, AGE_UNKNOWN, MALICIOUS, VULNERABLE, BLOCKED)
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """The gate's verdict about one version.

    Attributes:
        name: of the package.
        version: of it.
        kind: one of `KINDS`.
        held_back: it may not be installed; otherwise the verdict is a warning, or it is allowed.
        age: seconds since the upload; None where it is not known or does not matter.
        until: epoch second from which on it is allowed; None where no time changes the verdict.
        reason: the administrator's, of what is blocked.
        advisories: what is known against it.
    """

    name: str
    version: str
    kind: str
    held_back: bool = False
    age: Optional[float] = None
    until: Optional[float] = None
    reason: str = ""
    advisories: Tuple[Advisory, ...] = ()

    def __str__(self) -> str:
        """Return it as a sentence without its full stop."""
        return f"{self.name} {self.version} {self.clause}"

    @property
    def clause(self) -> str:
        """What is the matter: a predicate, for a sentence that begins with the package."""
        if self.kind == TOO_YOUNG:
            return f"is {in_words(self.age or 0.0)} old, allowed from {point_in_time(self.until or 0.0)}"
        if self.kind == AGE_UNKNOWN:
            return "has an unknown age: the index does not say when it was uploaded"
        if self.kind == BLOCKED:
            return f"is blocked: {self.reason}"
        if self.kind == MALICIOUS:
            return f"is malicious: {_told(self.advisories)}"
        if self.kind == VULNERABLE:
            return f"is vulnerable: {_told(self.advisories)}"
        return "is allowed"

    def to_dict(self) -> Dict[str, Any]:
        """Return it as JSON values."""
        return {
            "name": self.name,
            "version": self.version,
            "kind": self.kind,
            "held_back": self.held_back,
            "until": self.until,
            "reason": self.reason,
            "advisories": [one.id for one in self.advisories],
            "text": str(self),
        }


def point_in_time(epoch: float) -> str:
    """Return an epoch second as a local date and time, like ``1 December 14:05``; the year where it is another one.

    It is rounded up to the minute: at that time it has passed.
    """
    then, now = time.localtime(-(-epoch // 60) * 60), time.localtime()
    year = f" {then.tm_year}" if then.tm_year != now.tm_year else ""
    return f"{then.tm_mday} {_MONTHS[then.tm_mon - 1]}{year} {then.tm_hour:02}:{then.tm_min:02}"


def _told(advisories: Tuple[Advisory, ...]) -> str:
    shown = [
        one.id + (f" ({one.severity})" if one.severity else "") + (f", {one.summary}" if one.summary else "")
        for one in advisories[:3]
    ]
    more = len(advisories) - len(shown)
    return "; ".join([*shown, *([f"and {more} more"] if more > 0 else [])])
