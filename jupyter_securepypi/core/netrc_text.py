"""Read, set and remove one machine's entry in the text of a netrc file; every other byte stays."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Callable, Dict, List, Mapping, Optional, Tuple

from .errors import FileProblem
from .netrc_grammar import Entry, entries_of
from .secret import Secret, SecretBytes

_SAFE = re.compile(r"[!#-&(-\[\]-~]+")  # visible ASCII without quotes and backslash
_HOST = re.compile(r"[A-Za-z0-9_.:\-]+")


def read_entry(text: bytes, host: str, *, source: str = "the netrc file") -> Optional[Tuple[str, str]]:
    """Return login and password of the last entry for `host`, the one that Python uses; None if there is none.

    Raises:
        FileProblem: for a file that Python's ``netrc`` rejects.
    """
    host = _host(host)
    entries = [entry for entry in entries_of(_decode(text), source) if _is_for(entry, host)]
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
    entries = entries_of(content, source)
    mine = [entry for entry in entries if _is_for(entry, host)]
    if len(mine) == 1 and not any(entry.host is None for entry in entries[: entries.index(mine[0])]):
        entry = mine[0]
        if (entry.login, entry.account, entry.password) == (login, "", password):
            return text
    return _without(
        content, entries, mine, source, lambda rest: _insert(rest, line), _known(entries_of(line, source))
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
    entries = entries_of(content, source)
    doomed = [entry for entry in entries if _is_for(entry, host) and login in (None, entry.login)]
    if not doomed:
        return text
    return _without(content, entries, doomed, source, lambda rest: rest)


def entries_in(text: bytes, host: str, *, source: str = "the netrc file") -> str:
    """Return the entries for `host` as they stand in `text`; empty if there are none.

    Raises:
        FileProblem: for a file that Python's ``netrc`` rejects.
    """
    content, host = _decode(text), _host(host)
    mine = [entry for entry in entries_of(content, source) if _is_for(entry, host)]
    return Secret("\n".join(content[entry.spans[0][0] : entry.spans[-1][1]] for entry in mine))


def set_entries(text: bytes, entries: str, *, source: str = "the netrc file") -> bytes:
    """Return `text` with `entries`, which `entries_in` returned, in place of all others for the same machines.

    Raises:
        FileProblem: for a file that Python's ``netrc`` rejects.
    """
    content, wanted = _decode(text), entries_of(entries, source)
    there = entries_of(content, source)
    hosts = [entry.host for entry in wanted]
    mine = [entry for entry in there if entry.host in hosts]
    return _without(content, there, mine, source, lambda rest: _insert(rest, entries), _known(wanted))


def is_host(name: str) -> bool:
    """Return whether `name` can be the name of a machine in a netrc file."""
    return bool(_HOST.fullmatch(name))


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
    entries: List[Entry],
    doomed: List[Entry],
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
            known = _known(entries_of(result, source))
        except FileProblem:
            continue
        if all(known.get(host) == values for host, values in kept.items()):
            return result.encode("utf-8", "surrogateescape")
    raise FileProblem(
        f"An entry cannot be taken out of {source}." if doomed else f"An entry cannot be put into {source}.",
        why="what it holds would not be understood any more, because of the comments there",
        remedy=f"remove the comments next to the entry for {doomed[0].host}"
        if doomed
        else "remove the comments",
    )


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


def _line(host: str, login: str, password: str) -> Secret:
    for what, value in (("login", login), ("password", password)):
        if not _SAFE.fullmatch(value):
            raise FileProblem(
                f"The {what} for {host} cannot stand in a netrc file.",
                why="it is empty, or holds white space, quotes, backslashes or characters that are not ASCII",
            )
    return Secret(f"machine {host} login {login} password {password}")


def _is_for(entry: Entry, host: str) -> bool:
    return entry.host is not None and entry.host.lower() == host


def _known(entries: List[Entry]) -> Dict[Optional[str], Tuple[str, str, str]]:
    """Return the credentials that a reader takes from `entries`: the last entry of a machine counts."""
    return {entry.host: (entry.login, entry.account, entry.password) for entry in entries}


def _cut(text: str, entry: Entry, filler: str) -> str:
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


def _decode(text: bytes) -> Secret:
    return SecretBytes(text).decode("utf-8", "surrogateescape")
