"""Own names that an upstream could answer for: what a repository has of them, and what keeps others out.

A stranger's package under an own name comes in over an external connection, or from an upstream that has taken it in
before. Three things keep it out: the origin configuration of the package in the repository, the package group of its
name, and that there is no way in (CodeArtifact user guide, "Package origin controls" and "Package group origin
controls").
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Dict, List, Sequence, Set, Tuple

from ....errors import NotFound
from ..repository import Repository
from .api import FORMAT, Api, group_arn, package_arn
from .group_pattern import OwnNames

PACKAGE, GROUP, INSIDE = "package", "group", "inside"
_SERVED = ("Published", "Unlisted")
_AT_ONCE = 8


@dataclass(frozen=True)
class Exposure:
    """Something that lets others answer for own names.

    Attributes:
        kind: ``package``: its origin configuration is to block upstreams; ``group``: a package group is to block
            external connections; ``inside``: a version from outside is in the repository already.
        subject: the name, or the pattern of names.
        why: a clause.
    """

    kind: str
    subject: str
    why: str


@dataclass(frozen=True)
class Ways:
    """The ways into a repository.

    Attributes:
        repository: it, by its name.
        upstreams: all repositories that it takes packages from, the nearest first.
        connections: the external connections of it and of the upstreams: the repository, and the connection.
    """

    repository: str
    upstreams: Tuple[str, ...] = ()
    connections: Tuple[Tuple[str, str], ...] = ()

    @property
    def direct(self) -> bool:
        """Whether it has an external connection itself."""
        return any(name == self.repository for name, _ in self.connections)

    @property
    def connected(self) -> bool:
        """Whether it, or one of the upstreams, has one."""
        return bool(self.connections)

    @property
    def open(self) -> bool:
        """Whether there is one."""
        return bool(self.upstreams) or self.direct


@dataclass
class Look:
    """Looks at the own names of one repository; what was asked once is remembered.

    Attributes:
        api: asks.
        repository: whose installs are to be protected.
    """

    api: Api
    repository: Repository
    _origins: Dict[Tuple[str, str], List[Dict[str, Any]]] = field(default_factory=dict)

    def exposures(self, patterns: Sequence[OwnNames]) -> List[Exposure]:
        """Return what lets others answer for the names of `patterns`; without any, for each package published here.

        Raises:
            SecurePyPIError: AWS does not say, or may not be asked.
        """
        ways = self.ways()
        if not ways.open:
            return []
        found = [one for pattern in patterns if ways.connected for one in self._uncovered(pattern)]
        # Without patterns only names that their own configuration does not block are worth a look.
        here = self._listed(self.repository.name, patterns, {} if patterns else {"upstream": "ALLOW"})
        there = [name for one in ways.upstreams if patterns for name in self._listed(one, patterns, {})]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for more in pool.map(
                lambda name: self._of_name(name, here.get(name, "ALLOW"), ways, bool(patterns)),
                sorted({*here, *there}),
            ):
                found += more
        covered = {one.subject for one in found if one.kind == GROUP}
        return [one for one in found if not (one.kind == GROUP and _within(one, covered, patterns))]

    def ways(self) -> Ways:
        """Return the ways into the repository."""
        found: List[str] = []
        queue = [self.repository.name]
        connections: List[Tuple[str, str]] = []
        while queue:
            name = queue.pop(0)
            described = self.api.call(
                "DescribeRepository", self.repository, replace(self.repository, name=name).arn, repository=name
            )["repository"]
            outside = described.get("externalConnections", ())
            connections += [(name, str(one["externalConnectionName"])) for one in outside]
            new = [str(one["repositoryName"]) for one in described.get("upstreams", ())]
            new = [one for one in new if one not in found and one != self.repository.name]
            found += new
            queue += new
        return Ways(self.repository.name, tuple(found), tuple(connections))

    def _uncovered(self, pattern: OwnNames) -> List[Exposure]:
        external, _ = self._blocked(pattern.sample)
        if external:
            return []
        return [Exposure(GROUP, str(pattern), "no package group keeps names out that nobody has here yet")]

    def _listed(self, repository: str, patterns: Sequence[OwnNames], only: Dict[str, str]) -> Dict[str, str]:
        """Return the names in a repository that are covered, and what each says of upstreams."""
        found: Dict[str, str] = {}
        for prefix in [one.prefix for one in patterns] or [""]:
            asked = {
                "repository": repository,
                "format": FORMAT,
                **({"packagePrefix": prefix} if prefix else {}),
            }
            arn = replace(self.repository, name=repository).arn
            for one in self.api.pages("ListPackages", "packages", self.repository, arn, **asked, **only):
                restrictions = one.get("originConfiguration", {}).get("restrictions", {})
                found[str(one["package"])] = str(restrictions.get("upstream", "ALLOW"))
        return {
            name: upstream
            for name, upstream in found.items()
            if not patterns or any(pattern.covers(name) for pattern in patterns)
        }

    def _of_name(self, name: str, upstream: str, ways: Ways, asked_for: bool) -> List[Exposure]:
        here = self._versions(self.repository.name, name)
        internal = [one for one in here if _type(one) == "INTERNAL"]
        if not (internal or asked_for):
            return []
        found = []
        strange = [str(one["version"]) for one in here if _type(one) == "EXTERNAL" and one["status"] in _SERVED]
        if strange:
            why = f"{self.repository} has {', '.join(strange[:5])} of it, from outside"
            found.append(Exposure(INSIDE, name, why))
        if upstream != "ALLOW":
            return found
        held = [one for holder in ways.upstreams for one in self._versions(holder, name)]
        external_blocked, internal_blocked = self._blocked(name)
        # What an upstream publishes must go on coming from it: only strangers are kept out.
        if any(_point(one) in ways.upstreams for one in (*internal, *held)):
            if ways.connected and not external_blocked:
                found.append(
                    Exposure(GROUP, name, "an upstream publishes it, and no package group keeps strangers out")
                )
            return found
        over_connection = ways.direct and not external_blocked
        over_upstream = bool(ways.upstreams) and not internal_blocked and (bool(held) or not external_blocked)
        if over_connection or over_upstream:
            answers = " and ".join(
                [
                    *(["the external connection"] if over_connection else []),
                    *(ways.upstreams if over_upstream else ()),
                ]
            )
            found.append(Exposure(PACKAGE, name, f"{answers} could answer for it"))
        return found

    def _blocked(self, name: str) -> Tuple[bool, bool]:
        """Return whether the package group of `name` blocks external connections, and upstreams."""
        answer = self.api.call(
            "GetAssociatedPackageGroup",
            self.repository,
            group_arn(self.repository, "/*"),
            format=FORMAT,
            package=name,
        )
        # A variation of a name that a group is about is blocked, whatever the group allows.
        if answer.get("associationType") == "WEAK":
            return True, True
        restrictions = answer["packageGroup"].get("originConfiguration", {}).get("restrictions", {})
        external, upstream = (
            restrictions.get(entry, {}).get("effectiveMode") == "BLOCK"
            for entry in ("EXTERNAL_UPSTREAM", "INTERNAL_UPSTREAM")
        )
        return external, upstream

    def _versions(self, repository: str, name: str) -> List[Dict[str, Any]]:
        key = repository, name
        if key not in self._origins:
            arn = package_arn(replace(self.repository, name=repository), name)
            asked = {"repository": repository, "format": FORMAT, "package": name}
            try:
                self._origins[key] = list(
                    self.api.pages("ListPackageVersions", "versions", self.repository, arn, **asked)
                )
            except NotFound:
                self._origins[key] = []
        return self._origins[key]


def _within(one: Exposure, covered: Set[str], patterns: Sequence[OwnNames]) -> bool:
    """Return whether the group of a wider pattern, which is found uncovered, too, will do for `one`."""
    wider = [pattern for pattern in patterns if not pattern.whole and str(pattern) in covered]
    return any(str(pattern) != one.subject and pattern.covers(one.subject) for pattern in wider)


def _type(version: Dict[str, Any]) -> str:
    return str(version.get("origin", {}).get("originType", "UNKNOWN"))


def _point(version: Dict[str, Any]) -> str:
    """Return the repository that a version was published to; empty where it was not published."""
    return str(version.get("origin", {}).get("domainEntryPoint", {}).get("repositoryName", ""))
