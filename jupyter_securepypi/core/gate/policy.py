"""The policy of the gate: how old a package must be, what is known to be bad, and what is blocked by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Mapping, Sequence, Tuple, Union

from ..duration import seconds_of
from ..errors import ConfigurationError, RequestRefused
from ..project_name import normalized
from ..requests.requirement import Requirement, parse

MALWARE = ("off", "warn", "block")
"""From the loosest to the strictest."""
SEVERITIES = ("low", "medium", "high", "critical")
VULNERABILITIES = ("off", "warn", "critical", "high", "medium", "low")
"""From the loosest to the strictest; a severity blocks from it on."""
UNKNOWN_AGE = ("allow", "refuse")
_PATTERN = re.compile(r"[A-Za-z0-9*?](?:[A-Za-z0-9._*?-]*[A-Za-z0-9*?])?")


@dataclass(frozen=True)
class Blocked:
    """What an administrator blocks.

    Attributes:
        requirement: the project, and the versions of it; without any, all of them.
        reason: why, for the people who ask.
    """

    requirement: Requirement
    reason: str

    def matches(self, name: str, version: str) -> bool:
        """Return whether `version` of the project `name` is blocked; what is no version is, where any clause is.

        ``<3.1`` blocks 3.1rc1, too, which came before 3.1; to an install that is no version below 3.1 (PEP 440).
        """
        if normalized(name) != self.requirement.project:
            return False
        from .versions import clauses, parsed, within  # with it comes the library for versions

        wanted, found = clauses(self.requirement.versions), parsed(version)
        return wanted is None or found is None or within(found, wanted)


@dataclass(frozen=True)
class Policy:
    """What the gate holds packages to.

    Attributes:
        minimum_age: seconds since the upload of a file; 0 for any age.
        exempt: normalized names and patterns, such as ``acme-*``, to which no age applies.
        unknown_age: ``refuse`` or ``allow`` a file of which the index does not say when it was uploaded.
        malware: ``off``, ``warn`` or ``block``.
        vulnerabilities: ``off``, ``warn``, or the severity from which on one blocks.
        blocked: what is blocked by name.
        osv_url: a service that speaks OSV's API; empty for none.
        osv_database: OSV's export for PyPI, a zip file; empty for none.
    """

    minimum_age: float = 0.0
    exempt: Tuple[str, ...] = ()
    unknown_age: str = "refuse"
    malware: str = "off"
    vulnerabilities: str = "off"
    blocked: Tuple[Blocked, ...] = ()
    osv_url: str = ""
    osv_database: str = ""

    @property
    def looks_up(self) -> bool:
        """Whether advisories are looked up."""
        return self.malware != "off" or self.vulnerabilities != "off"

    @property
    def is_on(self) -> bool:
        """Whether it says anything at all."""
        return bool(self.minimum_age or self.looks_up or self.blocked)

    @property
    def holds_back(self) -> bool:
        """Whether it may hold anything back; what only warns does not."""
        blocking = self.malware == "block" or self.vulnerabilities in SEVERITIES
        return bool(self.minimum_age or self.blocked or blocking)

    def is_exempt(self, name: str) -> bool:
        """Return whether no age applies to the project `name`."""
        return any(fnmatchcase(normalized(name), pattern) for pattern in self.exempt)

    def checked(self) -> Policy:
        """Return it, once it is clear that it can be held.

        Raises:
            ConfigurationError: advisories are to be looked up, and no place for them is named, or two are.
        """
        if self.osv_url and self.osv_database:
            raise ConfigurationError(
                "Two places for advisories are named: osv_url and osv_database.", remedy="name one of them"
            )
        if self.looks_up and not (self.osv_url or self.osv_database):
            name = "malware" if self.malware != "off" else "vulnerabilities"
            raise ConfigurationError(
                f"The option {name} is on, and nothing says where known ones are looked up.",
                remedy="set osv_url to a service that speaks OSV's API, or osv_database to its export for PyPI",
            )
        return self


def read_age(said: Union[str, float]) -> float:
    """Return a minimum age in seconds.

    Raises:
        ConfigurationError: it is no duration.
    """
    found = seconds_of(said) if said != "" else 0.0
    if found is None:
        raise ConfigurationError(
            f"{said!r} is no age.", remedy='write "7 days", "P7D" or a number of seconds; 0 switches it off'
        )
    return found


def read_exempt(said: Sequence[str]) -> Tuple[str, ...]:
    """Return names and patterns, normalized.

    Raises:
        ConfigurationError: one is neither.
    """
    for one in said:
        if not _PATTERN.fullmatch(one):
            raise ConfigurationError(
                f"{one!r} is no name of a project, nor a pattern of names.", remedy="write acme-core or acme-*"
            )
    return tuple(dict.fromkeys(normalized(one) for one in said))


def read_blocked(said: Mapping[str, str]) -> Tuple[Blocked, ...]:
    """Return what is blocked.

    Args:
        said: the reason for each requirement, such as ``{"requests<2.32": "CVE-2024-35195"}``.

    Raises:
        ConfigurationError: one is no name with versions, or has no reason.
    """
    found = []
    for text, reason in said.items():
        try:
            one = parse(text, "blocked")
        except RequestRefused:
            one = Requirement("")
        from .versions import clauses

        if not one.name or one.extras or one.marker.text or clauses(one.versions) is None:
            raise ConfigurationError(
                f"{text!r} cannot be blocked: it is no name with versions.",
                remedy="write requests or requests<2.32",
            )
        if not reason.strip():
            raise ConfigurationError(
                f"{text!r} is blocked without a reason.", remedy="say why; people who ask for it are told so"
            )
        found.append(Blocked(one, reason.strip()))
    return tuple(found)
