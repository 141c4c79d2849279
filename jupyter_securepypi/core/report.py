"""What an install did, and the proof that each package came from the index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Optional, Sequence, Tuple

from .errors import ForeignOrigin
from .index import Index
from .installed import installed_versions


@dataclass(frozen=True)
class InstalledPackage:
    """One distribution that an install brought.

    Attributes:
        name: as its metadata spells it.
        version: the one that is installed now.
        previous: the one that was there before, or None.
        url: where it came from.
        sha256: of the archive, hexadecimal; empty where the index gave none.
        requested: named in the request, not only needed by another.
        direct: from a URL or path that an administrator allowed, not from the index.
    """

    name: str
    version: str
    previous: Optional[str]
    url: str
    sha256: str
    requested: bool
    direct: bool = False


@dataclass(frozen=True)
class Conflict:
    """A requirement of an installed distribution that the environment does not meet.

    Attributes:
        name: of the distribution.
        version: of it.
        needs: what it requires, like ``acme-core<1.2``.
        found: the version that is there of what it requires, or None.
    """

    name: str
    version: str
    needs: str
    found: Optional[str]

    def __str__(self) -> str:
        there = f"you have {self.found}" if self.found else "which is not installed"
        return f"{self.name} {self.version} needs {self.needs}, {there}"


@dataclass(frozen=True)
class InstallReport:
    """What an install did.

    Attributes:
        packages: in the order of installation; empty where everything was there already.
        dry_run: nothing was installed, this is what would have been.
        public: the public index was used.
        output: what pip or uv printed, without secrets.
        engine: which of them installed.
        conflicts: what is unmet now that packages were installed or changed.
        left_out: where nothing was installed, the projects asked for that are not there, see `left_out`.
    """

    packages: Tuple[InstalledPackage, ...]
    dry_run: bool = False
    public: bool = False
    output: str = ""
    engine: str = "pip"
    conflicts: Tuple[Conflict, ...] = ()
    left_out: Tuple[str, ...] = ()


def left_out(names: Sequence[str], report: InstallReport) -> Tuple[str, ...]:
    """Return those of `names`, normalised, that their markers leave out on this Python and platform.

    Only where nothing was installed, which would otherwise read as if everything were there already: what is written
    for several platforms, lock files above all, leaves out something each time.
    """
    if report.packages or not names:
        return ()
    there = installed_versions()
    return tuple(name for name in names if name not in there)


def prove(
    packages: Iterable[InstalledPackage], index: Index, *, installed: bool, allow_direct: bool = False
) -> None:
    """Check that all `packages` come from `index`.

    Args:
        packages: what is, or is to be, installed.
        index: where they should come from.
        installed: they are there already.
        allow_direct: let those pass that the request took from a URL or path.

    Raises:
        ForeignOrigin: naming those that come from elsewhere.
    """
    strangers = [
        package
        for package in packages
        if not (package.direct and allow_direct) and (package.direct or not index.holds(package.url))
    ]
    if strangers:
        raise _foreign(strangers, index, installed)


def _foreign(strangers: Iterable[InstalledPackage], index: Index, installed: bool) -> ForeignOrigin:
    listed = list(strangers)
    named = ", ".join(f"{package.name} {package.version} from {package.url}" for package in listed)
    names = " ".join(package.name for package in listed)
    remove = f"remove it (`%pip uninstall {names}`), do not import it, and "
    return ForeignOrigin(
        f"NOT from the secure index: {named}." + ("" if installed else " Nothing has been installed."),
        why=f"everything should come from {index.origin}",
        remedy=(remove if installed else "") + "tell whoever runs the index",
    )
