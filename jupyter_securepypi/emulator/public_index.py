"""The public index behind the external connection: small packages of every kind that a gate must tell apart.

Old and young ones, malicious and vulnerable ones, look-alikes of ``acme-*``, a source archive only, a wheel for
another Python, a yanked version. They are made when somebody first looks.
"""

from __future__ import annotations

import io
import os
import tarfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from .packages.catalog import Catalog
from .packages.records import Held, Origin
from .samples import build_wheel
from .storage import Storage

CONNECTION = "public:pypi"
MALICIOUS = [("leftpadx", "1.0"), ("numfast", "2.0.1")]
"""Names and versions that a malware database should know; their files do nothing."""
YOUNG_DAYS = 2
_DAY = 86_400


@dataclass(frozen=True)
class _Release:
    name: str
    version: str
    days: float  # since its upload
    requires: tuple[str, ...] = ()
    requires_python: str = ""
    tag: str = "py3-none-any"
    source: bool = False
    yanked: str | None = None


_RELEASES = (
    _Release("tinydate", "2.8.2", 1500),
    _Release("tinydate", "2.9.0", 640),
    _Release("numfast", "1.9.0", 900),
    _Release("numfast", "2.0.0", 120),
    _Release("numfast", "2.0.1", 30),
    _Release("tablefit", "3.0.3", 300, ("tinydate>=2.8",)),
    _Release("tablefit", "3.0.4", 90, ("tinydate>=2.8",)),
    _Release("tablefit", "3.1.0", YOUNG_DAYS, ("tinydate>=2.8",)),
    _Release("brandnew", "0.1.0", YOUNG_DAYS),
    _Release("leftpadx", "1.0", 60),
    *(
        _Release(f"vuln-{severity}", version, days)
        for severity in ("low", "medium", "high", "critical")
        for version, days in (("1.0", 400), ("2.0", 100))
    ),
    _Release("acme-core", "99.0", 10),
    _Release("acme-features", "99.0", 10),
    _Release("acme-secrets", "1.0", 10),
    _Release("acmecore", "1.4.0", 10),
    _Release("sourceonly", "1.0", 400, source=True),
    _Release("otherpython", "1.0", 400, tag="cp36-cp36m-manylinux1_x86_64"),
    _Release("futurepython", "1.0", 400, requires_python=">=3.99"),
    _Release("yankling", "1.0", 500),
    _Release("yankling", "1.1", 200, yanked="deletes what it reads"),
)


class PublicIndex:
    """The packages of the public index, below `folder`; a file that is copied into it appears in the index."""

    def __init__(self, folder: Path) -> None:
        self._catalog = Catalog(Storage(folder), Origin(connection=CONNECTION))
        self._lock = threading.Lock()
        self._made = False

    @property
    def folder(self) -> Path:
        """The folder of its files."""
        return self._filled().storage.folder

    def versions(self, package: str) -> dict[Version, Held]:
        """Return the versions of a package, oldest first."""
        return self._filled().versions(package)

    def _filled(self) -> Catalog:
        with self._lock:
            if not self._made:
                self._made = True
                for release in _RELEASES:
                    self._make(release)
        return self._catalog

    def _make(self, release: _Release) -> None:
        folder, uploaded = self._catalog.storage.folder, time.time() - release.days * _DAY
        if release.source:
            _build_source_archive(folder, release.name, release.version, uploaded)
        else:
            build_wheel(
                folder,
                release.name,
                release.version,
                release.requires,
                requires_python=release.requires_python,
                tag=release.tag,
                readme=f"{release.name} is a package of the emulated public index.",
                uploaded=uploaded,
            )
        if release.yanked is not None:
            held = self._catalog.versions(release.name)[Version(release.version)]
            held.record.yanked = release.yanked


def _build_source_archive(folder: Path, name: str, version: str, uploaded: float) -> None:
    files = {
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        "setup.py": f"from setuptools import setup\nsetup(name={name!r}, version={version!r}, py_modules=[])\n",
    }
    path = folder / f"{name}-{version}.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for file, text in files.items():
            entry = tarfile.TarInfo(f"{name}-{version}/{file}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    os.utime(path, (uploaded, uploaded))
