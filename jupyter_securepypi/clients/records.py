"""The record of a file that we edit: its original, what we wrote, and the clients that need it."""

from __future__ import annotations

import base64
import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from ..core import schema
from ..core.errors import FileProblem
from ..core.files import write_atomically


@dataclass(frozen=True)
class Record:
    """The record of one file, saved as JSON under a name that is derived from the path.

    Attributes:
        path: the file.
        original: its bytes before our first write, or None if there was no file.
        mode: its permission bits before our first write.
        written: digests of our last content, and of the content before that, if it was ours.
        edited: True if the file was changed by others between two of our writes.
        clients: the clients that it was written for.
    """

    path: Path
    original: bytes | None = field(repr=False)
    mode: int
    written: tuple[str, ...] = ()
    edited: bool = False
    clients: frozenset[str] = frozenset()

    def is_ours(self, content: bytes) -> bool:
        """Return whether we wrote `content`."""
        return digest(content) in self.written

    def save(self, file: Path) -> None:
        """Write the record to `file`.

        Raises:
            FileProblem: if that cannot be done.
        """
        data = {
            "path": str(self.path),
            "content": None if self.original is None else base64.b64encode(self.original).decode("ascii"),
            "mode": self.mode,
            "written": self.written,
            "edited": self.edited,
            "clients": sorted(self.clients),
        }
        write_atomically(file, json.dumps(data).encode("ascii"), 0o600, tidy=False)

    @staticmethod
    def load(file: Path) -> Record:
        """Return the record in `file`.

        Raises:
            FileProblem: if there is none that can be read.
        """
        try:
            data = schema.parsed(file.read_bytes())
            path = Path(schema.text(data, "path", errors="surrogateescape"))
            mode = schema.number(data, "mode")
            if not path.is_absolute() or record_name(path) != file.name:
                raise ValueError("it is not named after the file it stands for")
            if mode not in range(0o10000):
                raise ValueError("mode is not that of a file")
            original = None
            if data["content"] is not None:
                original = base64.b64decode(schema.text(data, "content"), validate=True)
            return Record(
                path,
                original,
                int(mode),
                tuple(schema.texts(data, "written")),
                schema.truth(data, "edited"),
                frozenset(schema.texts(data, "clients", ())),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise FileProblem(
                f"The kept original {file} cannot be read.",
                why=str(error),
                remedy="the file it stands for is left alone; move the record away to start anew",
            ) from error


def record_name(path: Path) -> str:
    """Return the file name of the record of `path`."""
    return f"{digest(os.fsencode(path))}.json"


def look(path: Path) -> tuple[bytes | None, int]:
    """Return content and permission bits of a file, or None and 0 if there is no file.

    Raises:
        FileProblem: if it cannot be read.
    """
    try:
        return path.read_bytes(), stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None, 0
    except OSError as error:
        raise FileProblem(
            f"Cannot read {path}: {error.strerror or error}.", remedy="make the file readable for yourself"
        ) from error


def digest(content: bytes) -> str:
    """Return a digest that identifies `content`."""
    import hashlib  # here, because this module is imported with the options

    return hashlib.sha256(content).hexdigest()
