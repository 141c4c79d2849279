"""Advisories: what is known against versions of a package, as OSV's records say it (OSV schema 1.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator, List, Mapping, Protocol, Sequence, Tuple

from ..project_name import normalized
from .severity import severity_of
from .versions import parsed

ECOSYSTEM = "PyPI"
MALWARE = "MAL-"
"""How the ids of malicious packages begin."""
Pair = Tuple[str, str]
"""A normalized name and a version."""


@dataclass(frozen=True)
class Advisory:
    """What is known against one version of a package.

    Attributes:
        id: such as ``MAL-2024-1``, ``GHSA-…`` or ``PYSEC-…``.
        summary: one sentence, in the words of the record; it may be empty.
        severity: ``low``, ``medium``, ``high`` or ``critical``; empty where the record says none.
        fixed_in: versions without it; empty where there is none yet.
    """

    id: str
    summary: str = ""
    severity: str = ""
    fixed_in: Tuple[str, ...] = ()

    @property
    def is_malware(self) -> bool:
        """Whether the package is malicious, and not merely at fault."""
        return self.id.startswith(MALWARE)


class Source(Protocol):
    """Where advisories are looked up."""

    def known(self, pairs: Sequence[Pair]) -> List[Tuple[Advisory, ...]]:
        """Return the advisories for each of `pairs`, in their order.

        Raises:
            Unreachable, FileProblem: it does not say.
        """


def advisory(record: Mapping[str, Any], name: str) -> Advisory:
    """Return the advisory that the OSV `record` holds for the project `name`."""
    fixes = [one for affected in affects(record, name) for one in fixed_in(affected)]
    return Advisory(
        str(record.get("id", "")), summary_of(record), severity_of(record), tuple(dict.fromkeys(fixes))
    )


def summary_of(record: Mapping[str, Any]) -> str:
    """Return what a `record` is about, in one line; empty where it does not say."""
    said = str(record.get("summary") or record.get("details") or "")
    return said.strip().partition("\n")[0][:300]


def affects(record: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """Yield the parts of `record` that are about the project `name`; none of a record that was withdrawn."""
    parts = record.get("affected")
    for one in parts if isinstance(parts, list) and not record.get("withdrawn") else ():
        package = one.get("package", {}) if isinstance(one, dict) else {}
        if (
            normalized(str(package.get("name", ""))) == name
            and package.get("ecosystem", ECOSYSTEM) == ECOSYSTEM
        ):
            yield one


def is_affected(version: str, affected: Mapping[str, Any]) -> bool:
    """Return whether `version` is among the versions or within a range of a part of a record."""
    public = version.partition("+")[0]
    if public != version and is_affected(public, affected):
        return True  # a build of one's own, such as 1.0+cpu, has what 1.0 has
    if version in affected.get("versions", ()):
        return True
    ranges = [one.get("events", ()) for one in _ranges(affected)]
    found = parsed(version)
    if found is None:
        return any(event.get("introduced") == "0" for events in ranges for event in events)
    listed = [parsed(str(one)) for one in affected.get("versions", ())]
    return found in [one for one in listed if one is not None] or any(_within(found, one) for one in ranges)


def fixed_in(affected: Mapping[str, Any]) -> Tuple[str, ...]:
    """Return the versions in which a part of a record is mended."""
    return tuple(
        str(event["fixed"]) for one in _ranges(affected) for event in one.get("events", ()) if "fixed" in event
    )


def _within(version: Any, events: Sequence[Mapping[str, str]]) -> bool:
    """Evaluate the events of a range in the order of their versions, as the OSV schema says; ``0`` comes first."""
    inside = False
    for _, limit, kind in sorted(_ordered(events), key=lambda one: one[:2]):
        if kind == "introduced" and version >= limit:
            inside = True
        elif (kind == "fixed" and version >= limit) or (kind == "last_affected" and version > limit):
            inside = False
    return inside


def _ordered(events: Sequence[Mapping[str, str]]) -> Iterator[Tuple[bool, Any, str]]:
    """Yield whether each event is not the first of all, its version and its kind; what is no version is left out."""
    for event in events:
        for kind, text in event.items():
            limit = parsed("0.dev0" if text == "0" else str(text))
            if limit is not None:
                yield text != "0", limit, kind


def _ranges(affected: Mapping[str, Any]) -> List[Mapping[str, Any]]:
    return [one for one in affected.get("ranges", ()) if one.get("type") == "ECOSYSTEM"]
