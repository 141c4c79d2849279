"""The files of a repository: what is in its folder is what it has."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from packaging.version import Version

from .distributions import Contents, parsed_name, read_contents


@dataclass(frozen=True)
class Asset:
    """A file of a package version.

    Attributes:
        package: normalized name of its package.
        uploaded: when it was uploaded, epoch seconds: the file's modification time, which `os.utime` sets.
    """

    storage: Storage
    name: str
    package: str
    version: Version
    size: int
    uploaded: float

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.storage.folder / self.name

    @cached_property
    def contents(self) -> Contents:
        """What the file holds."""
        return self.storage.contents(self)


class Storage:
    """The files in `folder`: a copied file appears at once, an uploaded file only when it is complete."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._contents: dict[str, tuple[float, int, Contents]] = {}

    def assets(self) -> list[Asset]:
        """Return all files that are distributions, by name; hidden files are none."""
        found = []
        with os.scandir(self.folder) as entries:
            for entry in entries:
                parsed = None if entry.name.startswith(".") else parsed_name(entry.name)
                if parsed is None:
                    continue
                try:
                    state = entry.stat()
                except FileNotFoundError:  # removed since the folder was read
                    continue
                found.append(Asset(self, entry.name, *parsed, state.st_size, state.st_mtime))
        return sorted(found, key=lambda asset: asset.name)

    def contents(self, asset: Asset) -> Contents:
        """Return what a file holds; it is read again only if its size or time has changed."""
        known = self._contents.get(asset.name)
        if known is None or known[:2] != (asset.uploaded, asset.size):
            known = (asset.uploaded, asset.size, read_contents(asset.path))
            self._contents[asset.name] = known
        return known[2]

    def add(self, filename: str, stream: BinaryIO) -> bool:
        """Store a file; return False, and keep what there is, if there is one of that name."""
        part = self.folder / f".{filename}.{os.urandom(8).hex()}"
        try:
            with part.open("wb") as file:
                shutil.copyfileobj(stream, file)
            os.link(part, self.folder / filename)
        except FileExistsError:
            return False
        finally:
            part.unlink(missing_ok=True)
        return True

    def take(self, asset: Asset) -> None:
        """Copy a file of another storage, with its time of upload, over one of the same name."""
        part = self.folder / f".{asset.name}.{os.urandom(8).hex()}"
        shutil.copy2(asset.path, part)
        part.replace(self.folder / asset.name)

    def remove(self, asset: Asset) -> None:
        """Remove a file of this storage."""
        asset.path.unlink(missing_ok=True)

    def size(self) -> int:
        """Return the total size of all files in bytes."""
        return sum(asset.size for asset in self.assets())
