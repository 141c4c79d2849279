"""Where a Python environment looks for packages, and which Python it has: read from its folders, nothing is run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_LIBRARY = re.compile(r"(python|pypy)(3\.\d+)", re.IGNORECASE)
_CONDA_PYTHON = re.compile(r"python-(3\.\d+\.\d+)-.*\.json")
_OFF = ("", "0")


@dataclass(frozen=True)
class SearchPath:
    """Where an environment looks for packages.

    Attributes:
        folders: of packages, in the order in which Python looks; they exist.
        python: the version of its Python, such as ``3.11.7``, or ``3.11`` where the rest is not written anywhere; empty
            where it is not known.
    """

    folders: tuple[Path, ...]
    python: str


def search_path(prefix: Path, environ: Mapping[str, str]) -> SearchPath:
    """Return where the Python of an environment looks for packages, by the rules of ``site``.

    Lines of ``.pth`` files that are code are not run, so what they add is not seen.

    Args:
        prefix: its ``sys.prefix``.
        environ: the variables that its Python would see.
    """
    settings = _settings(prefix)
    library = _library(prefix, settings)
    python = settings.get("version") or settings.get("version_info") or _conda_python(prefix) or library
    # `site.venv` compares with "true", which it also takes where nothing is said.
    sees_system = settings.get("include-system-site-packages", "true").lower() == "true"
    # As `site.main` does: the virtual environment's own, the user's, and those below.
    sites = list(_site_folders(prefix, library)) if settings else []
    if sees_system and environ.get("PYTHONNOUSERSITE", "") in _OFF and library:
        sites.append(_user_site(library, environ))
    below = settings.get("home", "")
    if sees_system and (below or not settings):
        sites += _site_folders(Path(below).parent if below else prefix, library)
    first = [Path(one) for one in environ.get("PYTHONPATH", "").split(os.pathsep) if one]
    linked = [one for place in sites for one in (place, *_linked_from(place))]
    # Many systems have `lib64` as a link to `lib`.
    found: dict[str, Path] = {}
    for one in (*first, *linked):
        if one.is_dir():
            found.setdefault(os.path.realpath(one), one)
    return SearchPath(tuple(found.values()), ".".join(python.split(".")[:3]))


def _settings(prefix: Path) -> dict[str, str]:
    """Return what ``pyvenv.cfg`` says; empty where this is no virtual environment."""
    try:
        text = (prefix / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    pairs = (line.partition("=") for line in text.splitlines())
    return {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}


def _library(prefix: Path, settings: Mapping[str, str]) -> str:
    """Return the minor version that the environment's folders are named for, such as ``3.11``; empty for none."""
    said = ".".join((settings.get("version") or settings.get("version_info") or "").split(".")[:2])
    found = {
        match.group(2)
        for name in _names(prefix / "lib")
        if (match := _LIBRARY.fullmatch(name)) and not (prefix / "lib" / name).is_symlink()
    }
    return said if said in found or not found else max(found, key=lambda one: int(one.partition(".")[2]))


def _conda_python(prefix: Path) -> str:
    found = (_CONDA_PYTHON.fullmatch(name) for name in _names(prefix / "conda-meta"))
    return next((match.group(1) for match in found if match), "")


def _site_folders(prefix: Path, library: str) -> Iterator[Path]:
    """Yield where an environment has its packages, on every system, Debian's own places among them."""
    if library:
        for kind in ("python", "pypy"):
            yield prefix / "lib" / f"{kind}{library}" / "site-packages"
            yield prefix / "lib64" / f"{kind}{library}" / "site-packages"
        yield prefix / "local/lib" / f"python{library}" / "dist-packages"
    if (prefix / "lib/python3/dist-packages").is_dir():
        yield prefix / "lib/python3/dist-packages"
    yield prefix / "Lib/site-packages"


def _user_site(library: str, environ: Mapping[str, str]) -> Path:
    home = environ.get("HOME") or str(Path.home())
    base = Path(environ.get("PYTHONUSERBASE") or Path(home, ".local"))
    return base / "lib" / f"python{library}" / "site-packages"


def _linked_from(folder: Path) -> Iterator[Path]:
    """Yield the folders that ``.pth`` files name, such as checkouts that are installed to be edited."""
    for name in _names(folder):
        if not name.endswith(".pth") or name.startswith("."):
            continue
        try:
            lines = (folder / name).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        for line in lines:
            if line.strip() and not line.startswith(("#", "import ", "import\t")):
                yield folder / line.strip()


def _names(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return []
