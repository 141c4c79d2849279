"""Undo what was written for a client once the options no longer name it; which were served is kept in a file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from ..core.files import write_atomically
from . import keyring, originals
from .originals import Restored


def retire(enabled: Iterable[str]) -> list[Restored]:
    """Put back the files of clients that were enabled at the last call and are not now; call it before writing.

    A file that another client relies on stays. What cannot be put back is tried again at the next call.

    Args:
        enabled: the clients that are pointed at the secure index from now on.

    Raises:
        FileProblem: if the folder of originals is out of reach.
    """
    wanted = sorted(set(enabled))
    if _served() == wanted:
        return []
    done: list[Restored] = []
    with originals.locked():
        left = set(wanted)
        for name in set(_served()) - left:
            if name == "keyring":
                keyring.withdraw()
            released = originals.release(name)
            done += released
            if any(file.problem for file in released):
                left.add(name)
        if sorted(left) != _served():
            write_atomically(_file(), json.dumps(sorted(left)).encode(), mode=0o600)
    return done


def forget() -> None:
    """Forget which clients were served: `originals.restore_all` has put everything back."""
    _file().unlink(missing_ok=True)


def _file() -> Path:
    return originals.data_folder() / "clients.json"


def _served() -> list[str]:
    try:
        names = json.loads(_file().read_bytes())
    except (OSError, ValueError):
        return []
    return [str(name) for name in names] if isinstance(names, list) else []
