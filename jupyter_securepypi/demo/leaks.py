"""Look for secrets where they must not be: files, outputs, and the argv and environment of every process."""

from __future__ import annotations

import base64
import os
import threading
import time
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType

_CHUNK = 65_536  # bytes; most commands and environments are smaller
_AGAIN = 0.2  # seconds after which an environment is read again, though its process is the same program


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

    Args:
        secrets: what to look for.
        interval: seconds between two samples. A process that shows the same command keeps its environment, which is
            read again five times a second only.

    Attributes:
        hits: where it was seen, like ``argv of pip (1234)``.
        samples: how many processes were looked at in all.
    """

    def __init__(self, *secrets: str, interval: float = 0.02) -> None:
        self.hits: set[str] = set()
        self.samples = 0
        self._forms = forms(*secrets)
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
        seen: dict[str, tuple[bytes, float]] = {}  # the command, and when the environment was read
        while not self._done.wait(self._interval):
            now = time.monotonic()
            before, seen = seen, {}
            for process in os.listdir("/proc"):  # noqa: PTH208 half the time of a Path each
                if not process.isdigit() or process == own:
                    continue
                command = self._look(process, "cmdline", "argv")
                known, last = before.get(process, (b"", 0.0))
                if not command or command != known or now - last >= _AGAIN:
                    last = now
                    self._look(process, "environ", "environment")
                seen[process] = command, last

    def _look(self, process: str, name: str, kind: str) -> bytes:
        """Return what a process shows, and keep it where that is a secret."""
        try:
            # A file object costs more than what it reads, some thousand times a second.
            file = os.open(f"/proc/{process}/{name}", os.O_RDONLY)
            try:
                content = b"".join(iter(partial(os.read, file, _CHUNK), b""))
            finally:
                os.close(file)
        except OSError:
            return b""
        self.samples += 1
        if any(form in content for form in self._forms):
            self.hits.add(f"{kind} of process {process}")
        return content


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
