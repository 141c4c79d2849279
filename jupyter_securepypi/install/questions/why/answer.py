"""The answer to ``why``: one kind, in sentences, with facts and ways on; all faces show this value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ....core.commands import typed
from ....core.foreign_text import in_one_line
from ....core.gate.verdict import Verdict
from ....core.secret import without

AVAILABLE, ABSENT, NO_VERSION, NO_FILE = "available", "absent", "no_version", "no_file"
SOURCE_ONLY, YANKED, KEPT_OUT = "source_only", "yanked", "kept_out"
NO_PERMISSION, UNKNOWN = "no_permission", "unknown"
KINDS = (AVAILABLE, ABSENT, NO_VERSION, NO_FILE, SOURCE_ONLY, YANKED, KEPT_OUT, NO_PERMISSION, UNKNOWN)
"""Further kinds are those of the gate's verdicts that hold back, and those of a provider's `Standing`."""


@dataclass(frozen=True)
class Answer:
    """What is true of a requirement, here and now.

    Attributes:
        kind: one of `KINDS`, of the gate's, or of the provider's standings.
        requirement: what was asked, as it was read.
        name: of the package, as it was spelled.
        sentences: the answer, then what else there is to know.
        ways_on: what can be done; empty where nothing need be.
        version: what an install would take; empty where it would take nothing.
        facts: for people, a label and a value each.
        verdicts: the gate's on each version that has a file for this Python, the newest first.
        not_known: what could not be found out, and why.
    """

    kind: str
    requirement: str
    name: str
    sentences: tuple[str, ...]
    ways_on: tuple[str, ...] = ()
    version: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    not_known: tuple[str, ...] = ()

    def without(self, secret: str) -> Answer:
        """Return it with ``****`` for `secret`, which an index may have put into names, versions and sentences."""

        def hushed(texts: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(without(secret, one) for one in texts)

        return replace(
            self,
            sentences=hushed(self.sentences),
            ways_on=hushed(self.ways_on),
            version=without(secret, self.version),
            facts=tuple((label, without(secret, value)) for label, value in self.facts),
            verdicts=tuple(replace(one, version=without(secret, one.version)) for one in self.verdicts),
            not_known=hushed(self.not_known),
        )

    def __str__(self) -> str:
        """Return the sentences, ways on and what is not known, a line each; names come from the index."""
        lines = [
            *self.sentences,
            *(f"  try   {way}" for way in self.ways_on),
            *(f"  not known   {sentence}" for sentence in self.not_known),
        ]
        return "\n".join(typed(in_one_line(line)) for line in lines)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "kind": self.kind,
            "requirement": self.requirement,
            "name": self.name,
            "version": self.version,
            "sentences": [typed(one) for one in self.sentences],
            "ways_on": [typed(one) for one in self.ways_on],
            "facts": [{"label": label, "value": value} for label, value in self.facts],
            "verdicts": [one.to_dict() for one in self.verdicts],
            "not_known": list(self.not_known),
        }
