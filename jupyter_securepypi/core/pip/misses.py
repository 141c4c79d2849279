"""What an index does not have: a package, a version of it, or a file of that for this Python on this platform."""

from __future__ import annotations

import re
import sys
import sysconfig
from typing import Dict, Optional, Sequence, TypeVar

from ..errors import InstallFailed, NotFound, SecurePyPIError, VersionNotFound
from ..index import Index
from ..project_name import normalized
from .builds import builder

Error = TypeVar("Error", bound=SecurePyPIError)
UNFIT = ("Skipping link: none of the wheel's tags", "Link requires a different Python")
"""How the lines of pip's log begin about files that are not for this Python or this platform."""
_UNFIT_FILE = re.compile(r"(?:not in: '(?P<needs>[^']*)'|tags).*?https?://\S*/(?P<file>[^/\s#?]+)")
_NOTHING = re.compile(r"No matching distribution found for (?P<asked>.+?)\s*(?:\(from (?P<by>[^)]*)\))?$")
_VERSIONS = re.compile(
    r"Could not find a version that satisfies the requirement (?P<asked>.+?)(?: \(from (?!versions?:)(?P<by>.+?)\))?"
    r"(?: \(from.*versions?: (?P<versions>.*)\))?$"
)
_WHEEL = re.compile(r"(?P<name>[^-]+)-(?P<version>[^-]+)(?:-[^-]+){3,4}\.whl$")
_ARCHIVE = re.compile(r"(?P<name>.+)-(?P<version>[^-]+?)\.(?:tar\.\w+|tgz|zip)$")


def version_missing(lines: Sequence[str], index: Index) -> Optional[NotFound]:
    """Return the error where pip found the package, but no version or no file of it that fits; else None.

    Args:
        lines: what pip printed, and those of its log that begin with `UNFIT`.
        index: which index was asked.
    """
    found = next(filter(None, map(_VERSIONS.search, lines)), None)
    if not found:
        return None
    asked, need = found["asked"], _need(found["by"], lines)
    unfit = _unfit(lines, asked)
    if unfit:
        return _about(asked, need, no_file(project_of(asked), unfit, index, need))
    if found["versions"] in (None, "none"):
        return None
    versions = found["versions"]
    error = VersionNotFound(
        f"No version of {asked} in {where_is(index)} fits.",
        why=f"{need}it has {versions if len(versions) <= 400 else '...' + versions[-397:]}",
        remedy="ask for one of those, or have the version added to the repository",
    )
    return _about(asked, need, error)


def package_missing(lines: Sequence[str], index: Index) -> Optional[NotFound]:
    """Return the error where pip found nothing of the package; else None. Arguments as above."""
    found = next(filter(None, map(_NOTHING.search, lines)), None)
    named = next(filter(None, map(_VERSIONS.search, lines)), None)  # what an older pip says there only
    by = found["by"] or (named["by"] if named else None) if found else None
    return absent(found["asked"], index, _need(by, lines)) if found else None


def absent(asked: str, index: Index, need: str = "") -> NotFound:
    """Return the error about a package that `index` does not have at all.

    Args:
        asked: the requirement.
        index: which was asked.
        need: who needs it, as the beginning of a cause, or empty.
    """
    error = NotFound(
        f"{asked} is not in {where_is(index)}.",
        why=f"{need}the repository does not have it"
        if need
        else "the name is misspelt, or the package is not in the repository",
        remedy="check the name, or have the package added to the repository",
    )
    return _about(asked, need, error)


def no_file(name: str, files: Dict[str, str], index: Index, need: str = "") -> VersionNotFound:
    """Return the error about a package that `index` has, but not for this Python on this platform.

    Args:
        name: of the package.
        files: those that would have done but for that, by name → the Python that they need, or empty; may be empty.
        index: which was asked.
        need: who needs it, as the beginning of a cause, or empty.
    """
    versions = list(dict.fromkeys(filter(None, map(version_of, files))))
    has = f"{name} has {_listed(versions)}, but" if versions else f"{name} has versions, but"
    shown = [f"{file} (Python {needs})" if needs else file for file, needs in files.items()]
    error = VersionNotFound(
        f"{has} no file for {this_python()}.",
        why=f"{need}{where_is(index)} has {_listed(shown)}" if shown else need.rstrip("; "),
        remedy="take a Python that there is a file for, ask for another version, or have a file for this Python, or "
        "the source archive, added to the repository",
    )
    return _about(name, need, error)


def this_python() -> str:
    """Return how messages call this Python and its platform."""
    return f"Python {sys.version_info[0]}.{sys.version_info[1]} on {sysconfig.get_platform().replace('-', ' ')}"


def where_is(index: Index) -> str:
    """Return how messages call `index`."""
    return index.url or "the public index"


def project_of(asked: str) -> str:
    """Return the name in a requirement."""
    return re.split(r"[^A-Za-z0-9._-]", asked, maxsplit=1)[0]


def version_of(file: str) -> str:
    """Return the version in the name of a wheel or source archive; empty where there is none."""
    found = _WHEEL.match(file) or _ARCHIVE.match(file)
    return found["version"] if found else ""


def _unfit(lines: Sequence[str], asked: str) -> Dict[str, str]:
    """Return the files of the project in `asked` that pip passed over for this Python, and the Python they need.

    Where one version is asked for, those of other versions are left out.
    """
    name, exact = normalized(project_of(asked)), re.search(r"==\s*([^\s,;*]+)$", asked)
    found: Dict[str, str] = {}
    for line in lines:
        link = _UNFIT_FILE.search(line) if any(begin in line for begin in UNFIT) else None
        file = _WHEEL.match(link["file"]) or _ARCHIVE.match(link["file"]) if link else None
        fits = file and normalized(file["name"]) == name and (not exact or file["version"] == exact.group(1))
        if link and fits:
            found[link["file"]] = link["needs"] or ""
    return found


def _need(by: Optional[str], lines: Sequence[str]) -> str:
    """Return who needs what is missing, as the beginning of a cause; empty where it was asked for itself."""
    if any("build dependencies" in line and "did not run successfully" in line for line in lines):
        return f"{builder(lines)} needs it to be built; "
    # "-r requirements.txt (line 1)" is where it was asked for.
    return f"{by} needs it; " if by and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:==\S+)?", by) else ""


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:3]) + (f" and {len(words) - 3} more" if len(words) > 3 else "")


def only_sources(name: str) -> InstallFailed:
    """Return the refusal of a package that would have to be built, where nothing may be built."""
    error = InstallFailed(
        f"{name} has no wheel for this Python, and nothing may be built here.",
        why='with verify = "before", and where the gate is on, no code of a package may run before it is proven, and '
        "a build is code",
        remedy="have a wheel added to the repository; where the gate is off, `--verify after` builds it",
    )
    return _about(name, "", error)


def _about(asked: str, need: str, error: Error) -> Error:
    error.unmet, error.need = asked, need
    return error
