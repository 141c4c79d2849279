"""The install history: the installed packages and their origins, or the failure; and what was removed."""

from __future__ import annotations

import errno
import json
import logging
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from importlib import invalidate_caches, metadata
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from ..core import schema
from ..core.errors import FileProblem, HeldBack, SecurePyPIError
from ..core.files import private_folder
from ..core.masking import masked
from .written_files import written_files

if TYPE_CHECKING:
    from ..core.report import InstalledPackage, InstallReport

_BLOCK = 32_768
"""Bytes of the first read: about fifty usual records."""
# What a record holds, and what stands for a field that is missing or of another type.
_RECORD: dict[str, Any] = {
    "time": 0.0,
    "ok": False,
    "packages": [],
    "removed": [],
    "repository": "",
    "seconds": 0.0,
    "prefix": "",
    "arguments": [],
    "engine": "",
}
_PACKAGE: dict[str, Any] = {
    "name": "",
    "version": "",
    "url": "",
    "sha256": "",
    "requested": False,
    "direct": False,
}
_REMOVED: dict[str, Any] = {"name": "", "version": ""}
_FILES: dict[str, Any] = {"record": "", "changed": 0}
# What the gate said of a version.
_VERDICT: dict[str, Any] = {"name": "", "version": "", "kind": "", "held_back": False, "text": ""}
_LAST = 253_402_300_800.0
"""The epoch second at which the calendar of `datetime` ends; a later time is damaged."""
_ERROR = ("kind", "message", "why", "remedy")
T = TypeVar("T")


def history_file() -> Path:
    """Return ``installs.jsonl`` in Jupyter's data directory: one JSON object per line, oldest first."""
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "securepypi" / "installs.jsonl"


def record(
    arguments: list[str],
    *,
    repository: str,
    outcome: InstallReport | SecurePyPIError,
    seconds: float,
    prefix: str = sys.prefix,
) -> None:
    """Append an install or its failure to the history; a dry run installs nothing and is not recorded.

    Args:
        arguments: the words of the request.
        repository: the id of the secure repository, or ``public``.
        outcome: the report, or the error that was raised.
        seconds: the duration of the install.
        prefix: of the environment that was installed into, or another folder.

    Raises:
        FileProblem: if the history's folder cannot be made.
        OSError: if the file cannot be written.
    """
    entry: dict[str, Any] = {"repository": repository}
    if isinstance(outcome, SecurePyPIError):
        entry |= {"ok": False, "error": outcome.to_dict(), "packages": []}
        said = outcome.verdicts if isinstance(outcome, HeldBack) else ()
    else:
        packages = [asdict(package) for package in outcome.packages]
        entry |= {"ok": True, "engine": outcome.engine, "packages": packages}
        # Of what lies elsewhere nobody asks, and this environment may have others of the same names.
        here = os.path.realpath(prefix) == os.path.realpath(sys.prefix)
        entry["files"] = _files(outcome.packages) if here else {}
        if outcome.conflicts:
            entry["conflicts"] = [asdict(conflict) for conflict in outcome.conflicts]
        said = (*outcome.held_back, *outcome.warnings)
    if said:
        entry["gate"] = [verdict.to_dict() for verdict in said]
    _append(arguments, entry, seconds, prefix)


def _files(packages: Sequence[InstalledPackage]) -> dict[str, Any]:
    """Return what was written of each package, by its name in `packages`."""
    invalidate_caches()  # what was installed a moment ago may not be seen otherwise
    found = {}
    for one in packages:
        for there in metadata.distributions(name=one.name):
            files = written_files(there)
            if files:
                found[one.name] = files
            break  # the first one on the path is the one that is imported
    return found


def record_removal(
    arguments: list[str], removed: Sequence[Mapping[str, str]], *, engine: str, seconds: float
) -> None:
    """Append an uninstall to the history.

    Args:
        arguments: the command and the names of the packages.
        removed: ``name`` and ``version`` of each package that is gone.
        engine: what removed them.
        seconds: the duration.

    Raises:
        FileProblem: if the history's folder cannot be made.
        OSError: if the file cannot be written.
    """
    _append(
        arguments, {"ok": True, "engine": engine, "packages": [], "removed": list(removed)}, seconds, sys.prefix
    )


def _append(arguments: list[str], entry: Mapping[str, Any], seconds: float, prefix: str) -> None:
    whole = {
        "time": time.time(),
        "prefix": prefix,
        "arguments": arguments,
        "seconds": round(seconds, 3),
        **entry,
    }
    path = history_file()
    private_folder(path.parent)
    # One write in append mode: records of several kernels never mix. A line cut short by a crash is closed by
    # the next record's leading newline, and `read` skips it.
    line = json.dumps(whole, separators=(",", ":")).encode()
    # What is no file, such as a pipe that nobody reads, is an error, and no reason to wait.
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags, 0o600)
    try:
        if os.write(handle, b"\n" + line + b"\n") < len(line) + 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
    finally:
        os.close(handle)


@contextmanager
def a_lost_record_is_told() -> Iterator[None]:
    """Let a record that cannot be written be a warning: what is installed is installed, only its record is missing."""
    try:
        yield
    except (FileProblem, OSError) as error:
        logging.getLogger(__name__).warning("The install history cannot be written: %s", error)


def read(limit: int = 100, matching: str = "") -> list[dict[str, Any]]:
    """Return the `limit` newest records, newest first; damaged lines are left out, damaged fields are empty.

    Only the end of the file is read, so a long history costs no more.

    Args:
        limit: the most records to return.
        matching: only records with this text, in whatever case; see `contains`.
    """
    path = history_file()
    try:
        if not path.is_file():  # a pipe would be waited for
            return []
        with path.open("rb") as file:
            return list(islice((entry for entry in _records(file) if contains(entry, matching)), limit))
    except OSError:
        return []


def contains(entry: Mapping[str, Any], text: str) -> bool:
    """Return whether a record contains every word of `text`, in whatever case.

    It is looked for in the packages (name, version, address, digest), the request, the repository, the environment and
    the failure. Credentials cannot be found out that way: addresses are searched as they are shown.
    """
    words = text.casefold().split()
    if not words:
        return True
    parts = [entry["repository"], entry["prefix"], entry["engine"], *entry["arguments"]]
    for package in entry["packages"]:
        parts += [f"{package['name']} {package['version']}", package["url"], package["sha256"]]
    parts += entry.get("error", {}).values()
    content = masked("\n".join(parts)).casefold()
    return all(word in content for word in words)


def _records(file: BinaryIO) -> Iterator[dict[str, Any]]:
    """Yield the readable records in `file`, newest first."""
    for line in _lines_from_end(file):
        entry = record_in(line)
        if entry:
            yield entry


def record_in(line: bytes) -> dict[str, Any] | None:
    """Return the record in one line of the file, with every field of its form; None where there is none."""
    try:
        entry = schema.parsed(line)
    except ValueError:
        return None
    return _sound(entry) if isinstance(entry, dict) else None


def _sound(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the record with every field of its form: an older version lacks some, and a damaged one is empty."""
    found = {name: _like(default, entry.get(name)) for name, default in _RECORD.items()}
    found["time"] = found["time"] if 0 <= found["time"] < _LAST else 0.0
    found["arguments"] = [str(word) for word in found["arguments"]]
    found["packages"] = [
        {name: _like(default, one.get(name)) for name, default in _PACKAGE.items()}
        | {"previous": one.get("previous") if isinstance(one.get("previous"), str) else None}
        for one in found["packages"]
        if isinstance(one, dict)
    ]
    found["removed"] = [
        {name: _like(default, one.get(name)) for name, default in _REMOVED.items()}
        for one in found["removed"]
        if isinstance(one, dict)
    ]
    found["gate"] = [
        {name: _like(default, one.get(name)) for name, default in _VERDICT.items()}
        for one in _like(list[Any](), entry.get("gate"))
        if isinstance(one, dict)
    ]
    found["files"] = {
        name: {key: _like(default, one.get(key)) for key, default in _FILES.items()}
        for name, one in _like(dict[str, Any](), entry.get("files")).items()
        if isinstance(one, dict)
    }
    if isinstance(error := entry.get("error"), dict):
        found["error"] = {name: str(error.get(name, "")) for name in _ERROR}
    return found


def _like(default: T, value: Any) -> T:
    """Return `value` if it is of the type of `default`, which JSON has numbers for as well as for integers."""
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        try:
            value = float(value)
        except OverflowError:
            return default
    if isinstance(value, str):  # JSON may hold half of a pair, which nothing can be written of
        value = value.encode(errors="replace").decode()
    # A truth value is no number here; an object may be of a kind that shows no secrets.
    fits = isinstance(value, type(default)) and isinstance(value, bool) is isinstance(default, bool)
    return value if fits and (not isinstance(value, float) or isfinite(value)) else default


def _lines_from_end(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of `file` without their ends, the last one first."""
    position, size, rest = file.seek(0, os.SEEK_END), _BLOCK, b""
    while position:
        start = max(0, position - size)
        file.seek(start)
        rest, *lines = (file.read(position - start) + rest).split(b"\n")
        yield from reversed(lines)
        # Twice as much each time: a damaged file without line ends then takes linear time.
        position, size = start, size * 2
    yield rest
