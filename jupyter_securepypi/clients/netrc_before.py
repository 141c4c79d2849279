"""The netrc before us: the user's own entries that ours replaced, and whether there was a file at all.

The netrc is edited entry by entry and not put back whole, because others write to it as well. The notes are kept in
a file of mode 0600 beside the originals of other files. Hold `originals.locked` around each call.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container
from pathlib import Path
from typing import Any

from ..core import schema
from ..core.errors import FileProblem
from ..core.files import safe_target, write_atomically
from ..core.finding import Finding
from ..core.secret import Secret, SecretBytes
from . import originals
from .change import Changes
from .records import look

_EXACT = {"at": int, "was": str, "is": str, "rest": str}


def note(path: Path, host: str) -> None:
    """Note the entries for `host` in the file `path`, as they stand there, before our first entry for it.

    Those with a user name that only goes with minted tokens are not noted: a token expires within hours, and may be an
    earlier one of ours.

    Raises:
        FileProblem: the file cannot be read, or the notes cannot be written.
    """
    from ..core.netrc_text import entries_in, remove_entry, set_entry

    notes = _load()
    found = notes.setdefault(str(path), {"made": not path.exists(), "entries": {}})
    content = _without_tokens(SecretBytes(look(safe_target(path))[0] or b""), host, str(path))
    left = remove_entry(set_entry(content, host, "login", "password"), host, None)
    if content != left:
        found["entries"][host] = entries_in(content, host)
        found.setdefault("exact", {})[host] = _difference(content, left)
    _write(notes)


def put_back(but: Container[Path] = ()) -> Changes:
    """Put every noted entry back, and remove a file that we made if nothing is left in it.

    A file that nobody has changed meanwhile is as before, byte for byte. One that cannot be read or written becomes a
    finding, and its notes stay; so do those of the files `but`, where entries of ours are left.
    """
    notes = _load()
    parts = []
    for name, found in list(notes.items()):
        path = Path(name)
        if path in but:
            continue
        try:
            parts += [_put_back(path, host, found) for host in reversed(found["entries"])]
            if found["made"] and path.is_file() and not path.is_symlink() and not path.read_bytes().strip():
                path.unlink()
                parts.append(Changes(written=(path,)))
        except FileProblem as error:
            parts.append(Changes(findings=(Finding.of(error),)))
            continue
        del notes[name]
        _write(notes)
    if not notes:
        _file().unlink(missing_ok=True)
    return Changes.of(parts)


def _put_back(path: Path, host: str, found: dict[str, Any]) -> Changes:
    from ..core.netrc import edit
    from ..core.netrc_text import set_entries

    own = _without_tokens(Secret(found["entries"][host]).encode("utf-8", "surrogateescape"), host, str(path))
    text, exact = own.decode("utf-8", "surrogateescape"), found.get("exact", {}).get(host)

    def with_own(content: bytes) -> bytes:
        if exact and hashlib.sha256(content).hexdigest() == exact["rest"]:
            at, was, now = exact["at"], Secret(exact["was"]).encode("latin-1"), exact["is"]
            return content[:at] + was + content[at + len(now) :]
        return set_entries(content, text, source=str(path)) if text.strip() else content

    if not edit(path, with_own, 0o600):
        return Changes()
    return Changes(written=(path,), done=(f"your own netrc entry for {host} is back",) if text.strip() else ())


def _difference(content: bytes, left: bytes) -> dict[str, Any]:
    """Return what makes `content` of `left`, and nothing else that they hold."""
    at = _alike(content, left)
    end = _alike(content[at:][::-1], left[at:][::-1])
    was, now = (one[at : len(one) - end].decode("latin-1") for one in (content, left))
    return {"at": at, "was": was, "is": now, "rest": hashlib.sha256(left).hexdigest()}


def _alike(one: bytes, other: bytes) -> int:
    """Return how many bytes both begin with."""
    differ = (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right)
    return next(differ, min(len(one), len(other)))


def _without_tokens(content: bytes, host: str, source: str) -> bytes:
    from ..core.netrc_text import remove_entry
    from ..core.providers.registry import token_logins

    for login in token_logins():
        content = remove_entry(content, host, login, source=source)
    return content


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
    exact = one.get("exact", {})
    return (
        isinstance(one.get("made"), bool)
        and {*map(type, one["entries"].values())} <= {str}
        and isinstance(exact, dict)
        and all(isinstance(part, dict) and _is_exact(part) for part in exact.values())
    )


def _is_exact(part: dict[str, object]) -> bool:
    return all(isinstance(part.get(name), kind) for name, kind in _EXACT.items())
