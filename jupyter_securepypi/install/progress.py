"""What an install is doing, read from what pip and uv print: phase, count, bytes, seconds, and a build's last line."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

RESOLVING = "Working out what is to be installed"
_COLLECTING = re.compile(r"\s*Collecting (?P<names>[A-Za-z0-9].*)")
# pip's has the file and perhaps its size; uv's the package and its size, for what is larger than a mebibyte.
_DOWNLOADING = re.compile(r"\s*(?P<how>Downloading|Using cached) (?P<what>\S+)(?: \((?P<size>[^)]+)\))?")
_DOWNLOADED = re.compile(r"\s*Downloaded (?P<what>\S+)")
_FETCHING = re.compile(r"Fetching (?P<what>\S+)")
_BYTES = re.compile(r"Progress (?P<done>\d+) of (?P<total>\d+)")
_BUILDS = re.compile(
    r"\s*(?:Building wheel for (?P<wheel>[^\s(]+)|Building (?P<package>[^\s=@]+)(?:==| @ |$)"
    r"|(?P<step>Preparing metadata|Installing build dependencies|Getting requirements to build \w+))"
)
_BUILT = re.compile(r"\s*(?:Built \S|.*: finished with status|Successfully built)")
_INSTALLING = re.compile(r"Installing collected packages: (?P<names>.+)|Prepared (?P<count>\d+) packages?")
_SIZE = re.compile(r"([\d.]+)\s*([kKMGT]?)(i?)(?:B|bytes)")
_POWERS = " KMGT"
_AN_OUTPUT = "  "
"""How the lines of a build begin, in pip's output as in ours of uv's."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._]*(?:-[A-Za-z][A-Za-z0-9._]*)*")


@dataclass
class _File:
    done: int = 0
    total: int = 0
    finished: bool = False


class InstallProgress:
    """The state of one install; `phase` and `line` take what happens, and any thread may ask for the `sentence`.

    Args:
        clock: returns seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = self._phase_since = clock()
        self._phase = ""
        self._collected: dict[str, None] = {}
        self._files: dict[str, _File] = {}
        self._current = _File()
        self._build_line = ""
        self._builds = False

    def phase(self, words: str) -> None:
        """Take the words for what begins now."""
        self._enter(words.rstrip(" ."))

    def line(self, line: str) -> None:
        """Take a line that pip or uv has printed, build output and pip's raw progress included."""
        if counted := _BYTES.fullmatch(line.strip()):
            self._current.done, self._current.total = int(counted["done"]), int(counted["total"])
        elif (
            self._builds and line.startswith(_AN_OUTPUT) and not _BUILT.match(line) and not _BUILDS.match(line)
        ):
            self._build_line = line.strip() or self._build_line
        elif built := _BUILDS.match(line):
            self._begin_build(built)
        elif _BUILT.match(line):
            self._builds, self._build_line = False, ""
        elif found := _FETCHING.match(line):
            self._file(found["what"])
        elif found := _DOWNLOADING.match(line):
            self._download(found)
        elif found := _DOWNLOADED.match(line):
            self._file(found["what"]).finished = True
        elif found := _COLLECTING.match(line):
            self._collect(found["names"])
        elif found := _INSTALLING.match(line):
            count = int(found["count"]) if found["count"] else found["names"].count(",") + 1
            self._enter(f"Installing {count} {'package' if count == 1 else 'packages'}")

    @property
    def part(self) -> float | None:
        """How much of the known downloads is there, from 0 to 1; None where nothing is known of them."""
        total = sum(one.total for one in self._files.values())
        return min(1.0, self._bytes / total) if total and self._phase == "Downloading" else None

    @property
    def sentence(self) -> str:
        """What is going on now, such as ``Downloading 12 of 31, 84.0 of 180.0 MB, 6 s``; empty before it begins."""
        if not self._phase:
            return ""
        building = self._builds or self._phase.startswith("Building")
        seconds = self._clock() - (self._phase_since if building else self._started)
        parts = [self._head(), f"{seconds:.0f} s"]
        return ", ".join(parts) + (f": {self._build_line[:160]}" if self._build_line else "")

    def _head(self) -> str:
        if self._phase == "Downloading":
            files = list(self._files.values())
            total = sum(one.total for one in files)
            if not total:
                return f"Downloading {len(files)} {'file' if len(files) == 1 else 'files'}"
            # uv names no size of what is small, and there in a moment.
            done = sum(one.finished or not one.total for one in files)
            count = max(len(files), len(self._collected))
            return f"Downloading {done} of {count}, {self._bytes / 1e6:.1f} of {total / 1e6:.1f} MB"
        if self._phase == RESOLVING and self._collected:
            return f"{RESOLVING}: {list(self._collected)[-1]}, {len(self._collected)} so far"
        return self._phase

    @property
    def _bytes(self) -> int:
        return sum(one.total if one.finished else one.done for one in list(self._files.values()))

    def _enter(self, phase: str) -> None:
        self._current.finished = self._current.finished or bool(self._current.total)
        if phase != self._phase:
            self._phase, self._phase_since = phase, self._clock()
        self._build_line, self._builds = "", False

    def _collect(self, names: str) -> None:
        for name in names.split(", "):
            found = _NAME.match(name)
            self._collected.update({found.group().lower(): None} if found else {})
        if self._phase != "Downloading":
            self._enter(RESOLVING)

    def _download(self, found: re.Match[str]) -> None:
        name = found["what"].partition("#")[0].rstrip("/").rpartition("/")[2]
        if name.endswith(".metadata"):
            return
        file = self._file(name)
        file.total = _bytes_in(found["size"] or "") or file.total
        file.finished = found["how"] == "Using cached"

    def _file(self, name: str) -> _File:
        """Return the file of a package, under whichever of its names it is called; the last one is being fetched."""
        base = name.partition(".")[0] if name.endswith(".whl") else name
        found = _NAME.match(base)
        key = (found.group() if found else base).lower().replace("_", "-").replace(".", "-")
        self._enter("Downloading")
        self._current = self._files.setdefault(key, _File())
        return self._current

    def _begin_build(self, found: re.Match[str]) -> None:
        name = found["wheel"] or found["package"]
        if not name:
            name = list(self._collected)[-1] if self._collected else "a package"
            self._enter(f"Preparing to build {name}")
        else:
            self._enter(f"Building {name}")
        self._builds = True


def loudness(arguments: Sequence[str], *, silent: bool = False) -> tuple[bool, bool]:
    """Return whether the words of an install ask for less, and whether for all that pip or uv prints.

    Args:
        arguments: what stands after ``install``.
        silent: nothing but the result is wanted (``--json``).
    """
    flags = [word for word in arguments if re.fullmatch(r"-[qv]+|--quiet|--verbose", word)]
    quiet = silent or any("q" in word for word in flags)
    return quiet, not quiet and any("v" in word for word in flags)


def _bytes_in(size: str) -> int:
    """Return the bytes that a size such as ``12.3 MB`` or ``8.9MiB`` means; 0 for none."""
    found = _SIZE.search(size)
    if not found:
        return 0
    number, unit, binary = found.groups()
    return int(float(number) * (1024 if binary else 1000) ** _POWERS.index(unit.upper() or " "))
