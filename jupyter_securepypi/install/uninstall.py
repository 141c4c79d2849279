"""Uninstall: take packages out of this process's environment, with its own pip or uv, and keep a record."""

from __future__ import annotations

import site
import sys
import sysconfig
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from importlib import invalidate_caches, metadata
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from ..core.errors import NotFound, RequestRefused
from ..core.installation import checked_request
from ..core.installed import installed_versions
from ..core.report import Conflict
from .conflicts import conflicts_without
from .distributions import modules_of
from .history import a_lost_record_is_told, record_removal
from .interrupted import interrupts_told
from .own_tools import own_tool


@dataclass(frozen=True)
class Removed:
    """A package that was taken out: its name as its metadata spells it, and its version."""

    name: str
    version: str


@dataclass(frozen=True)
class Removal:
    """What an uninstall did.

    Attributes:
        removed: the packages that are gone; after a dry run those that would be.
        absent: names that were asked for, and of which nothing is installed here.
        modules: the top-level modules that the packages held.
        conflicts: what other packages need and do not have any more.
        dry_run: nothing was removed.
        engine: ``pip`` or ``uv``; empty where nothing ran.
    """

    removed: tuple[Removed, ...] = ()
    absent: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    dry_run: bool = False
    engine: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return what ``--json`` shows of it."""
        return {
            "removed": [asdict(one) for one in self.removed],
            "absent": list(self.absent),
            "conflicts": [asdict(one) for one in self.conflicts],
            "dry_run": self.dry_run,
        }


def uninstall(
    arguments: Sequence[str],
    *,
    engine: str = "auto",
    confirm: Callable[[str], bool] | None = None,
    dry_run: bool = False,
    on_line: Callable[[str], None] | None = None,
) -> Removal:
    """Remove what `arguments` name from this process's environment, and from nowhere else.

    Args:
        arguments: names, and ``-r FILE`` for those that a requirements file asks for. They are read as for an install;
            the package manager gets nothing but the names of what was found here.
        engine: ``pip``, ``uv`` or ``auto``.
        confirm: is asked with the sentences that say what will happen; None where it has been said already.
        dry_run: only say what would be removed.
        on_line: is called with each line that pip or uv prints.

    Raises:
        RequestRefused: the words make no sense, or a package lies outside of this environment; nothing was removed.
        NotFound: nothing of what is named is installed.
        InstallFailed: pip or uv failed.
        InstallInterrupted: somebody interrupted it.
    """
    request = checked_request([word for word in arguments if word not in ("-y", "--yes")])
    found = {name: _here(name) for name in request.names}
    here = {name: one for name, one in found.items() if one}
    absent = tuple(name for name, one in found.items() if not one)
    if not here:
        raise _not_installed(absent)
    planned = Removal(
        tuple(Removed(one.metadata["Name"], one.version) for one in here.values()),
        absent,
        tuple(sorted({module for one in here.values() for module in modules_of(one)})),
        conflicts_without(here),
        dry_run=True,
    )
    if dry_run:
        return planned
    if confirm and not confirm("\n".join(removal_sentences(planned))):
        return Removal(absent=absent)
    beyond_uv = any(_folder(one) not in _uv_folders() for one in here.values())
    tool = own_tool(engine, only_pip=beyond_uv)
    before, started = installed_versions(), time.monotonic()
    with interrupts_told("nothing was removed"):
        tool.run("uninstall", *(["-y"] if tool.engine == "pip" else []), *here, on_line=on_line)
    invalidate_caches()
    after = installed_versions()
    gone = tuple(
        one
        for name, one in zip(here, planned.removed, strict=True)
        if after.get(name) != before.get(name) or name not in after
    )
    with a_lost_record_is_told():
        record_removal(
            ["uninstall", *here],
            [asdict(one) for one in gone],
            engine=tool.engine,
            seconds=time.monotonic() - started,
        )
    return Removal(gone, absent, planned.modules, conflicts_without(here), engine=tool.engine)


def removal_sentences(removal: Removal) -> list[str]:
    """Return what a removal did, or would do, in sentences."""
    names = ", ".join(f"{one.name} {one.version}" for one in removal.removed)
    done = "would be removed" if removal.dry_run else "removed"
    said = [f"{names} {done} from {sys.prefix}."] if names else ["Nothing was removed."]
    said += [f"Not installed here: {', '.join(removal.absent)}."] if removal.absent else []
    return [*said, *(f"! {conflict}." for conflict in removal.conflicts)]


def _here(name: str) -> metadata.Distribution | None:
    """Return the distribution `name` that lies in this environment; None where nothing is installed.

    Raises:
        RequestRefused: it lies elsewhere, as in an environment below this one.
    """
    everywhere = list(metadata.distributions(name=name))
    inside = _own_folders()
    for one in everywhere:
        if _folder(one) in inside:
            return one
    if everywhere:
        raise RequestRefused(
            f"{name} lies outside of this environment, in {_folder(everywhere[0])}; nothing was removed.",
            why=f"only what is in {sys.prefix} is removed here: other environments may need the rest",
            remedy="remove it with that environment's own Python, if nobody else needs it",
        )
    return None


def _folder(distribution: metadata.Distribution) -> Path:
    return Path(str(distribution.locate_file(""))).resolve()


def _uv_folders() -> set[Path]:
    return {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")}


def _own_folders() -> set[Path]:
    """Return the folders of packages of this environment, and the user's own where Python looks there."""
    prefix = Path(sys.prefix).resolve()
    known = (Path(folder).resolve() for folder in site.getsitepackages())
    own = {folder for folder in (*known, *_uv_folders()) if prefix in folder.parents}
    if site.ENABLE_USER_SITE:
        own.add(Path(site.getusersitepackages()).resolve())
    return own


def _not_installed(names: Iterable[str]) -> NotFound:
    there = {canonicalize_name(one.metadata["Name"] or "") for one in metadata.distributions()}
    like = [near for name in names for near in get_close_matches(name, sorted(there), n=2, cutoff=0.8)]
    meant = f"did you mean {' or '.join(like)}? Otherwise " if like else ""
    return NotFound(
        f"{', '.join(names)} is not installed in {sys.prefix}.",
        remedy=f"{meant}`jupyter securepypi list` shows what is",
    )
