"""Advisories of OSV's export for PyPI (``all.zip``), without any request.

The export holds a file for each record: 200 000 of them take half a minute to read. So they are read once, in a process
of their own, into an SQLite file in the user's cache; from then on a look-up opens that file, which is read where it is
asked only. Another export, or one that has changed, is read anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Mapping, Sequence, Tuple

from ..child import own_package, python_command
from ..errors import FileProblem
from ..files import private_folder
from ..project_name import normalized
from .advisories import Advisory, Pair, advisory, affects, is_affected, summary_of

_FORM = "1"
"""Changes with the tables, so that a file of another version is made anew."""
_MOST_SECONDS = 900.0
_KEPT = ("id", "severity", "database_specific")


def _silent(phase: str) -> None:
    pass


@dataclass(frozen=True)
class OsvDatabase:
    """OSV's export.

    Attributes:
        path: the zip file.
        on_phase: is called with a few words before it is read as a whole.
    """

    path: Path
    on_phase: Callable[[str], None] = _silent

    def known(self, pairs: Sequence[Pair]) -> List[Tuple[Advisory, ...]]:
        """Return the advisories for each of `pairs`, in their order.

        Raises:
            FileProblem: the export, or the file made of it, cannot be read or written.
        """
        made, was_there = self._made()
        try:
            return _looked_up(made, pairs)
        except sqlite3.Error as error:
            if not was_there:
                raise _unreadable(made, error) from None
        # Something has damaged what was made of the export earlier.
        made.unlink()
        return self.known(pairs)

    def _made(self) -> Tuple[Path, bool]:
        """Return the SQLite file for the export as it is now, and whether it was there; otherwise it is made."""
        try:
            state = self.path.stat()
        except OSError as error:
            raise _unreadable(self.path, error) from None
        whole = os.path.abspath(str(self.path))
        same = f"{_FORM} {whole} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns} {state.st_ino}"
        folder = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "jupyter_securepypi"
        made = folder / f"osv-{hashlib.sha256(same.encode()).hexdigest()[:32]}.sqlite"
        was_there = made.exists()
        if not was_there:
            private_folder(folder)
            self.on_phase("Reading the database of known malware and vulnerabilities, this once ...")
            _in_a_child(self.path, made)
            for older in folder.glob("osv-*.sqlite"):
                if older != made and _is_of(older, whole) and older.exists():
                    older.unlink()
        return made, was_there


def build(export: str, target: str) -> None:
    """Write the records of the file `export` into the SQLite file `target`, whole or not at all.

    Raises:
        FileProblem: one of them cannot be read or written.
    """
    part = Path(f"{target}.{os.getpid()}.part")
    try:
        with closing(sqlite3.connect(str(part))) as database:
            database.executescript(
                "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
                "CREATE TABLE source (path TEXT); CREATE TABLE records (name TEXT, record TEXT);"
            )
            database.execute("INSERT INTO source VALUES (?)", (os.path.abspath(export),))
            database.executemany("INSERT INTO records VALUES (?, ?)", _rows(Path(export)))
            database.execute("CREATE INDEX by_name ON records (name)")
            database.commit()
        os.chmod(str(part), 0o600)
        os.replace(str(part), target)
    except (sqlite3.Error, OSError) as error:
        raise _unreadable(Path(target), error) from None
    finally:
        if part.exists():
            part.unlink()


def records(export: Path) -> Iterator[Dict[str, Any]]:
    """Yield the records in OSV's `export`, one by one.

    Raises:
        FileProblem: it cannot be read.
    """
    try:
        with zipfile.ZipFile(str(export)) as archive:
            for name in archive.namelist():
                if name.endswith(".json"):
                    record = json.loads(archive.read(name))
                    if isinstance(record, dict):
                        yield record
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise _unreadable(export, error) from None


def _rows(export: Path) -> Iterator[Tuple[str, str]]:
    for record in records(export):
        names = {
            normalized(str(one.get("package", {}).get("name", "")))
            for one in record.get("affected") or ()
            if isinstance(one, dict)
        }
        for name in sorted(names):
            parts = list(affects(record, name))
            if parts:
                kept = {key: record[key] for key in _KEPT if key in record}
                yield name, json.dumps({**kept, "summary": summary_of(record), "affected": parts})


def _looked_up(made: Path, pairs: Sequence[Pair]) -> List[Tuple[Advisory, ...]]:
    """Return the advisories for each of `pairs`.

    Raises:
        sqlite3.Error: the file is damaged.
        FileProblem: a record is not as OSV's schema says.
    """
    try:
        with closing(sqlite3.connect(f"file:{_quoted(made)}?mode=ro&immutable=1", uri=True)) as database:
            return [tuple(_advisories(database, name, version)) for name, version in pairs]
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise _unreadable(made, f"a record is not as OSV's schema says: {error}") from None


def _advisories(database: sqlite3.Connection, name: str, version: str) -> Iterator[Advisory]:
    for (text,) in database.execute("SELECT record FROM records WHERE name = ?", (name,)):
        record: Mapping[str, Any] = json.loads(text)
        if any(is_affected(version, one) for one in record["affected"]):
            yield advisory(record, name)


def _in_a_child(export: Path, target: Path) -> None:
    """Run `build` in another process, which takes its memory along when it ends."""
    program = f"{own_package()}from {__name__} import build_from_words; build_from_words()"
    command = python_command(sys.executable, program, str(export), str(target))
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_MOST_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise _unreadable(export, f"reading it took more than {_MOST_SECONDS:g} seconds") from None
    if done.returncode or not target.exists():
        raise _unreadable(export, (done.stderr.strip().splitlines() or ["nothing was made of it"])[-1])


def build_from_words() -> None:
    """Call `build` with the words of the command line; end with a line that says why it failed."""
    try:
        build(*sys.argv[1:3])
    except FileProblem as error:
        sys.exit(error.why or error.message)


def _is_of(made: Path, export: str) -> bool:
    try:
        with closing(sqlite3.connect(f"file:{_quoted(made)}?mode=ro", uri=True)) as database:
            return bool(database.execute("SELECT 1 FROM source WHERE path = ?", (export,)).fetchone())
    except sqlite3.Error:
        return True


def _quoted(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path))


def _unreadable(path: Path, error: object) -> FileProblem:
    return FileProblem(
        f"The database of known malware and vulnerabilities cannot be read: {path}.",
        why=str(error),
        remedy="name the zip file that OSV exports for PyPI (all.zip) with osv_database, in a folder that may be read",
    )
