"""The user's netrc file: where it is, and one machine's entry in it, which is set and removed in place.

Other programs edit it as well, and heed no lock. What they write while an edit is prepared is kept; what they write
between the last look at the file and its replacement, some microseconds later, is lost.
"""

from __future__ import annotations

import hashlib
import netrc as reader
import os
import stat
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Callable, Dict, Iterator, Mapping, Optional, Tuple

from .errors import FileProblem
from .files import file_state, safe_target, unwritten, write_atomically
from .netrc_grammar import rejected
from .netrc_text import remove_entry, set_entry
from .secret import SecretBytes, SecretDict, SecretTuple
from .secret_folder import secret_folder

_TRIES = 5
_held: Dict[Path, Tuple[str, str, str, bytes]] = {}  # by file: its state, and the entry that it then had


def netrc_path(environ: Mapping[str, str]) -> Path:
    """Return the netrc file that pip reads: ``$NETRC``, else ``~/.netrc``, or ``~/_netrc`` if only that exists.

    On Windows a new file is called ``_netrc``. requests has the same order (``requests.utils.get_netrc_auth``).
    """
    named = environ.get("NETRC")
    if named:
        return Path(os.path.expanduser(named))
    home = Path(environ.get("HOME") or os.path.expanduser("~")) if os.name == "posix" else Path.home()
    for name in (".netrc", "_netrc"):
        if (home / name).exists():
            return home / name
    return home / (".netrc" if os.name == "posix" else "_netrc")


def hosts(path: Path) -> Dict[str, Tuple[str, Optional[str], Optional[str]]]:
    """Return login, account and password by machine, as Python's ``netrc`` reads them in the file `path`.

    Raises:
        NetrcParseError, OSError, UnicodeDecodeError: it cannot be read.
    """
    found = SecretDict(reader.netrc(str(path)).hosts)
    return dict(zip(found, map(SecretTuple, found.values())))


def update(path: Path, host: str, login: str, password: str) -> bool:
    """Make the netrc file `path` hold one entry for `host`, with mode 0600; return whether anything changed.

    Raises:
        FileProblem: if it cannot be read or written, if Python's ``netrc`` rejects it, or if others change it all the
            time; it is left unchanged.
    """
    target = safe_target(path)
    held = (file_state(target), host, login, hashlib.sha256(password.encode()).digest())
    if _held.get(target) != held:
        changed = edit(path, lambda old: set_entry(old, host, login, password, source=str(path)), 0o600)
        # A large file takes seconds to read, and a server looks at it each half minute.
        _held[target] = (file_state(target), *held[1:])
        if changed:
            return True
    if os.name == "posix" and stat.S_IMODE(target.stat().st_mode) & 0o077:
        target.chmod(0o600)
        return True
    return False


def remove(path: Path, host: str, login: Optional[str], *, as_written: bool = False) -> bool:
    """Remove the entries for `host` and `login` (None: any) from the file `path`; return whether there were any.

    `as_written` is that of `remove_entry`.

    Raises:
        FileProblem: as for `update`.
    """
    return edit(path, lambda old: remove_entry(old, host, login, source=str(path), as_written=as_written))


def edit(path: Path, change: Callable[[bytes], bytes], mode: Optional[int] = None) -> bool:
    """Replace the content of the netrc file `path` by ``change(content)``; return whether they differ.

    `change` is called again if somebody else has changed the file meanwhile. `mode` is that of `write_atomically`.

    Raises:
        FileProblem: as for `update`.
    """
    for _ in range(_TRIES):
        done = _tried(path, change, mode)
        if done is not None:
            return done
    raise FileProblem(
        f"{path} changed each time we were about to change it.",
        why="another program keeps writing it; it was left to that program",
        remedy="end that program, and try again",
    )


@contextmanager
def temporary(host: str, login: str, password: str) -> Iterator[Path]:
    """Yield a netrc file, mode 0600 in a folder of mode 0700, that holds one entry; it is gone afterwards.

    Without a password it is empty.

    Raises:
        FileProblem: if `host`, `login` or `password` cannot stand in a netrc, or the file cannot be written.
    """
    content = set_entry(b"", host, login, password) if password else b""
    with secret_folder() as folder:
        path = folder / "netrc"
        try:
            path.touch(mode=0o600)
            path.write_bytes(content)  # nobody else reads it yet, and no crash has to leave it whole
        except OSError as error:
            raise unwritten(path, error) from error
        yield path


def _tried(path: Path, change: Callable[[bytes], bytes], mode: Optional[int]) -> Optional[bool]:
    """Do what `edit` does; None if somebody else has changed the file meanwhile."""
    target = safe_target(path)
    old = _read(target, path)
    new = change(old or b"")
    _check(target, path, old)
    if new == (old or b""):
        return False
    still = partial(_is_still, path, target, old)
    return True if write_atomically(target, new, mode, still=still) else None


def _is_still(path: Path, target: Path, old: Optional[bytes]) -> bool:
    """Return whether `path` still leads to `target`, with the content `old`."""
    return safe_target(path) == target and _read(target, path) == old


def _read(target: Path, path: Path) -> Optional[bytes]:
    """Return the content of `target`, or None if there is no such file."""
    try:
        return SecretBytes(target.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileProblem(f"Cannot read {path}: {error.strerror or error}.") from error


def _check(target: Path, path: Path, content: Optional[bytes]) -> None:
    """Raise `FileProblem` if this Python's netrc, which pip uses, rejects the file."""
    if content is None:
        return
    try:
        reader.netrc(str(target))
    except (reader.NetrcParseError, UnicodeDecodeError) as error:
        raise rejected(str(path), getattr(error, "lineno", None)) from None
    except OSError as error:
        raise FileProblem(f"Cannot read {path}: {error.strerror or error}.") from error
