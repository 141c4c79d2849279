"""Lock files (PEP 751): which files of which versions, with their hashes, and no credentials.

Not through ``packaging.pylock``: it came with packaging 26, which many images hold back, and refuses files for what
nobody here needs to know of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any
from urllib.parse import unquote, urlsplit

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from ...core.address import without_credentials
from ...core.errors import InstallFailed
from ...core.gate.gate import Candidate, Gate
from ...core.gate.review import Review
from ...core.project_page import epoch_of

# What names of wheels and source archives are made of; the parsers leave tags and build numbers unchecked.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!-]*")
_OLDER_SDIST = re.compile(r"\.(tar\.bz2|tar\.xz|tgz)$")


@dataclass(frozen=True)
class File:
    """One archive of a package.

    Attributes:
        name: of the package.
        version: of the package.
        url: its address without credentials.
        sha256: its hash, hexadecimal.
        uploaded: the time of its upload, in epoch seconds; None where the index does not say.
    """

    name: str
    version: str
    url: str
    sha256: str
    uploaded: float | None = None

    @property
    def base_name(self) -> str:
        """The name of the file, which is the last part of its address."""
        return unquote(urlsplit(self.url).path.rpartition("/")[2])

    @property
    def stored_name(self) -> str:
        """The name to store it under: the base name, where that is one of a file of this distribution.

        Raises:
            InstallFailed: it is something else, such as a path.
        """
        base = self.base_name
        try:
            if not _PLAIN.fullmatch(base):
                raise InvalidWheelFilename(base)
            if self.is_wheel:
                name, version, *_ = parse_wheel_filename(base)
            else:
                name, version = parse_sdist_filename(_OLDER_SDIST.sub(".tar.gz", base))
            if (name, version) != (canonicalize_name(self.name), Version(self.version)):
                raise InvalidWheelFilename(base)
        except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
            raise InstallFailed(
                f"{self.name} {self.version} was not kept, because of the file name that the index gives: {base!r}.",
                why="it is not the name of a wheel or a source archive of that version",
                remedy="have it published to the secure index again",
            ) from None
        return base

    @property
    def is_wheel(self) -> bool:
        """Whether it installs without being built."""
        return urlsplit(self.url).path.endswith(".whl")


@dataclass(frozen=True)
class Locked:
    """One version of a package: every file of it that may be installed.

    Attributes:
        name: normalised.
        version: the only one.
        files: wheels and the source archive.
        marker: where it is needed; empty for everywhere.
        requires_python: as the index gives it; empty where it does not.
    """

    name: str
    version: str
    files: tuple[File, ...]
    marker: str = ""
    requires_python: str = ""

    @staticmethod
    def of(file: File) -> Locked:
        """Return the package of which only `file` may be installed."""
        return Locked(file.name, file.version, (file,))

    def with_files(self, gate: Gate) -> Locked:
        """Return it with the files that pass `gate`."""
        verdicts = gate.judge(self.candidates)
        passed = (file for file, verdict in zip(self.files, verdicts, strict=True) if not verdict.held_back)
        return replace(self, files=tuple(passed))

    @property
    def candidates(self) -> list[Candidate]:
        """Its files, for the gate."""
        return [Candidate(one.name, one.version, one.url, one.uploaded) for one in self.files]


def read(document: Mapping[str, Any]) -> list[Locked]:
    """Return the packages in a lock file of uv's; those that come from no index have no files."""
    found = []
    for package in document.get("packages", []):
        name, version = str(package["name"]), str(package.get("version", ""))
        archives = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        files = [
            File(
                name,
                version,
                without_credentials(str(archive.get("url", ""))),
                _sha256(archive),
                _uploaded(archive),
            )
            for archive in archives
        ]
        found.append(
            Locked(
                name,
                version,
                tuple(files),
                str(package.get("marker", "")),
                str(package.get("requires-python", "")),
            )
        )
    return found


def allowed(packages: Sequence[Locked], review: Review | None) -> list[Locked] | None:
    """Return `packages` with the files that pass the gate; None where one has none left, and another must be locked.

    Args:
        packages: what was resolved.
        review: of the gate, if there is one.

    Raises:
        HeldBack: no other plan can be made.
        SecurePyPIError: what decides cannot be found out.
    """
    if review is None:
        return list(packages)
    review.gate.judge([one for package in packages for one in package.candidates])  # looks all up at once
    left = [package.with_files(review.gate) for package in packages]
    # Of a package with files left, one stands for all.
    stand = [(few.candidates or whole.candidates)[:1] for few, whole in zip(left, packages, strict=True)]
    return left if review.passes([one for candidates in stand for one in candidates]) else None


def render(packages: Iterable[Locked], *, index: str = "") -> str:
    """Return the lock file of `packages`, the same text for the same packages.

    Args:
        packages: what to lock.
        index: the address of the index, without credentials.
    """
    lines = ['lock-version = "1.0"', 'created-by = "jupyter_securepypi"']
    for package in packages:
        lines += ["", "[[packages]]", f"name = {_text(package.name)}", f"version = {_text(package.version)}"]
        if package.marker:
            lines.append(f"marker = {_text(package.marker)}")
        if package.requires_python:
            lines.append(f"requires-python = {_text(package.requires_python)}")
        if index:
            lines.append(f"index = {_text(index)}")
        for file in package.files:
            if not file.is_wheel:
                lines.append(f"sdist = {_archive(file)}")
        wheels = [file for file in package.files if file.is_wheel]
        if wheels:
            lines += ["wheels = [", *(f"    {_archive(file)}," for file in wheels), "]"]
    return "\n".join(lines) + "\n"


def _archive(file: File) -> str:
    hashes = f"{{ sha256 = {_text(file.sha256)} }}"
    return f"{{ name = {_text(file.base_name)}, url = {_text(file.url)}, hashes = {hashes} }}"


def _text(value: str) -> str:
    # JSON's strings are TOML's basic strings, for all characters but DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _sha256(archive: Mapping[str, Any]) -> str:
    return str(archive.get("hashes", {}).get("sha256", "")).lower()


def _uploaded(archive: Mapping[str, Any]) -> float | None:
    said = archive.get("upload-time")  # a date and time of TOML
    if isinstance(said, datetime):
        return (said if said.tzinfo else said.replace(tzinfo=timezone.utc)).timestamp()
    return epoch_of(said)
