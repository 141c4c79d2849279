"""What a provider knows of a package beyond its index: where versions stand, and what keeps others out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Dict, Mapping, Tuple


@dataclass(frozen=True)
class Standing:
    """How one version stands that the index does not give out.

    Attributes:
        kind: one word in lower case, such as ``archived``.
        clause: what that means, to follow the name and the version: "is Archived in acme/pypi: …".
        remedy: who can change that, and how; empty where nobody can.
    """

    kind: str
    clause: str
    remedy: str = ""


@dataclass(frozen=True)
class Barrier:
    """What keeps versions of a package out of the repository.

    Attributes:
        what: it, and where it is set, to begin a sentence with.
        beyond: the repositories and public indexes that it shuts out.
        versions: of the package, seen there.
        complete: whether `versions` are all that there are; a public index cannot be asked.
        remedy: who can change that, and how.
    """

    what: str
    beyond: Tuple[str, ...]
    versions: Tuple[str, ...] = ()
    complete: bool = False
    remedy: str = ""


@dataclass(frozen=True)
class PackageFacts:
    """What a provider knows of one package; by default nothing.

    Attributes:
        standings: by version, of those that the index does not give out.
        barriers: what keeps others out.
        not_known: sentences: what could not be found out, and why.
    """

    standings: Mapping[str, Standing]
    barriers: Tuple[Barrier, ...] = ()
    not_known: Tuple[str, ...] = ()

    def to_dict(self) -> Dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> PackageFacts:
        """Return what `to_dict` described.

        Raises:
            KeyError, TypeError: it describes none.
        """
        barriers = (
            Barrier(one["what"], tuple(one["beyond"]), tuple(one["versions"]), one["complete"], one["remedy"])
            for one in data["barriers"]
        )
        standings = {version: Standing(**one) for version, one in data["standings"].items()}
        return PackageFacts(standings, tuple(barriers), tuple(data["not_known"]))


NOTHING = PackageFacts({})
"""What a provider says that knows no more than its index."""
