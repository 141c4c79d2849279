"""The folder, or the zip file, that a mirror's files lie in: fetched into it here, and uploaded from it there.

A file gets its name when it is whole, and the manifest comes last: what was interrupted is no mirror yet, and a second
run goes on with the files that are there.
"""

from __future__ import annotations

import hashlib
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...core.errors import FileProblem, InstallFailed
from ...core.files import private_folder, remove_remains, usual_mode, write_atomically
from .manifest import NAME, Entry, Manifest

_PIECE = 1 << 20  # bytes
_MOST = 200_000_000
"""Bytes of a manifest that are read: those of half a million files."""
# What zipfile raises where a file is damaged or was tampered with: it documents only some of it. Decompression fails
# in its own ways, an encrypted file is a RuntimeError, and so is an unknown method; LZMAError is no ValueError.
_UNREADABLE: tuple[type[Exception], ...] = (
    *(KeyError, IndexError, ValueError, EOFError, OSError, RuntimeError),
    *(struct.error, zipfile.BadZipFile, zlib.error),
)
with suppress(ImportError):  # as zipfile has it: a Python may lack it
    from lzma import LZMAError

    _UNREADABLE += (LZMAError,)


class Carrier:
    """A folder.

    Args:
        path: of it; it is made if something is put into it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.work = path

    @staticmethod
    def of(path: Path) -> Carrier:
        """Return the folder, or the zip file, at `path`."""
        return ZipCarrier(path) if path.suffix.lower() == ".zip" else Carrier(path)

    def prepare(self) -> None:
        """Make it ready to be filled.

        Raises:
            FileProblem: it cannot be made.
        """
        try:
            self.work.mkdir(parents=True, exist_ok=True)
            remove_remains(self.work)
        except OSError as error:
            raise _unwritten(self.work, error) from None

    def holds(self, entry: Entry) -> bool:
        """Return whether a file is in it, with the content that it should have."""
        path = self.work / entry.filename
        try:
            return path.is_file() and digest(path) == entry.sha256
        except OSError:
            return False

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, and remove the files of the one before that are no longer part of it."""
        kept = {one.filename for one in manifest.entries}
        try:
            stale = [one.filename for one in self.manifest().entries]
        except FileProblem:  # there is none, or a damaged one, which names nothing that could be trusted
            stale = []
        write_atomically(self.work / NAME, manifest.content(), mode=usual_mode())
        for name in set(stale) - kept:
            (self.work / name).unlink(missing_ok=True)

    def manifest(self) -> Manifest:
        """Return its manifest.

        Raises:
            FileProblem: there is none, or it is damaged.
        """
        try:
            if not (self.path / NAME).is_file():  # a pipe would be waited for
                raise _unfinished(self.path)
            with (self.path / NAME).open("rb") as file:
                return Manifest.read(file.read(_MOST), str(self.path / NAME))
        except OSError:
            raise _unfinished(self.path) from None

    @contextmanager
    def checked(self, entry: Entry) -> Iterator[Path]:
        """Yield the path of a file of it, whose hash is that of the manifest.

        Raises:
            InstallFailed: it is missing, or has another content.
        """
        path = self.path / entry.filename
        if not path.is_file():
            raise _missing(entry, self.path)
        # uv reads a copy: what is uploaded is what was hashed.
        with tempfile.TemporaryDirectory(prefix="securepypi-") as folder:
            copy = Path(folder, entry.filename)
            try:
                shutil.copyfile(path, copy)
            except OSError as error:
                raise InstallFailed(f"cannot be read in {self.path}: {error.strerror or error}") from None
            yield _proven(copy, entry, self.path)


class ZipCarrier(Carrier):
    """A zip file; until it is whole, its files lie in a hidden folder beside it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.work = path.with_name(f".{path.name}.parts")

    def prepare(self) -> None:
        """Make that folder, which nobody else may put a link into."""
        try:
            private_folder(self.work)
        except FileProblem as error:
            raise FileProblem(error.message, remedy="remove it, or name a zip file elsewhere") from None
        super().prepare()

    def holds(self, entry: Entry) -> bool:
        """Return whether a file is there; one in an older zip file of the same name is taken over."""
        if not super().holds(entry) and self.path.is_file():
            try:
                with zipfile.ZipFile(self.path) as archive:
                    archive.extract(entry.filename, self.work)
            except _UNREADABLE:
                return False
        return super().holds(entry)

    def finish(self, manifest: Manifest) -> None:
        """Write the zip file, and remove the folder beside it."""
        whole = self.work / "whole.part"
        try:
            with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
                for entry in manifest.entries:
                    archive.write(self.work / entry.filename, entry.filename)
                archive.writestr(NAME, manifest.content())
            whole.chmod(usual_mode())
            whole.replace(self.path)
        except OSError as error:
            raise _unwritten(self.path, error) from None
        shutil.rmtree(self.work, ignore_errors=True)

    def manifest(self) -> Manifest:
        """Return its manifest; errors as of a folder's."""
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(NAME) as file:
                content = file.read(_MOST)
        except _UNREADABLE:
            raise _unfinished(self.path) from None
        return Manifest.read(content, f"{NAME} in {self.path}")

    @contextmanager
    def checked(self, entry: Entry) -> Iterator[Path]:
        """Yield the path of a file that was taken out of it; errors as of a folder's."""
        with tempfile.TemporaryDirectory(prefix="securepypi-") as folder:
            path = Path(folder, entry.filename)
            try:
                with (
                    zipfile.ZipFile(self.path) as archive,
                    archive.open(entry.filename) as file,
                    path.open("wb") as copy,
                ):
                    shutil.copyfileobj(file, copy, _PIECE)
            except _UNREADABLE:
                raise _missing(entry, self.path) from None
            yield _proven(path, entry, self.path)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()


def _proven(path: Path, entry: Entry, where: Path) -> Path:
    if digest(path) != entry.sha256:
        raise InstallFailed(
            f"has another content in {where} than its manifest says: it was damaged, or exchanged on the way"
        )
    return path


def _missing(entry: Entry, where: Path) -> InstallFailed:
    return InstallFailed(f"is missing in {where}, or damaged there")


def _unfinished(path: Path) -> FileProblem:
    return FileProblem(
        f"{path} is no mirror that can be uploaded.",
        why=f"it has no {NAME}, which is written when all files are there",
        remedy="`jupyter securepypi mirror -r FILE --folder DIR` makes one, and goes on with one that was interrupted",
    )


def _unwritten(path: Path, error: OSError) -> FileProblem:
    return FileProblem(
        f"Cannot write {path}: {error.strerror or error}.",
        remedy="free some space, or name a folder that you may write to",
    )
