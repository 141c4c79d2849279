"""The originals of all files that we edit, so that `restore` puts every byte back.

Each file has one JSON record in ``<Jupyter's data directory>/securepypi/originals/`` (0700, records 0600). The record
is written before the file is first changed, and the original in it is never replaced.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from ..core.errors import FileProblem, SecurePyPIError
from ..core.file_change import FileChange
from ..core.files import private_folder, remove_remains, write_atomically
from ..core.finding import Finding
from ..token.locking import file_lock
from .change import Changes
from .records import Record, digest, look, record_name
from .rehearsal import noted

LOCK_TIMEOUT = 30.0
_held = threading.local()  # .process: the process in which this thread holds the lock; a fork holds nothing


def data_folder() -> Path:
    """Return the path of our folder in Jupyter's data directory; `private_folder` makes it."""
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir(), "securepypi")


def empty_folder() -> Path:
    """Return the path of our empty folder. For pip, it stands for an environment without a configuration file."""
    return data_folder() / "empty"


def make_empty_folder() -> Path:
    """Make that folder and return it; in a rehearsal it is not made.

    Raises:
        FileProblem: if that cannot be done.
    """
    if noted() is not None:
        return empty_folder()
    private_folder(data_folder())
    return private_folder(empty_folder())


@contextmanager
def locked() -> Iterator[None]:
    """Keep other processes from editing. Hold this lock from the reading of a file to the end of its writing.

    The lock is reentrant: many edits can share it. A rehearsal (`clients.rehearsal`) edits nothing, and takes none.

    Raises:
        FileProblem: if another process holds it for more than `LOCK_TIMEOUT` seconds, or it cannot be made.
    """
    if noted() is not None or getattr(_held, "process", 0) == os.getpid():
        yield
        return
    private_folder(data_folder())
    path = private_folder(_folder()) / "lock"
    remedy = "set JUPYTER_DATA_DIR to a folder on a local disk"
    with file_lock(path, LOCK_TIMEOUT, purpose="is editing configuration files", remedy=remedy) as ours:
        if not ours:
            raise FileProblem(
                f"Another process has been editing configuration files for {LOCK_TIMEOUT:.0f} seconds.",
                why=f"it holds the lock {path}",
                remedy="end that process, and try again",
            )
        _held.process = os.getpid()
        try:
            # Here, not at each record: the folder of a thousand files is listed once, not a thousand times.
            with suppress(OSError):
                remove_remains(_folder())
            yield
        finally:
            _held.process = 0


def write(
    path: Path, content: bytes, mode: int | None = None, *, client: str = "", basis: bytes | None = None
) -> None:
    """Replace a file atomically, and keep its original at our first write. Hold `locked` around read and write.

    In a rehearsal (`clients.rehearsal`) the change is only noted.

    Args:
        path: the file itself, the result of `core.files.safe_target`; its folder must exist.
        content: all bytes of the new file.
        mode: permission bits; by default those of the old file, or 0600 if there is none.
        client: the client that needs the file, so that `release` finds it; empty for no client.
        basis: the old content that `content` was made from, if that matters; None accepts any.

    Raises:
        FileProblem: the original cannot be kept, the file cannot be written, or its content is no longer `basis`;
            the file is unchanged.
    """
    path = path.absolute()
    if basis is not None and look(path)[0] != basis:
        raise FileProblem(
            f"{path} was changed while we were about to change it.",
            why="somebody is editing it; it was left as it is",
            remedy="run `jupyter securepypi configure`, or wait for the server to try again",
        )
    changes = noted()
    if changes is not None:
        changes.append(FileChange(path, look(path)[0], content))
        return
    remember(path, content, client)
    write_atomically(path, content, mode)


def remember(path: Path, content: bytes, client: str = "") -> None:
    """Keep the original of `path` unless it is kept already; note that we will write `content` for `client`.

    It is for callers that write the file themselves. Call it before each write, within `locked`.

    Raises:
        FileProblem: if the original cannot be read or kept.
    """
    record_file = _record_file(path)
    current, mode = look(path)
    record = Record.load(record_file) if record_file.exists() else Record(path, current, mode)
    ours = current is not None and record.is_ours(current)
    # The user changed the file after our last write, and our new content has that change: `restore` must keep it.
    edited = record.edited or (current not in (None, record.original) and not ours)
    # The present content counts too, if it is ours: after a crash between record and write it is still there.
    before = (digest(current),) if current is not None and ours else ()
    clients = record.clients | ({client} if client else set())
    replace(record, written=(*before, digest(content)), edited=edited, clients=clients).save(record_file)


def claim(path: Path, client: str) -> None:
    """Note that `client` also relies on `path`, if we wrote it: `release` for another client then leaves it.

    Raises:
        FileProblem: the note cannot be written.
    """
    record_file = _record_file(path.absolute())
    try:
        if noted() is not None or not record_file.exists() or client in Record.load(record_file).clients:
            return
    except FileProblem:
        return  # the record is damaged, so nothing can be put back from it
    with locked():
        record = Record.load(record_file)
        replace(record, clients=record.clients | {client}).save(record_file)


def release(client: str) -> Changes:
    """Restore the files that were written only for `client`, like `restore_all`.

    Raises:
        FileProblem: as for `restore_all`.
    """
    done = []
    with locked():
        for record_file in sorted(_folder().glob("*.json")):
            try:
                record = Record.load(record_file)
            except FileProblem:
                continue  # its clients are unknown; `restore_all` reports it
            if record.clients == {client}:
                done.append(_restore(record_file))
            elif client in record.clients:
                replace(record, clients=record.clients - {client}).save(record_file)
    return Changes.of(done)


def restore_all() -> Changes:
    """Put the original of every file back, byte for byte, and remove its record.

    A version that was changed after our last write is kept beside the original under another name. A file that
    cannot be restored becomes a finding, and keeps its record.

    Raises:
        FileProblem: if the lock or the folder of originals is out of reach.
    """
    with locked():
        return Changes.of([_restore(record_file) for record_file in sorted(_folder().glob("*.json"))])


def _restore(record_file: Path) -> Changes:
    path = record_file
    try:
        record = Record.load(record_file)
        path = record.path
        current, mode = look(path)
        kept: tuple[tuple[Path, Path], ...] = ()
        if current not in (None, record.original) and (record.edited or not record.is_ours(current)):
            kept = ((path, _keep(path, current, mode)),)
        differed = _put_back(record, (current, mode))
        record_file.unlink()
        tidy(path)
    except SecurePyPIError as error:
        return Changes(findings=(Finding.of(error, str(path)),))
    except OSError as error:
        what = f"{path} could not be put back: {error.strerror or error}."
        return Changes(findings=(Finding(str(path), what),))
    return Changes(restored=(path,) if differed else (), kept=kept)


def tidy(path: Path) -> None:
    """Remove the temporary files of `path` that killed processes left, young ones too. Hold `locked`."""
    with suppress(OSError):
        remove_remains(path.parent, f".{path.name}.securepypi-", age=0)


def _put_back(record: Record, present: tuple[bytes | None, int]) -> bool:
    """Write the original of a file, or remove the file if it had none; return whether that changed it."""
    if (record.original, record.mode) == present or (record.original is None and present[0] is None):
        return False
    if record.original is None:
        record.path.unlink()
        return True
    record.path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(record.path, record.original, record.mode)
    return True


def _keep(path: Path, content: bytes, mode: int) -> Path:
    """Write the changed version, without our tokens, beside `path` under an unused name."""
    content = _without_tokens(content)
    number = 0
    while True:
        number += 1
        beside = path.with_name(f"{path.name}.changed-{number}")
        if not os.path.lexists(beside):
            write_atomically(beside, content, mode)
            return beside


def _without_tokens(content: bytes) -> bytes:
    """Remove tokens from index URLs: the credential store `pip` puts them there, and so do providers' commands."""
    from ..core.providers.registry import PROVIDERS

    logins = b"|".join(re.escape(provider.login.encode()) for provider in PROVIDERS if provider.login)
    return re.sub(rb"(https?://)(?:" + logins + rb"):[^\s/@]*@", rb"\1", content) if logins else content


def _folder() -> Path:
    return data_folder() / "originals"


def _record_file(path: Path) -> Path:
    return _folder() / record_name(path)
