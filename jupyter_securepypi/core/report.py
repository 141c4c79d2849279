"""The report of an install, and the proof that each package came from the index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Optional, Sequence, Tuple

from .errors import ForeignOrigin
from .gate.verdict import Verdict
from .index import Index
from .installed import installed_versions
from .masking import masked


@dataclass(frozen=True)
class InstalledPackage:
    """One distribution that an install brought.

    Attributes:
        name: its name, as spelled in its metadata.
        version: the version that is installed now.
        previous: the version that was installed before, or None.
        url: the address that it came from.
        sha256: the archive's hash, hexadecimal; empty if the index gave none.
        requested: the request names it; otherwise it is only a dependency.
        direct: it came from a URL or path that an administrator allowed, not from the index.
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
        name: the distribution's name.
        version: the distribution's version.
        needs: the unmet requirement, like ``acme-core<1.2``.
        found: the installed version of the required project, or None.
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
    """The result of an install.

    Attributes:
        packages: the packages in the order of installation; empty if all were there already.
        dry_run: nothing was installed; `packages` lists what an install would bring.
        public: the public index was used.
        output: the output of pip or uv, without secrets.
        engine: the engine that installed.
        conflicts: the requirements that are unmet after the install.
        left_out: where nothing was installed, the projects asked for that are not there, see `left_out`.
        held_back: newer versions that the gate held back; others were taken.
        warnings: what the gate says of the installed packages without holding them back.
        unchecked: why the gate could not look something up, where it only warns.
        unproven: name and version of what was asked for and there already, not proven to be from the index.
    """

    packages: Tuple[InstalledPackage, ...]
    dry_run: bool = False
    public: bool = False
    output: str = ""
    engine: str = "pip"
    conflicts: Tuple[Conflict, ...] = ()
    left_out: Tuple[str, ...] = ()
    held_back: Tuple[Verdict, ...] = ()
    warnings: Tuple[Verdict, ...] = ()
    unchecked: Tuple[str, ...] = ()
    unproven: Tuple[str, ...] = ()


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
    """Check that the addresses of all `packages` lie on `index`.

    Args:
        packages: the packages that are installed, or will be.
        index: the index that they must come from.
        installed: True if they are installed already.
        allow_direct: accept packages that the request took from a URL or path.

    Raises:
        ForeignOrigin: some come from elsewhere; the error names them.
    """
    strangers = [
        package
        for package in packages
        if not (package.direct and allow_direct) and (package.direct or not index.holds(package.url))
    ]
    if strangers:
        raise foreign([(package, package.url) for package in strangers], index, installed)


def prove_asked(elsewhere: Sequence[str], packages: Sequence[InstalledPackage], *, installed: bool) -> None:
    """Check that nothing was asked elsewhere: a source archive can name a URL for its build, a page can link to one.

    Args:
        elsewhere: the addresses past the index that were asked.
        packages: the packages that are installed, or will be.
        installed: True if they are installed already.

    Raises:
        ForeignOrigin: something was asked elsewhere; the error names it.
    """
    if not elsewhere:
        return
    names = " ".join(package.name for package in packages) or "PACKAGE"
    remove = f"remove what was built (`python -m pip uninstall {names}`), do not import it, and "
    raise ForeignOrigin(
        f"NOT only the secure index was asked: {', '.join(map(masked, elsewhere))}."
        + ("" if installed else " Nothing has been installed."),
        why="a source archive of the index names this for its build, or a page of the index links to it",
        remedy=(remove if installed else "") + "tell whoever runs the index; --verify before builds nothing",
    )


def foreign(strangers: Sequence[Tuple[InstalledPackage, str]], index: Index, installed: bool) -> ForeignOrigin:
    """Return the error that names packages which are not from `index`, each with the place that it came from."""
    named = ", ".join(f"{package.name} {package.version} from {place}" for package, place in strangers)
    names = " ".join(package.name for package, _ in strangers)
    remove = f"remove it (`python -m pip uninstall {names}`), do not import it, and "
    return ForeignOrigin(
        f"NOT from the secure index: {named}." + ("" if installed else " Nothing has been installed."),
        why=f"everything should come from {index.origin}",
        remedy=(remove if installed else "") + "tell whoever runs the index",
    )
