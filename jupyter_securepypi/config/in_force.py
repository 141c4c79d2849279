"""The policy in force, what is locked, and by which file: in words for people, and as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core.duration import exactly
from ..core.gate.policy import Policy

_SHOWN = 3
"""Of what is blocked by name, so many are named in a sentence."""


@dataclass(frozen=True)
class PolicyInForce:
    """What the gate holds packages to, and which options are locked.

    Attributes:
        policy: the policy.
        locked: option → the file that locks it; options that are not the gate's are among them.
    """

    policy: Policy
    locked: Mapping[str, str]

    @property
    def text(self) -> str:
        """The policy in one sentence without its full stop; empty where it is off."""
        return "; ".join(_parts(self.policy))

    @property
    def locked_text(self) -> str:
        """What is locked, and by which files; empty where nothing is."""
        files: dict[str, list[str]] = {}
        for option, file in self.locked.items():
            files.setdefault(file, []).append(option)
        return "; ".join(f"{', '.join(options)} (by {file})" for file, options in files.items())

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What there is to say, a name and a text each; none where the policy is off and nothing is locked."""
        return [(name, text) for name, text in (("gate", self.text), ("locked", self.locked_text)) if text]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values; ages are in seconds."""
        policy = self.policy
        return {
            "minimum_age": policy.minimum_age,
            "exempt": list(policy.exempt),
            "unknown_age": policy.unknown_age,
            "malware": policy.malware,
            "vulnerabilities": policy.vulnerabilities,
            "blocked": {str(one.requirement): one.reason for one in policy.blocked},
            "locked": [{"option": option, "file": file} for option, file in self.locked.items()],
            "text": self.text,
        }


def _parts(policy: Policy) -> list[str]:
    parts = []
    if policy.minimum_age:
        exempt = f" ({', '.join(policy.exempt)} exempt)" if policy.exempt else ""
        parts.append(f"{exactly(policy.minimum_age)} old at least{exempt}")
        if policy.unknown_age == "allow":
            parts.append("an unknown age is allowed")
    if policy.malware != "off":
        parts.append("malware blocked" if policy.malware == "block" else "malware only warned of")
    if policy.vulnerabilities == "warn":
        parts.append("vulnerabilities only warned of")
    elif policy.vulnerabilities != "off":
        parts.append(f"vulnerabilities held back from {policy.vulnerabilities} on")
    if policy.blocked:
        names = [str(one.requirement) for one in policy.blocked]
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        parts.append(f"blocked by name: {', '.join(names[:_SHOWN])}{more}")
    return parts
