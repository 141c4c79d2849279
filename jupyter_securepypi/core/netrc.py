"""Read, set and remove one machine's entry in a netrc file; every other byte stays.

The grammar follows Python's ``netrc`` module: pip reads the file through it, and silently ignores a file that it
rejects. Versions differ; the rules of 3.11 apply, which are stricter for the files in use.
"""

from __future__ import annotations

import hashlib
import netrc as reader
import os
import re
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Callable, Dict, Iterator, List, Mapping, Match, Optional, Tuple

from .errors import FileProblem
from .files import file_state, safe_target, write_atomically
from .secret_folder import secret_folder

_SAFE = re.compile(r"[!#-&(-\[\]-~]+")  # visible ASCII without quotes and backslash
_HOST = re.compile(r"[A-Za-z0-9_.:\-]+")
# One word with the blanks before it, and the character that ends it. Nothing in it is tried twice: a file of many
# megabytes takes linear time.
_WORD = re.compile(
    r'(?P<blanks>[ \t\r\n]*)(?:"(?P<quoted>(?:[^"\\]+|\\(?:\r\n|.)?)*)"?'
    r"|(?P<plain>(?:[^ \t\r\n\\]+|\\(?:\r\n|.)?)*)(?:\r\n|[ \t\r\n])?)",
    re.DOTALL,
)
_NEWLINE = re.compile(r"\r\n|\r|\n")
_ESCAPED = re.compile(r"\\(?:\r\n|.)?|\r\n?", re.DOTALL)
_held: Dict[Path, Tuple[str, str, str, bytes]] = {}  # by file: its state, and the entry that it then had
_KEYWORDS = ("machine", "default", "macdef")


@dataclass
class _Entry:
    """One ``machine`` or ``default`` entry; `spans` are the offsets of its words, comments left out."""

    host: Optional[str]
    spans: List[Tuple[int, int]]
    login: str = ""
    account: str = ""
    password: str = ""


def read_entry(text: bytes, host: str, *, source: str = "the netrc file") -> Optional[Tuple[str, str]]:
    """Return login and password of the last entry for `host`, the one that Python uses; None if there is none.

    Raises:
        FileProblem: for a file that Python's ``netrc`` rejects.
    """
    host = _host(host)
    entries = [entry for entry in _entries(_decode(text), source) if _is_for(entry, host)]
    return (entries[-1].login, entries[-1].password) if entries else None


def set_entry(text: bytes, host: str, login: str, password: str, *, source: str = "the netrc file") -> bytes:
    """Return `text` with exactly one entry for `host`, ahead of all others and of ``default``.

    Args:
        text: content of a netrc file.
        host: the machine; a port is dropped, since pip looks up the host name only.
        login: the user name.
        password: the secret.
        source: name of the file, for errors.

    Raises:
        FileProblem: for a file that Python's ``netrc`` rejects, and for a host, login or password that a netrc
            cannot hold. The password is never shown.
    """
    host = _host(host)
    line = _line(host, login, password)
    content = _decode(text)
    entries = _entries(content, source)
    mine = [entry for entry in entries if _is_for(entry, host)]
    if len(mine) == 1 and not any(entry.host is None for entry in entries[: entries.index(mine[0])]):
        entry = mine[0]
        if (entry.login, entry.account, entry.password) == (login, "", password):
            return text
    return _without(
        content, entries, mine, source, lambda rest: _insert(rest, line), _known(_entries(line, source))
    )


def remove_entry(
    text: bytes, host: str, login: Optional[str], *, source: str = "the netrc file", as_written: bool = False
) -> bytes:
    """Return `text` without the entries for `host` and `login`; a `login` of None means any login.

    Args:
        text: content of a netrc file.
        host: the machine, without its port.
        login: the user name, or None.
        source: name of the file, for errors.
        as_written: `host` is what stands in the file, even if that is no name of a machine.

    Raises:
        FileProblem: for a file that Python's ``netrc`` rejects, before the removal or because of it.
    """
    host = host.lower() if as_written else _host(host)
    content = _decode(text)
    entries = _entries(content, source)
    doomed = [entry for entry in entries if _is_for(entry, host) and login in (None, entry.login)]
    if not doomed:
        return text
    return _without(content, entries, doomed, source, lambda rest: rest)


def is_host(name: str) -> bool:
    """Return whether `name` can be the name of a machine in a netrc file."""
    return bool(_HOST.fullmatch(name))


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
    content = _decode(_read(safe_target(path), path) or b"")
    mine = [entry for entry in _entries(content, str(path)) if _is_for(entry, _host(host))]
    return "\n".join(content[entry.spans[0][0] : entry.spans[-1][1]] for entry in mine)


def put_entries(path: Path, text: str) -> bool:
    """Put entries that `entries_for` returned back into the file `path`; return whether anything changed.

    They take the place of other entries for the same machine.

    Raises:
        FileProblem: as for `update`.
    """
    target = safe_target(path)
    old = _read(target, path)
    content, wanted = _decode(old or b""), _entries(text, str(path))
    entries = _entries(content, str(path))
    hosts = [entry.host for entry in wanted]
    mine = [entry for entry in entries if entry.host in hosts]
    new = _without(content, entries, mine, str(path), lambda rest: _insert(rest, text), _known(wanted))
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
        write_atomically(path, content, mode=0o600)
        yield path


def _insert(rest: str, line: str) -> str:
    """Return `rest` with the entry `line` ahead of its entries."""
    line += "\r\n" if re.match(r"[^\n]*\r\n", rest) else "\n"
    start = 0
    if re.match(r"\s*#\r?\n", rest):
        # Pythons before 3.11 skip the line after a lone # that follows an entry: stay behind such a comment.
        first = re.search(r"^[ \t]*(?:machine|default|macdef)\b", rest, re.M)
        start = first.start() if first else len(rest)
        if not rest[:start].endswith("\n"):
            line = "\n" + line
    return rest[:start] + line + rest[start:]


def _without(
    content: str,
    entries: List[_Entry],
    doomed: List[_Entry],
    source: str,
    finish: Callable[[str], str],
    new: Mapping[Optional[str], Tuple[str, str, str]] = MappingProxyType({}),
) -> bytes:
    """Return ``finish(content without the doomed entries)``; check first that `new` and the others are still read."""
    going = {id(entry) for entry in doomed}
    kept = {**_known([entry for entry in entries if id(entry) not in going]), **new}
    # Python 3.11 and newer reject a comment after an empty line. If the removal brings the two together, an
    # empty comment in the entry's place keeps them apart.
    for filler in ("", "#"):
        result = content
        for entry in reversed(doomed):
            result = _cut(result, entry, filler)
        result = finish(result)
        try:
            known = _known(_entries(result, source))
        except FileProblem:
            continue
        if all(known.get(host) == values for host, values in kept.items()):
            return _encode(result)
    raise FileProblem(
        f"An entry cannot be taken out of {source}." if doomed else f"An entry cannot be put into {source}.",
        why="what it holds would not be understood any more, because of the comments there",
        remedy=f"remove the comments next to the entry for {doomed[0].host}"
        if doomed
        else "remove the comments",
    )


def _read(target: Path, path: Path) -> Optional[bytes]:
    """Return the content of `target`, or None if there is no such file."""
    try:
        return target.read_bytes()
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
        raise _rejected(str(path), getattr(error, "lineno", None)) from None
    except OSError as error:
        raise FileProblem(f"Cannot read {path}: {error.strerror or error}.") from error


def _host(host: str) -> str:
    """Return `host` in lower case and without a port."""
    name = host.lower()
    name = re.sub(r"^([^:]*):[0-9]+$", r"\1", name)
    if not _HOST.fullmatch(name):
        raise FileProblem(
            f"{host!a} cannot be the name of a machine in a netrc file.",
            remedy="give a host name, without scheme and path",
        )
    return name


def _line(host: str, login: str, password: str) -> str:
    for what, value in (("login", login), ("password", password)):
        if not _SAFE.fullmatch(value):
            raise FileProblem(
                f"The {what} for {host} cannot stand in a netrc file.",
                why="it is empty, or holds white space, quotes, backslashes or characters that are not ASCII",
            )
    return f"machine {host} login {login} password {password}"


def _is_for(entry: _Entry, host: str) -> bool:
    return entry.host is not None and entry.host.lower() == host


def _known(entries: List[_Entry]) -> Dict[Optional[str], Tuple[str, str, str]]:
    """Return the credentials that a reader takes from `entries`: the last entry of a machine counts."""
    return {entry.host: (entry.login, entry.account, entry.password) for entry in entries}


def _cut(text: str, entry: _Entry, filler: str) -> str:
    """Return `text` without the words of `entry`, and without lines that held nothing else."""
    runs: List[Tuple[int, int]] = []
    for start, end in entry.spans:
        if runs and not text[runs[-1][1] : start].strip():
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    for start, end in reversed(runs):
        blank = start
        while blank and text[blank - 1] in " \t":
            blank -= 1
        after = re.compile(r"[ \t]*(\r?\n|\Z)?").match(text, end)
        assert after  # noqa: S101 the pattern matches the empty string # nosec B101
        begins_line = blank == 0 or text[blank - 1] == "\n"
        if begins_line and after.group(1) is not None:
            text = text[:blank] + (filler and filler + "\n") + text[after.end() :]
        elif begins_line:
            text = text[:start] + (filler and filler + "\n") + text[after.end() :]
        elif after.group(1) is not None:
            # No blank may stay at the end of the line: it would count as the end of the line before it.
            text = text[:blank] + text[after.start(1) :]
        else:
            text = text[:start] + text[after.end() :]
    return text


def _entries(text: str, source: str) -> List[_Entry]:
    """Return the entries of `text` in order; comments and macros are skipped as in Python's netrc.

    Raises:
        FileProblem: where Python's netrc would stop.
    """
    words = _Words(text)
    entries: List[_Entry] = []
    entry: Optional[_Entry] = None
    while True:
        line = words.line
        word = words.next()
        if not word:
            return entries
        span = words.span
        if word.startswith("#"):
            # After an entry, # starts a comment; before the first entry, only a # that stands alone does.
            if words.line == line and (entry or len(word) == 1):
                words.skip_line()
        elif word in _KEYWORDS:
            entry = None
            name = "" if word == "default" else words.next()
            if word != "default" and not name:
                raise _rejected(source, words.place)
            if word == "macdef":
                if not words.skip_macro():
                    raise _rejected(source, words.place, "end the macro with an empty line")
                continue
            spans = [span] if word == "default" else [span, words.span]
            entry = _Entry(None if word == "default" else name, spans)
            entries.append(entry)
        elif entry and word in ("login", "user", "account", "password"):
            setattr(entry, "login" if word == "user" else word, words.next())
            entry.spans += [span, words.span]
        else:
            raise _rejected(source, words.place)


class _Words:
    """The words of a netrc, their places, and the current line by Python's count.

    Python reads the file with universal newlines, and a word ends with the character after it: both decide
    where comments and macros end.
    """

    def __init__(self, text: str) -> None:
        self.line = 1
        self.span = (0, 0)
        self._text = text
        self._has_cr = "\r" in text
        self._at = 0

    def next(self) -> str:
        """Return the next word without quotes and escapes; "" at the end, and for an empty pair of quotes."""
        found = _WORD.match(self._text, self._at)
        assert found  # noqa: S101 the pattern matches the empty string # nosec B101
        word: str = found["quoted"] if found["plain"] is None else found["plain"]
        start, after = found.end("blanks"), found.end()
        self.span = (start, after if found["plain"] is None else found.end("plain"))
        count = self._text.count
        self.line += count("\n", self._at, after)
        if self._has_cr:
            self.line += count("\r", self._at, after) - count("\r\n", self._at, after)
        self._at = after
        return _ESCAPED.sub(_unescaped, word) if "\\" in word or "\r" in word else word

    @property
    def place(self) -> int:
        """The line that the last word stands on; `line`, like Python's own count, does not see skipped ones."""
        return len(_NEWLINE.findall(self._text, 0, self.span[0])) + 1

    def skip_line(self) -> bool:
        """Go to the start of the next line; return whether the skipped line was empty, False at the end."""
        start = self._at
        newline = _NEWLINE.search(self._text, start)
        self._at = newline.end() if newline else len(self._text)
        return newline is not None and newline.start() == start

    def skip_macro(self) -> bool:
        """Go past the empty line that ends a macro; return False if there is none."""
        while self._at < len(self._text):
            if self.skip_line():
                return True
        return False


def _unescaped(found: Match[str]) -> str:
    """Return what a backslash and the next character, or a line end, mean to Python."""
    text = found.group()
    if text.startswith("\\"):
        text = text[1:]
    return "\n" if text in ("\r", "\r\n") else text


def _rejected(source: str, line: Optional[int], remedy: str = "") -> FileProblem:
    place = f", line {line}" if line else ""
    return FileProblem(
        f"{source}{place} is not valid netrc, so it was left as it is.",
        why="Python's netrc rejects it, and pip then ignores the whole file without a word",
        remedy=remedy or "correct that line; a comment needs `# ` with a space, and no empty line before it",
    )


def _decode(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
