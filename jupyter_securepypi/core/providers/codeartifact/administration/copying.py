"""Copy versions from one repository to another, prove that they arrived, and touch nothing that is there already."""

from __future__ import annotations

import re
import time
from dataclasses import asdict, dataclass, field
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Set, Tuple

from ....errors import AccessDenied, CredentialsError, NotFound, SecurePyPIError
from ....gate.versions import parsed
from ..repository import Repository
from .api import FORMAT, Api, package_arn, told

ABSENT, THERE, OTHER = "absent", "there", "other"
COPIED, FAILED = "copied", "failed"
_SERVED = ("Published", "Unlisted")  # CodeArtifact user guide, "Package version status"
_ARCHIVE = re.compile(r"\.(whl|egg|zip|tgz|tar\.(gz|bz2|xz))$")
_ARRIVES = 10.0  # seconds until a copy must be in the lists


@dataclass(frozen=True)
class Wanted:
    """A version that is to be copied.

    Attributes:
        name: normalized.
        version: of it.
        files: filename → SHA-256, of all its files in the source.
        needs: the normalized names that it needs.
        spellings: of the version; CodeArtifact may know it by any of them.
    """

    name: str
    version: str
    files: Mapping[str, str]
    needs: Tuple[str, ...]
    spellings: Tuple[str, ...]

    def to_dict(self) -> Dict[str, Any]:
        """Return the attributes as JSON values."""
        return asdict(self)

    @staticmethod
    def from_dict(said: Mapping[str, Any]) -> Wanted:
        """Return what `to_dict` described."""
        return Wanted(
            said["name"], said["version"], said["files"], tuple(said["needs"]), tuple(said["spellings"])
        )


@dataclass(frozen=True)
class Outcome:
    """What became of a version, or how it stands in the destination.

    Attributes:
        name: normalized.
        version: of it.
        state: ``absent``, ``there``, ``other`` (other content has its number), ``copied`` or ``failed``.
        why: a clause, or empty.
    """

    name: str
    version: str
    state: str
    why: str = ""


@dataclass
class Destination:
    """The repository to copy to, as it is; each package is asked for once.

    Attributes:
        api: asks.
        repository: the destination.
    """

    api: Api
    repository: Repository
    _statuses: Dict[str, List[Tuple[str, str]]] = field(default_factory=dict)

    def must_exist(self) -> None:
        """Check that there is such a repository: a package of none is as absent as one of an empty one.

        Raises:
            NotFound: there is none.
        """
        self.api.call("DescribeRepository", self.repository, repository=self.repository.name)

    def look(self, wanted: Wanted) -> Outcome:
        """Return how `wanted` stands here: ``absent``, ``there`` or ``other``.

        Raises:
            SecurePyPIError: AWS does not say.
        """

        def found(state: str, why: str = "") -> Outcome:
            return Outcome(wanted.name, wanted.version, state, why)

        version, status = self._status(wanted)
        if not status:
            return found(ABSENT)
        if status not in _SERVED:
            return found(
                OTHER,
                f"{self.repository} has it as {status}, so nobody can install it, and its number is taken",
            )
        here = self._files(wanted.name, version)
        for name, digest in here.items():
            if name not in wanted.files:
                return found(OTHER, f"{self.repository} has other content under it: the source has no {name}")
            if digest != wanted.files[name]:
                return found(OTHER, f"{self.repository} has other content under it: {name}")
        if not here:
            return found(OTHER, f"{self.repository} has it without a file")
        lacking = sorted(set(wanted.files) - set(here))
        return found(THERE, f"without {', '.join(lacking)}, which came later" if lacking else "")

    def forget(self, name: str) -> None:
        """Ask for the package `name` again the next time."""
        self._statuses.pop(name, None)

    def _status(self, wanted: Wanted) -> Tuple[str, str]:
        """Return the version as it is spelled here, and its status; empty where there is none."""
        if wanted.name not in self._statuses:
            asked = {"repository": self.repository.name, "format": FORMAT, "package": wanted.name}
            arn = package_arn(self.repository, wanted.name)
            try:
                versions = list(
                    self.api.pages("ListPackageVersions", "versions", self.repository, arn, **asked)
                )
            except NotFound:
                versions = []
            self._statuses[wanted.name] = [(str(one["version"]), str(one["status"])) for one in versions]
        mine = parsed(wanted.version)
        for version, status in self._statuses[wanted.name]:
            if version == wanted.version or (mine is not None and parsed(version) == mine):
                return version, status
        return "", ""

    def _files(self, name: str, version: str) -> Dict[str, str]:
        asked = {"repository": self.repository.name, "format": FORMAT, "package": name}
        assets = self.api.pages(
            "ListPackageVersionAssets",
            "assets",
            self.repository,
            package_arn(self.repository, name),
            packageVersion=version,
            **asked,
        )
        return {
            str(one["name"]): str(one.get("hashes", {}).get("SHA-256", "")).lower()
            for one in assets
            if _ARCHIVE.search(str(one["name"]))
        }


def copy(api: Api, source: Repository, destination: Repository, wanted: Iterable[Wanted]) -> Iterator[Outcome]:
    """Copy versions in their order, and yield the outcome of each as soon as it is known.

    What needs a version that failed is not copied. A refusal of AWS that holds for all ends the copying.
    """
    there, ended = Destination(api, destination), ""
    failed: Set[str] = set()
    for one in wanted:
        lacking = sorted(failed & set(one.needs))
        if ended or lacking:
            why = ended or f"it needs {', '.join(lacking)}, which could not be copied"
            outcome = Outcome(one.name, one.version, FAILED, why)
        else:
            try:
                outcome = _copied(api, source, there, one)
            except SecurePyPIError as error:
                outcome = Outcome(one.name, one.version, FAILED, told(error))
                if isinstance(error, (AccessDenied, CredentialsError)):
                    ended = f"not tried, because AWS refuses {one.name} {one.version}"
        if outcome.state == FAILED:
            failed.add(one.name)
        yield outcome


def _copied(api: Api, source: Repository, there: Destination, one: Wanted) -> Outcome:
    failures: List[Mapping[str, str]] = []
    for spelling in one.spellings:
        answer = api.call(
            "CopyPackageVersions",
            there.repository,
            package_arn(there.repository, one.name),
            sourceRepository=source.name,
            destinationRepository=there.repository.name,
            format=FORMAT,
            package=one.name,
            versions=[spelling],
            # The source serves it, perhaps from an upstream of its own; without any, this changes nothing.
            includeFromUpstream=True,
        )
        failures = list((answer.get("failedVersions") or {}).values())
        if {failure.get("errorCode") for failure in failures} != {"NOT_FOUND"}:
            break
    if any(failure.get("errorCode") != "ALREADY_EXISTS" for failure in failures):
        said = "; ".join(f"{failure.get('errorCode')}: {failure.get('errorMessage')}" for failure in failures)
        return Outcome(one.name, one.version, FAILED, f"AWS says {said}")
    return _proven(there, one)


def _proven(there: Destination, one: Wanted) -> Outcome:
    """Return the outcome of a copy that AWS has accepted: it must have exactly the files that were judged."""
    until = time.monotonic() + _ARRIVES
    while True:
        there.forget(one.name)
        found = there.look(one)
        if found.state == THERE and not found.why:
            return Outcome(one.name, one.version, COPIED)
        if found.state == OTHER:
            return Outcome(one.name, one.version, FAILED, found.why)
        if time.monotonic() > until:
            why = found.why or f"AWS accepted it, and {there.repository} does not list it"
            return Outcome(one.name, one.version, FAILED, why)
        time.sleep(0.5)
