"""The package groups of a domain: which one a package belongs to, and what it allows.

AWS user guide, "Package group origin controls" and "Working with package groups". Creation and deletion count only
after a delay; changes of a group's controls count at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .patterns import ROOT, Pattern, package_path

ENTRIES = ("EXTERNAL_UPSTREAM", "INTERNAL_UPSTREAM", "PUBLISH")
MODES = ("ALLOW", "ALLOW_SPECIFIC_REPOSITORIES", "BLOCK", "INHERIT")
DELAY = 0.2  # seconds, unless the fault `group_delay` says another


@dataclass
class Group:
    """A package group.

    Attributes:
        created: epoch seconds.
        counts_from: when its creation comes into force.
        counts_until: when its deletion comes into force, or None while it exists.
        modes: by way of entry.
        allowed: names of repositories by way of entry, for ``ALLOW_SPECIFIC_REPOSITORIES``.
    """

    pattern: Pattern
    created: float
    counts_from: float
    counts_until: float | None = None
    description: str = ""
    contact: str = ""
    modes: dict[str, str] = field(default_factory=lambda: dict.fromkeys(ENTRIES, "INHERIT"))
    allowed: dict[str, list[str]] = field(default_factory=lambda: {entry: [] for entry in ENTRIES})


class Groups:
    """The groups of one domain; the root group contains every package and cannot be deleted."""

    def __init__(self, now: float) -> None:
        root = Group(Pattern(ROOT), now, now, modes=dict.fromkeys(ENTRIES, "ALLOW"))
        self._groups: list[Group] = [root]

    def all(self) -> list[Group]:
        """Return the groups that exist, by pattern."""
        existing = [group for group in self._groups if group.counts_until is None]
        return sorted(existing, key=lambda group: group.pattern.text)

    def get(self, pattern: str) -> Group | None:
        """Return the group with this pattern, or None."""
        return next((group for group in self.all() if group.pattern.text == pattern), None)

    def create(self, pattern: Pattern, now: float, delay: float) -> Group:
        """Create a group that counts after `delay` seconds; there must be none with this pattern."""
        group = Group(pattern, now, now + delay)
        self._groups.append(group)
        return group

    def delete(self, group: Group, now: float, delay: float) -> None:
        """Delete a group, which counts for `delay` seconds more."""
        group.counts_until = now + delay

    def parent(self, group: Group) -> Group | None:
        """Return the most specific group around `group`; the root group has none."""
        around = [other for other in self.all() if other.pattern.contains(group.pattern)]
        return max(around, key=lambda other: other.pattern.rank, default=None)

    def children(self, group: Group) -> list[Group]:
        """Return the groups directly within `group`."""
        return [other for other in self.all() if self.parent(other) is group]

    def associated(self, path: str, now: float | None = None) -> tuple[Group, str]:
        """Return the group of the package at `path`, and how strongly it matches.

        Args:
            path: as `package_path` gives it.
            now: take what has come into force by then; None for what will be when all has.
        """
        fits = [
            (group, strength)
            for group in self._groups
            if self._counts(group, now) and (strength := group.pattern.strength(path))
        ]
        return max(fits, key=lambda fit: (fit[0].pattern.rank, fit[1] == "STRONG"))

    def effective(self, group: Group, entry: str) -> tuple[str, Group]:
        """Return the mode in force for a way of entry, and the group that it comes from."""
        current: Group | None = group
        while current is not None:
            if current.modes[entry] != "INHERIT":
                return current.modes[entry], current
            current = self.parent(current)
        return "ALLOW", group

    def allows(self, repository: str, package: str, entry: str, now: float) -> bool:
        """Return whether versions of a Python package may come into `repository` by this way of entry."""
        group, strength = self.associated(package_path("pypi", "", package), now)
        # A variation of a name that a group is about is blocked, whatever the group allows.
        if strength == "WEAK":
            return False
        mode, source = self.effective(group, entry)
        if mode == "ALLOW_SPECIFIC_REPOSITORIES":
            return repository in source.allowed[entry]
        return mode == "ALLOW"

    @staticmethod
    def _counts(group: Group, now: float | None) -> bool:
        if now is None:
            return group.counts_until is None
        return group.counts_from <= now and (group.counts_until is None or now < group.counts_until)
