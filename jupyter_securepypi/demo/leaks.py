"""Look for secrets where they must not be: files, outputs, and the argv and environment of every process."""

from __future__ import annotations

import base64
import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType


def forms(*secrets: str) -> tuple[bytes, ...]:
    """Return what `secrets` may look like: as they are, and inside of anything in base64 (basic authentication)."""
    found = []
    for data in (secret.encode() for secret in secrets):
        # The characters at both ends hold bits of what stands before and behind.
        shifted = (base64.b64encode(bytes(n) + data).rstrip(b"=")[(n * 8 + 5) // 6 : -1] for n in range(3))
        found += [data, *shifted]
    return tuple(found)


def texts_with(secret: str, texts: Mapping[str, str]) -> list[str]:
    """Return the names of those `texts` that hold `secret`."""
    wanted = forms(secret)
    return [
        name for name, text in texts.items() if any(form in text.encode("utf-8", "replace") for form in wanted)
    ]


class ProcessWatch:
    """Samples ``/proc/*/cmdline`` and ``environ`` while it is open, and keeps which processes showed a secret.

    Those that ran already when it was opened do not count: what a process shows there it was started with.

    Args:
        secrets: what to look for.
        interval: seconds between two samples.

    Attributes:
        hits: where it was seen, like ``argv of pip (1234)``.
        samples: how many processes were looked at in all.
    """

    def __init__(self, *secrets: str, interval: float = 0.02) -> None:
        self.hits: set[str] = set()
        self.samples = 0
        self._forms = forms(*secrets)
        self._interval = interval
        self._before: set[str] = set()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> ProcessWatch:
        self._before = set(os.listdir("/proc"))  # noqa: PTH208 names, not paths
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(self._interval):
            there = set(os.listdir("/proc"))  # noqa: PTH208 half the time of a Path each
            self._before &= there  # a number may be given again
            for process in there - self._before:
                self._look(process)

    def _look(self, process: str) -> None:
        for kind, name in (("argv", "cmdline"), ("environment", "environ")):
            try:
                with open(f"/proc/{process}/{name}", "rb", buffering=0) as file:  # noqa: PTH123
                    content = file.read()
            except OSError:
                continue
            self.samples += 1
            if any(form in content for form in self._forms):
                self.hits.add(f"{kind} of process {process}")


def files_with(secret: str, root: Path, *, allowed: Iterable[Path]) -> list[Path]:
    """Return the files below `root` that contain `secret` though they are not among `allowed`.

    An allowed file counts too when others than its owner may read it.
    """
    may = {path.resolve() for path in allowed}
    wanted = forms(secret)
    found = []
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            try:
                if path.is_symlink() or not path.is_file():
                    continue
                content = path.read_bytes()
            except OSError:
                continue
            if not any(form in content for form in wanted):
                continue
            if path.resolve() not in may or path.stat().st_mode & 0o077:
                found.append(path)
    return found
