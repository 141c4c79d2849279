"""Look for a secret where it must not be: files, outputs, and the argv and environment of every process."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType


class ProcessWatch:
    """Samples ``/proc/*/cmdline`` and ``environ`` while it is open, and keeps which processes showed the secret.

    Args:
        secret: what to look for.
        interval: seconds between two samples.

    Attributes:
        hits: where it was seen, like ``argv of pip (1234)``.
        samples: how many processes were looked at in all.
    """

    def __init__(self, secret: str, interval: float = 0.02) -> None:
        self.hits: set[str] = set()
        self.samples = 0
        self._secret = secret.encode()
        self._interval = interval
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> ProcessWatch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        own = str(os.getpid())
        while not self._done.wait(self._interval):
            for process in Path("/proc").glob("[0-9]*"):
                if process.name != own:
                    self._look(process)

    def _look(self, process: Path) -> None:
        for kind, name in (("argv", "cmdline"), ("environment", "environ")):
            try:
                content = (process / name).read_bytes()
            except OSError:
                continue
            self.samples += 1
            if self._secret in content:
                self.hits.add(f"{kind} of process {process.name}")


def files_with(secret: str, root: Path, *, allowed: Iterable[Path]) -> list[Path]:
    """Return the files below `root` that contain `secret` though they are not among `allowed`.

    An allowed file counts too when others than its owner may read it.
    """
    may = {path.resolve() for path in allowed}
    wanted = secret.encode()
    found = []
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            try:
                if path.is_symlink() or not path.is_file() or wanted not in path.read_bytes():
                    continue
            except OSError:
                continue
            if path.resolve() not in may or path.stat().st_mode & 0o077:
                found.append(path)
    return found
