"""A repository's files: pypiserver's backend, made safe for many readers at once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

from pypiserver.backend import BackendProxy, SimpleFileBackend
from pypiserver.bottle_wrapper import HTTPError


class Storage(SimpleFileBackend):  # type: ignore[misc]
    """The files in `folder`: a copied file appears at once, an uploaded file only when it is complete."""

    def __init__(self, folder: Path) -> None:
        super().__init__(SimpleNamespace(hash_algo="sha256", roots=[folder]))
        self.folder = folder
        self._digests: dict[str, tuple[int, int, str | None]] = {}

    def served(self) -> BackendProxy:
        """Return the storage in the form for pypiserver's application."""
        return BackendProxy(self)

    def digest(self, pkg: Any) -> str | None:
        """Return ``sha256=HEX`` of a file; it is computed again only if size or time have changed."""
        state = Path(pkg.fn).stat()
        known = self._digests.get(pkg.fn)
        if known is None or known[:2] != (state.st_mtime_ns, state.st_size):
            known = (state.st_mtime_ns, state.st_size, super().digest(pkg))
            self._digests[pkg.fn] = known
        return known[2]

    def add_package(self, filename: str, stream: BinaryIO) -> None:
        """Store an upload under `filename`; of several uploads at once the first wins, and the others get 409."""
        part = self.folder / f".{filename}.{os.urandom(8).hex()}"
        try:
            with part.open("wb") as file:
                shutil.copyfileobj(stream, file)
            os.link(part, self.folder / filename)
        except FileExistsError:
            raise HTTPError(409, f"Package {filename!r} already exists!") from None
        finally:
            part.unlink(missing_ok=True)

    def remove_package(self, pkg: Any) -> None:
        """Refuse, because CodeArtifact only deletes through its API."""
        raise HTTPError(405, "packages are not removed through the index")

    def size(self) -> int:
        """Return the total size of all files in bytes."""
        return sum(Path(file.fn).stat().st_size for file in self.get_all_packages())

    def versions(self) -> dict[str, list[Any]]:
        """Return the versions by normalised package name, oldest first, one entry for each version."""
        found: dict[str, dict[str, Any]] = {}
        files: Iterable[Any] = self.get_all_packages()
        for file in files:
            found.setdefault(file.pkgname_norm, {})[file.version] = file
        return {
            name: sorted(versions.values(), key=lambda file: file.parsed_version)
            for name, versions in sorted(found.items())
        }
