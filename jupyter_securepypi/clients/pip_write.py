"""Point the pip of one environment, or of many at once, only at the secure index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextvars import copy_context
from pathlib import Path

from ..core.errors import FileProblem
from ..core.pip.configuration import ConfigFile, Files
from . import originals
from .change import Changes
from .editing import make_folder
from .pip_edit import Edit, edit, index_entries
from .pip_plan import Plan, plan


def point_at(
    prefix: Path,
    index_url: str,
    environ: Mapping[str, str],
    *,
    client: str = "",
    files: Files | None = None,
    writable: Callable[[Path], bool] | None = None,
) -> Changes:
    """Make `index_url` the only index of the pip in `prefix`; write nothing if it already is.

    Originals are kept for `originals.restore_all`, and under the client's name for `originals.release`. Other
    arguments and errors are those of `plan`.
    """
    (outcome,) = point_all([(prefix, environ)], index_url, client=client, files=files, writable=writable)
    if isinstance(outcome, FileProblem):
        raise outcome
    return outcome


def point_all(
    environments: Iterable[tuple[Path, Mapping[str, str]]],
    index_url: str,
    *,
    client: str = "",
    files: Files | None = None,
    writable: Callable[[Path], bool] | None = None,
) -> list[Changes | FileProblem]:
    """Do `point_at` for many environments (prefix and variables); return the changes or the problem for each.

    Shared files are read once, and files are written in parallel.
    """
    from concurrent.futures import ThreadPoolExecutor

    files = files or Files()
    todo = [
        (prefix, environ, _try_plan(prefix, index_url, environ, files, writable))
        for prefix, environ in environments
    ]
    shared = {path for _, _, planned in todo if isinstance(planned, Plan) for path in planned.shared}
    for path in shared if client else ():
        originals.claim(path, client)  # the other client may be disabled, and its file is still needed then
    if not any(isinstance(planned, Plan) and planned.edits for _, _, planned in todo):
        return [_changes(planned, {}) for _, _, planned in todo]
    with originals.locked():
        plans = []
        for prefix, environ, planned in todo:
            # Plan again if a file changed before we had the lock: another process may have written the same.
            if isinstance(planned, Plan) and any(_changed(edit, files) for edit in planned.edits):
                planned = _try_plan(prefix, index_url, environ, files, writable)
            plans.append(planned)
        edits = {edit.target: edit for planned in plans if isinstance(planned, Plan) for edit in planned.edits}
        with ThreadPoolExecutor(min(16, len(edits) or 1)) as pool:
            problems = dict(
                # In a copy of this context each, so that a rehearsal reaches the threads of the pool.
                zip(
                    edits,
                    pool.map(
                        lambda one: one[0].run(_write, one[1], client),
                        [(copy_context(), edit) for edit in edits.values()],
                    ),
                    strict=True,
                )
            )
        for edit in edits.values():
            files.forget(str(edit.path))
    return [_changes(planned, problems) for planned in plans]


def edit_of_file(path: Path, index_url: str) -> Edit | None:
    """Return the edit that gives the index options in one file the secure value; None if they have it.

    Raises:
        FileProblem: the file cannot be read, understood or edited safely.
    """
    files, place = Files(), ConfigFile("env", str(path))
    return edit(place, index_url, files, index_entries(place, files))


def point_file(path: Path, index_url: str) -> Changes:
    """Give the index options in one file the secure value. It may be a project's: ask before.

    Raises:
        FileProblem: the file cannot be read, understood, edited safely or written.
    """
    with originals.locked():
        one = edit_of_file(path, index_url)
        if one is None:
            return Changes()
        originals.write(one.target, one.new, one.mode, basis=one.old)
    return Changes(written=(path,))


def _try_plan(
    prefix: Path,
    index_url: str,
    environ: Mapping[str, str],
    files: Files,
    writable: Callable[[Path], bool] | None,
) -> Plan | FileProblem:
    try:
        return plan(prefix, index_url, environ, files=files, writable=writable)
    except FileProblem as problem:
        return problem


def _changed(edit: Edit, files: Files) -> bool:
    files.forget(str(edit.path))
    return files.content(str(edit.path)) != edit.old


def _write(edit: Edit, client: str) -> FileProblem | None:
    try:
        make_folder(edit.target.parent)
        originals.write(edit.target, edit.new, edit.mode, client=client, basis=edit.old)
    except FileProblem as problem:
        return problem
    return None


def _changes(planned: Plan | FileProblem, problems: Mapping[Path, FileProblem | None]) -> Changes | FileProblem:
    if isinstance(planned, FileProblem):
        return planned
    failed = (problem for edit in planned.edits if (problem := problems[edit.target]))
    written = tuple(edit.path for edit in planned.edits)
    return next(failed, None) or Changes(written=written, findings=planned.findings)
