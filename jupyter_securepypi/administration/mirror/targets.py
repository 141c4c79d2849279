"""The Pythons and platforms that a mirror serves: which wheels they take, and where only a source archive is left.

Wheel tags are those of the platform compatibility tags of the Python packaging standards (formerly PEP 425, 600, 656).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from packaging import tags
from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from ...core.project_page import PageFile
from ..resolution import Where

_MACHINES = {
    "linux": ("x86_64", "aarch64"),
    "musllinux": ("x86_64", "aarch64"),
    "macos": ("arm64", "x86_64"),
    "windows": ("amd64", "arm64"),
}
PLATFORMS = (*_MACHINES, *(f"{system}-{one}" for system, machines in _MACHINES.items() for one in machines))
"""What a platform may be called: a system for all its machines, or one of these."""
EVERYWHERE = ("linux", "macos", "windows")
"""The platforms where none is named."""
_TAGS = {
    "linux": r"(?:manylinux(?:1|2010|2014|_\d+_\d+)|linux)_{}",
    "musllinux": r"musllinux_\d+_\d+_{}",
    "macos": r"macosx_\d+_\d+_{}",
    "windows": r"win_{}",
}
# Binaries for several machines (`packaging.tags.mac_platforms`).
_FAT = {"arm64": "(?:arm64|universal2)", "x86_64": "(?:x86_64|universal2|universal|intel|fat64|fat3)"}
_MARKERS = {
    "linux": ("linux", "Linux", "posix"),
    "musllinux": ("linux", "Linux", "posix"),
    "macos": ("darwin", "Darwin", "posix"),
    "windows": ("win32", "Windows", "nt"),
}


@dataclass(frozen=True)
class Targets:
    """Pythons and platforms; every pair of them is a target.

    Attributes:
        pythons: versions of CPython, such as ``3.12``.
        platforms: of `PLATFORMS`.
    """

    pythons: tuple[str, ...]
    platforms: tuple[str, ...] = EVERYWHERE

    def wanted(self, files: Sequence[PageFile], where: Sequence[Where]) -> tuple[PageFile, ...]:
        """Return the wheels that the targets take, and a source archive where a target has no wheel.

        Args:
            files: of one version; withdrawn ones count where there is no other.
            where: the version is needed.
        """
        standing = [one for one in files if not one.yanked] or list(files)
        needed = self._needed(where)
        wheels = [one for one in standing if any(_takes(one.filename, *target) for target in needed)]
        sources = [one for one in standing if not one.is_wheel]
        return (*wheels, *(sources[:1] if self.without_wheel(wheels, where) else ()))

    def without_wheel(self, files: Sequence[PageFile], where: Sequence[Where]) -> list[str]:
        """Return the targets that take none of the wheels in `files`, in words; only where the version is needed."""
        return [
            f"Python {python} on {platform}"
            for python, platform in self._needed(where)
            if not any(_takes(one.filename, python, platform) for one in files)
        ]

    def without_file(self, files: Sequence[PageFile], where: Sequence[Where]) -> list[str]:
        """Return the targets for which there is neither a wheel nor a source archive in `files`."""
        return [] if any(not one.is_wheel for one in files) else self.without_wheel(files, where)

    def _needed(self, where: Sequence[Where]) -> list[tuple[str, str]]:
        return [
            (python, platform)
            for python in self.pythons
            for platform in self.platforms
            if any(one.python == python and _applies(one.marker, python, platform) for one in where)
        ]


def _parts(platform: str) -> tuple[str, tuple[str, ...]]:
    system, _, machine = platform.partition("-")
    return system, ((machine,) if machine else _MACHINES[system])


@cache
def _takes(filename: str, python: str, platform: str) -> bool:
    """Return whether a wheel installs there; a file that is no wheel does not."""
    try:
        offered = parse_wheel_filename(filename)[3]
    except InvalidWheelFilename:
        return False
    system, machines = _parts(platform)
    patterns = [_TAGS[system].format(_FAT[one] if system == "macos" else one) for one in machines]
    fitting = re.compile("|".join(["any", *patterns]))
    return any(
        (one.interpreter, one.abi) in _abis(python) and fitting.fullmatch(one.platform) for one in offered
    )


@cache
def _abis(python: str) -> frozenset[tuple[str, str]]:
    """Return the interpreters and ABIs that a CPython takes."""
    major, minor = map(int, python.split(".")[:2])
    name = f"cp{major}{minor}"
    found = [
        *tags.cpython_tags((major, minor), [name], ["any"]),
        *tags.compatible_tags((major, minor), name, ["any"]),
    ]
    return frozenset((one.interpreter, one.abi) for one in found)


@cache
def _applies(marker: str, python: str, platform: str) -> bool:
    """Return whether a marker holds on one of the platform's machines; one that cannot be read always does."""
    system, machines = _parts(platform)
    sys_platform, platform_system, os_name = _MARKERS[system]
    full = python if python.count(".") > 1 else f"{python}.0"
    known = {
        "implementation_name": "cpython",
        "implementation_version": full,
        "os_name": os_name,
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": platform_system,
        "platform_version": "",
        "python_full_version": full,
        "python_version": ".".join(python.split(".")[:2]),
        "sys_platform": sys_platform,
    }
    try:
        parsed = Marker(marker) if marker else None
        return parsed is None or any(
            parsed.evaluate({**known, "platform_machine": one.upper() if system == "windows" else one})
            for one in machines
        )
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName):
        return True
