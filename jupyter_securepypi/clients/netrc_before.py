"""The netrc before us: the user's own entries that ours replaced, and whether there was a file at all.

The netrc is edited entry by entry and not put back whole, because others write to it as well. The notes are kept in
a file of mode 0600 beside the originals of other files. Hold `originals.locked` around each call.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..core import schema
from ..core.files import write_atomically
from ..core.secret import Secret, SecretBytes
from . import originals
from .change import Changes


def note(path: Path, host: str) -> None:
    """Note the entries for `host` in the file `path`, as they stand there, before our first entry for it.

    Raises:
        FileProblem: the file cannot be read, or the notes cannot be written.
    """
    from ..core.netrc import entries_for

    notes = _load()
    found = notes.setdefault(str(path), {"made": not path.exists(), "entries": {}})
    if text := entries_for(path, host):
        found["entries"][host] = text
    _write(notes)


def put_back() -> Changes:
    """Put every noted entry back, and remove a file that we made if nothing is left in it. Our entries must be gone.

    Raises:
        FileProblem: a file cannot be read or written; its notes stay.
    """
    from ..core.netrc import put_entries

    notes = _load()
    parts = []
    for name, found in list(notes.items()):
        path = Path(name)
        parts += [
            Changes(written=(path,), done=(f"your own netrc entry for {host} is back",))
            for host in found["entries"]
            if put_entries(path, Secret(found["entries"][host]))
        ]
        if found["made"] and path.is_file() and not path.is_symlink() and not path.read_bytes().strip():
            path.unlink()
            parts.append(Changes(written=(path,)))
        del notes[name]
        _write(notes)
    if not notes:
        _file().unlink(missing_ok=True)
    return Changes.of(parts)


def _file() -> Path:
    return originals.data_folder() / "netrc-before.json"


def _write(notes: dict[str, dict[str, Any]]) -> None:
    write_atomically(_file(), SecretBytes(json.dumps(notes).encode("ascii")), mode=0o600)


def _load() -> dict[str, dict[str, Any]]:
    """Return the notes by file; a note that is damaged counts as none."""
    try:
        found = schema.parsed(SecretBytes(_file().read_bytes()))
    except (OSError, ValueError):
        return {}
    return {name: one for name, one in found.items() if _is_note(one)} if isinstance(found, dict) else {}


def _is_note(one: object) -> bool:
    if not isinstance(one, dict) or not isinstance(one.get("entries"), dict):
        return False
    return isinstance(one.get("made"), bool) and {*map(type, one["entries"].values())} <= {str}
