"""What the name of a wheel or source archive tells, and what its contents tell."""

from __future__ import annotations

import hashlib
import tarfile
import zipfile
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Contents:
    """What a distribution file holds: its SHA-256 in hex, and its core metadata (empty if it has none)."""

    sha256: str
    metadata: Message

    @property
    def requires_python(self) -> str:
        """The Python versions that it is for, or an empty string."""
        return str(self.metadata.get("Requires-Python", ""))


@lru_cache(maxsize=65_536)
def parsed_name(filename: str) -> tuple[str, Version] | None:
    """Return the normalized project name and the version of a file's name, or None if it names no distribution."""
    try:
        if filename.endswith(".whl"):
            name, version, _, _ = parse_wheel_filename(filename)
        else:
            name, version = parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None
    return str(name), version


def read_contents(path: Path) -> Contents:
    """Return what the file at `path` holds; it is opened once, because it may be large."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
        file.seek(0)
        try:
            text = _wheel_metadata(file) if path.suffix == ".whl" else _sdist_metadata(file)
        except (zipfile.BadZipFile, tarfile.TarError, OSError, EOFError, KeyError):
            text = ""
    return Contents(digest.hexdigest(), HeaderParser().parsestr(text))


def hashes(path: Path) -> dict[str, str]:
    """Return the four hashes that ListPackageVersionAssets gives, in hex."""
    found = {name: hashlib.new(name) for name in ("md5", "sha1", "sha256", "sha512")}
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            for digest in found.values():
                digest.update(chunk)
    names = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512"}
    return {names[name]: digest.hexdigest() for name, digest in found.items()}


def _wheel_metadata(file: BinaryIO) -> str:
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.count("/") == 1 and name.endswith(".dist-info/METADATA"):
                return archive.read(name).decode("utf-8", "replace")
    return ""


def _sdist_metadata(file: BinaryIO) -> str:
    with tarfile.open(fileobj=file) as archive:
        for member in archive:
            if member.name.count("/") == 1 and member.name.endswith("/PKG-INFO"):
                found = archive.extractfile(member)
                return found.read().decode("utf-8", "replace") if found else ""
    return ""
