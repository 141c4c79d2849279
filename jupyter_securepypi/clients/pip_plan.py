"""Plan the edits that make the secure index the only index of an environment's pip; nothing is written.

A command's section beats ``[global]`` across files, an alias may beat the main name, and an empty value does not
clear the value of a weaker file. So the strongest file repeats every index option that any other file sets, section
by section, with the secure value.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import FileProblem
from ..core.finding import Finding
from ..core.pip.configuration import ConfigFile, Files, candidate_files
from .findings import about_files, about_variables, beaten_by
from .originals import empty_folder
from .pip_edit import Edit, below, edit, index_entries, lacks, secure_values


@dataclass(frozen=True)
class Plan:
    """The plan for one environment; nothing has to be written if `edits` is empty.

    Attributes:
        path: the strongest configuration file, as pip names it.
        shared: files of several environments that this environment relies on, written or not.
        edits: the files to write.
        findings: problems that no file can solve, or that we may not solve.
    """

    path: Path
    shared: tuple[Path, ...]
    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]


def plan(
    prefix: Path,
    index_url: str,
    environ: Mapping[str, str],
    *,
    files: Files | None = None,
    writable: Callable[[Path], bool] | None = None,
) -> Plan:
    """Return the plan that `clients.pip_write.point_at` would write.

    Args:
        prefix: ``sys.prefix`` of the environment.
        index_url: URL of the index; if it holds credentials, the file becomes 0600.
        environ: the variables of its pip, which name the home folder, PIP_CONFIG_FILE and more.
        files: the files that this pass has read; pass the same object for many environments that share files.
        writable: whether this user may write into a folder.

    Raises:
        FileProblem: the environment is missing, or its file cannot be read, understood or written.
    """
    if index_url.split() != [index_url]:
        raise ValueError("an index URL is one word")
    # Our empty folder stands for any environment; a rehearsal does not make it.
    if not prefix.is_dir() and prefix != empty_folder():
        raise FileProblem(
            f"There is no environment at {prefix}.",
            remedy="remove or mend the kernel specification that names it",
        )
    files = files or Files()
    # Include files that PIP_CONFIG_FILE shuts out: another process may run without that variable.
    places = candidate_files(str(prefix), environ)
    may_write = (writable or is_writable)(prefix)
    chosen = _choose(places, files, index_url, may_write)
    rank = places.index(chosen)
    findings = [*about_variables(environ, index_url), *about_files(places, files)]
    edits: dict[Path, Edit] = {}
    shared = [] if chosen.kind == "site" else [chosen]
    if (may_write or chosen.kind != "site") and (
        one := edit(chosen, index_url, files, below(places[:rank], files))
    ):
        edits[one.target] = one
    for place in places[rank + 1 :]:
        # In a stronger file, only its own index options have to change; the chosen file sets the rest.
        entries = index_entries(place, files)
        if entries and place.kind != "site" and not is_of_project(place):
            shared.append(place)
        if not lacks(files.parsed(place.path), secure_values(entries, index_url)):
            continue
        try:
            if is_of_project(place):
                raise FileProblem(
                    "its name is relative, so it is a project's, and only you know whose index it names"
                )
            if place.kind == "site":
                raise FileProblem("its folder is not writable for you.")
            if (one := edit(place, index_url, files, entries)) and one.target not in edits:
                edits[one.target] = one
        except FileProblem as problem:
            findings.append(beaten_by(place.path, problem.message))
    targets = tuple(Path(place.path).resolve() for place in shared)
    return Plan(Path(chosen.path), targets, tuple(edits.values()), tuple(findings))


def _choose(places: list[ConfigFile], files: Files, index_url: str, may_write: bool) -> ConfigFile:
    """Return the file to make the strongest: the environment's, or the strongest of the user's own."""
    site = next(place for place in places if place.kind == "site")
    entries = below(places[: places.index(site)], files)
    if may_write or not lacks(files.parsed(site.path), secure_values(entries, index_url)):
        return site
    chosen = places[-1]
    if chosen.kind == "env" and not is_of_project(chosen) and files.content(chosen.path) is not None:
        return chosen  # pip then does not read the user's files
    return [place for place in places if place.kind == "user"][-1]


def is_of_project(place: ConfigFile) -> bool:
    """Return whether PIP_CONFIG_FILE names a file by a relative name: another file in each project's folder."""
    return place.kind == "env" and not Path(place.path).is_absolute()


def is_writable(folder: Path) -> bool:
    """Return whether this user may write files into a folder."""
    return os.access(folder, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids)
