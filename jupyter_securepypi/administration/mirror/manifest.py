"""What a folder or a zip file carries from one site to another: its files, their hashes, and where they came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ...core import schema
from ...core.errors import FileProblem, InstallFailed
from ...install.engines.pylock import File

NAME = "securepypi-mirror.json"
_FORMAT = 1


@dataclass(frozen=True)
class Entry:
    """One file of a mirror.

    Attributes:
        name: of its package, normalized.
        version: of it.
        filename: of the wheel or source archive.
        sha256: hexadecimal, as the source gave it.
        size: in bytes; None where the source did not say.
        uploaded: when it was uploaded to the source, in epoch seconds; None where that did not say.
        why: a clause about it, or empty.
    """

    name: str
    version: str
    filename: str
    sha256: str
    size: int | None = None
    uploaded: float | None = None
    why: str = ""

    @property
    def is_wheel(self) -> bool:
        """Whether it installs without being built."""
        return self.filename.endswith(".whl")


@dataclass(frozen=True)
class Manifest:
    """All that is carried.

    Attributes:
        source: what people call the index that it came from.
        public: that was the public index.
        entries: the files, dependencies first.
    """

    source: str
    public: bool
    entries: tuple[Entry, ...]

    def content(self) -> bytes:
        """Return the text of its file, the same for the same manifest."""
        files = [asdict(one) for one in self.entries]
        told = {"format": _FORMAT, "source": self.source, "public": self.public, "files": files}
        return (json.dumps(told, indent=1) + "\n").encode()

    @property
    def sha256(self) -> str:
        """The hash of its file: who reads it out at both ends knows that nothing was exchanged on the way."""
        return hashlib.sha256(self.content()).hexdigest()

    @staticmethod
    def read(content: bytes, where: str) -> Manifest:
        """Return the manifest that `content`, which lies at `where`, holds.

        Raises:
            FileProblem: it holds none, or names a file that is none of a package's.
        """
        try:
            data = schema.parsed(content)
            if not isinstance(data, dict) or data.get("format") != _FORMAT:
                raise ValueError("it is of another format")
            entries = tuple(_entry(one) for one in data["files"])
            return Manifest(schema.text(data, "source"), schema.truth(data, "public"), entries)
        except (ValueError, KeyError, TypeError, AttributeError, InstallFailed) as error:
            raise FileProblem(
                f"{where} is no manifest of a mirror.",
                why=str(error),
                remedy="make the folder again, with `-r FILE`",
            ) from None


def _entry(data: Mapping[str, Any]) -> Entry:
    entry = Entry(
        schema.text(data, "name"),
        schema.text(data, "version"),
        schema.text(data, "filename"),
        schema.text(data, "sha256"),
        size=None if data.get("size") is None else int(schema.number(data, "size")),
        uploaded=None if data.get("uploaded") is None else schema.number(data, "uploaded"),
        why=schema.text(data, "why", ""),
    )
    if File(entry.name, entry.version, f"file:///{entry.filename}", entry.sha256).stored_name != entry.filename:
        raise ValueError(f"{entry.filename!r} is no name of a file of {entry.name} {entry.version}")
    if len(entry.sha256) != 64:
        raise ValueError(f"{entry.filename} has no SHA-256")
    return entry
