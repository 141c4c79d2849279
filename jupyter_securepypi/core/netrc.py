"""The user's netrc file: where it is, and one machine's entry in it, which is set and removed in place."""

from __future__ import annotations

import hashlib
import netrc as reader
import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, Mapping, Optional, Tuple

from .errors import FileProblem
from .files import file_state, safe_target, unwritten, write_atomically
from .netrc_grammar import rejected
from .netrc_text import entries_in, remove_entry, set_entries, set_entry
from .secret import SecretBytes, SecretDict, SecretTuple
from .secret_folder import secret_folder

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
        FileProblem: if it cannot be read or written, or Python's ``netrc`` rejects it; the file is unchanged.
    """
    target = safe_target(path)
    held = (file_state(target), host, login, hashlib.sha256(password.encode()).digest())
    if _held.get(target) != held:
        old = _read(target, path)
        new = set_entry(old or b"", host, login, password, source=str(path))
        _check(target, path, old)
        if new != old:
            write_atomically(target, new, mode=0o600)
        # A large file takes seconds to read, and a server looks at it each half minute.
        _held[target] = (file_state(target), *held[1:])
        if new != old:
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
    target = safe_target(path)
    old = _read(target, path)
    if old is None:
        return False
    new = remove_entry(old, host, login, source=str(path), as_written=as_written)
    _check(target, path, old)
    if new == old:
        return False
    write_atomically(target, new)
    return True


def entries_for(path: Path, host: str) -> str:
    """Return the entries for `host` in the netrc file `path` as they stand there; empty if there are none.

    Raises:
        FileProblem: as for `update`.
    """
    return entries_in(_read(safe_target(path), path) or b"", host, source=str(path))


def put_entries(path: Path, text: str) -> bool:
    """Put entries that `entries_for` returned back into the file `path`; return whether anything changed.

    They take the place of other entries for the same machine.

    Raises:
        FileProblem: as for `update`.
    """
    target = safe_target(path)
    old = _read(target, path)
    new = set_entries(old or b"", text, source=str(path))
    if new == old:
        return False
    write_atomically(target, new, mode=0o600)
    return True


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
