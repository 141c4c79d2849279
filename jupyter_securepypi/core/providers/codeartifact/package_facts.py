"""What CodeArtifact's API tells of a package: statuses, upstreams, and origin controls. Runs in the child.

AWS user guide: "Package version status", "Working with upstream repositories", "Package origin control settings" and
"Package group origin controls".
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Dict, List, Mapping, Optional, Set, Tuple

from ...errors import NotFound, SecurePyPIError, Unreachable
from ...grant import MintRequest
from ..package_facts import Barrier, PackageFacts, Standing
from .mint import Caller, ask
from .repository import named_by

_TIMEOUTS = (2.0, 4.0)  # seconds to connect, and for an answer
_AT_ONCE = 8
_MOST_REPOSITORIES = 25  # AWS user guide, "Requesting a package version with upstream repositories"
_MOST_PAGES = 20
_PUBLISHED = "Published"
_BARS = ("INTERNAL_UPSTREAM", "EXTERNAL_UPSTREAM")
_BACK = "whoever administers {} can set it to Published (codeartifact:UpdatePackageVersionsStatus)"
_ASKS = {
    "DescribeRepository": "Which upstreams there are",
    "DescribePackage": "Whether its origin configuration keeps versions out",
    "ListPackageVersions": "Which status its versions have",
    "GetAssociatedPackageGroup": "Whether a package group keeps it out",
    "ListAllowedRepositoriesForGroup": "Which repositories its package group lets it into",
}
_STATUSES = {
    "Unlisted": ("no install finds it by itself", _BACK),
    "Archived": ("nobody can download it", _BACK),
    "Disposed": ("its files are gone for good", ""),
    "Unfinished": ("its upload was never completed", "publish all of its files once more"),
}


def look_up(request: MintRequest, project: str) -> PackageFacts:
    """Return what the API tells of the package `project`; a call that fails hides no other.

    Raises:
        SecurePyPIError: there are no credentials to ask with.
    """
    # Any patience turns the SDK's own retries off, and this small one allows a single attempt.
    caller = Caller(replace(request, patience=0.001), _TIMEOUTS)
    _, session = caller.assume()
    client = caller.client(session, "codeartifact", named_by(request).region)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return _Walk(caller.request, project, client, pool).facts()


@dataclass
class _Wall:
    """A barrier while it is being walked around."""

    what: str
    remedy: str
    beyond: Dict[str, None] = field(default_factory=dict)
    versions: Dict[str, None] = field(default_factory=dict)
    complete: bool = True


@dataclass(frozen=True)
class _Place:
    """What one repository says."""

    upstreams: List[str]
    connections: List[str]
    bars: bool
    statuses: Optional[Mapping[str, str]]


class _Walk:
    """Looks through a repository and its upstreams, a level at a time; the arguments are those of `look_up`."""

    def __init__(self, request: MintRequest, project: str, client: Any, pool: ThreadPoolExecutor) -> None:
        self._request, self._project, self._client, self._pool = request, project, client, pool
        self._home = named_by(request)
        self._domain = {"domain": self._home.domain, "domainOwner": self._home.owner}
        self._package = {**self._domain, "format": "pypi", "package": project}
        self._not_known: Dict[str, None] = {}
        self._walls: Dict[str, _Wall] = {}
        self._group: Mapping[str, Any] = {}
        self._allowed: Dict[Tuple[str, str], List[str]] = {}

    def facts(self) -> PackageFacts:
        """Return all that is found."""
        group: Optional[Future[Any]] = self._start("GetAssociatedPackageGroup", **self._package)
        statuses: Dict[str, Tuple[str, str]] = {}
        seen: Set[str] = {self._home.name}
        todo: List[Tuple[str, Optional[_Wall]]] = [(self._home.name, None)]
        while todo:
            level, todo = todo, []
            starts = [self._start_place(name) for name, _ in level]
            if group:
                self._group = group.result() or {}
            group = None
            for (name, wall), start in zip(level, starts):
                place = self._place(start)
                if wall is None:
                    for version, status in (place.statuses or {}).items():
                        statuses.setdefault(version, (status, self._label(name)))
                else:
                    wall.versions.update(dict.fromkeys(place.statuses or ()))
                    wall.complete = wall.complete and place.statuses is not None
                for upstream in place.upstreams:
                    ahead = wall or self._wall(name, place, _BARS[0])
                    if ahead:
                        ahead.beyond[self._label(upstream)] = None
                    if upstream not in seen and len(seen) < _MOST_REPOSITORIES:
                        seen.add(upstream)
                        todo.append((upstream, ahead))
                for connection in place.connections:
                    ahead = wall or self._wall(name, place, _BARS[1])
                    if ahead:
                        ahead.beyond[connection] = None
                        ahead.complete = False
        return PackageFacts(
            {version: _standing(*found) for version, found in statuses.items() if found[0] != _PUBLISHED},
            tuple(
                Barrier(one.what, tuple(one.beyond), tuple(one.versions), one.complete, one.remedy)
                for one in self._walls.values()
            ),
            tuple(self._not_known),
        )

    def _start_place(self, name: str) -> "Tuple[Future[Any], Future[Any], Future[Any]]":
        package = {**self._package, "repository": name}
        return (
            self._start("DescribeRepository", **self._domain, repository=name),
            self._start("DescribePackage", **package),
            self._pool.submit(self._statuses, package),
        )

    def _place(self, start: "Tuple[Future[Any], Future[Any], Future[Any]]") -> _Place:
        repository, package, statuses = (one.result() for one in start)
        described = (repository or {}).get("repository", {})
        restrictions = (package or {}).get("package", {}).get("originConfiguration", {}).get("restrictions", {})
        return _Place(
            [str(one["repositoryName"]) for one in described.get("upstreams", ())],
            [str(one["externalConnectionName"]) for one in described.get("externalConnections", ())],
            restrictions.get("upstream") == "BLOCK",
            statuses,
        )

    def _wall(self, name: str, place: _Place, bar: str) -> Optional[_Wall]:
        """Return what keeps versions from entering the repository `name` by one way; None where nothing does."""
        where = self._label(name)
        if place.bars:
            what = f"the origin configuration of {self._project} in {where}"
            remedy = f"let its upstream be ALLOW in {where} (codeartifact:PutPackageOriginConfiguration)"
            return self._walls.setdefault(what, _Wall(what, remedy))
        described = self._group.get("packageGroup", {})
        pattern = described.get("pattern", "")
        if self._group.get("associationType") == "WEAK":
            what = f"the package group {pattern}, which is about a name like {self._project}"
        else:
            said = described.get("originConfiguration", {}).get("restrictions", {}).get(bar, {})
            mode = said.get("effectiveMode", "ALLOW")
            pattern = said.get("inheritedFrom", {}).get("pattern", pattern)
            if mode == "ALLOW" or (
                mode == "ALLOW_SPECIFIC_REPOSITORIES" and name in self._allowed_by(pattern, bar)
            ):
                return None
            what = f"the package group {pattern} ({bar}: {mode})"
        remedy = f"change that group of the domain {self._home.domain}"
        remedy += " (codeartifact:UpdatePackageGroupOriginConfiguration)"
        return self._walls.setdefault(what, _Wall(what, remedy))

    def _allowed_by(self, pattern: str, bar: str) -> List[str]:
        """Return the repositories that a group allows; one that cannot be asked counts as one that allows none."""
        if (pattern, bar) not in self._allowed:
            asked = {**self._domain, "packageGroup": pattern, "originRestrictionType": bar}
            said = self._call("ListAllowedRepositoriesForGroup", asked) or {}
            self._allowed[pattern, bar] = [str(one) for one in said.get("allowedRepositories", ())]
        return self._allowed[pattern, bar]

    def _statuses(self, package: Mapping[str, str]) -> Optional[Mapping[str, str]]:
        found: Dict[str, str] = {}
        more: Dict[str, str] = {}
        for _ in range(_MOST_PAGES):
            page = self._call("ListPackageVersions", {**package, **more})
            if page is None:
                return None
            found.update((str(one["version"]), str(one["status"])) for one in page.get("versions", ()))
            more = {"nextToken": page["nextToken"]} if page.get("nextToken") else {}
            if not more:
                break
        return found

    def _start(self, operation: str, **parameters: str) -> "Future[Any]":
        return self._pool.submit(self._call, operation, parameters)

    def _call(self, operation: str, parameters: Mapping[str, str]) -> Any:
        """Return an answer; empty where there is no such thing, and None where it does not answer."""
        action = f"codeartifact:{operation}"
        name = "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in operation)[1:]
        method: Optional[Callable[..., Any]] = getattr(self._client, name, None)
        try:
            if method is None:
                raise Unreachable(f"boto3 is missing here, or too old for {action}.")
            return ask(action, self._request, lambda: method(**parameters))
        except NotFound:
            return {}
        except SecurePyPIError as error:
            self._not_known[f"{_ASKS[operation]} could not be seen: {error.message}"] = None
            return None

    def _label(self, name: str) -> str:
        return f"{self._home.domain}/{name}"


def _standing(status: str, where: str) -> Standing:
    means, remedy = _STATUSES.get(status, ("the index does not give it out", ""))
    return Standing(status.lower(), f"is {status} in {where}: {means}", remedy.format(where))
