"""Which files this process opens: how much work an answer is, told without a clock."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_listening: list[Counter[str]] = []


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _listening and isinstance(arguments[0], (str, bytes)):
        for found in _listening:
            found[os.fsdecode(arguments[0])] += 1


sys.addaudithook(_hear)


@contextmanager
def opened(below: Path) -> Iterator[Counter[str]]:
    """Count how often each file below a folder is opened while the block runs; filled when the block has ended."""
    heard: Counter[str] = Counter()
    found: Counter[str] = Counter()
    _listening.append(heard)
    try:
        yield found
    finally:
        _listening.remove(heard)
        found.update({path: n for path, n in heard.items() if Path(path).is_relative_to(below)})
