"""netrc: the entry in the user's file from which pip, uv and others read the token."""

from __future__ import annotations

import json
import os
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from ..core import schema
from ..core.address import split_url
from ..core.errors import FileProblem
from ..core.files import write_atomically
from ..core.finding import Finding, Fix
from ..core.grant import Grant
from ..core.secret import Secret
from ..token import store
from . import netrc_before, originals, servers
from .base import CONFIGURE, Client, Machine, Place
from .change import Changes
from .credentials import KIND

Files = dict[Path, dict[str, str]]
"""The user names of our entries, by file and host."""


class Netrc(Client):
    """The netrc file, which is the source of the token for most package managers."""

    name = "netrc"
    help = "the entry that pip, uv, Poetry and PDM read the token from"
    by_default = True
    keeps_token = True
    has_check = False  # the doctor checks it entry by entry

    def files(self, machine: Machine) -> tuple[Path, ...]:
        """Return the netrc."""
        from ..core.netrc import netrc_path

        return (netrc_path(machine.environ).absolute(),)

    def point(self, grant: Grant, machine: Machine) -> Changes:
        """Make the newest token the password for the index, and remove our earlier entries for other hosts.

        The user's own credentials stay, and the entries of other servers that run.
        """
        from ..core.netrc import remove, update

        (path,) = self.files(machine)
        if not grant.must_be_given:
            return _removed(servers.hosts() | {str(urlsplit(grant.endpoint_url).hostname)})
        with _ledger() as ledger:
            newest = machine.newest(grant)
            host = str(urlsplit(newest.endpoint_url).hostname)
            (files, is_whole), running = _written(ledger), servers.hosts()
            known = files.get(path, {})
            ours = {**{one: login for one, login in known.items() if one in running}, host: newest.login}
            if host not in known and is_whole:
                netrc_before.note(path, host)  # what stands there is the user's own
            if known != ours:  # first the ledger: an entry that it lacks would never be removed
                _keep(ledger, {**files, path: {**known, **ours}})
            for other in known.keys() - ours.keys():
                remove(path, other, known[other])
            changed = update(path, host, newest.login, newest.token.secret)
            if known != ours:
                _keep(ledger, {**files, path: ours})
        return Changes(written=(path,)) if changed else Changes()

    def place(self, grant: Grant | None, machine: Machine) -> Place:
        """Return whether it holds the current token."""
        import netrc as reader

        from ..core.netrc import hosts

        (path,) = self.files(machine)
        host = str(urlsplit(grant.endpoint_url).hostname) if grant else ""
        try:
            entry = hosts(path).get(host) if path.is_file() else None
        except (reader.NetrcParseError, OSError, UnicodeDecodeError):
            message = "its readers ignore all of it"
            return Place("elsewhere", None, str(path), message, "mend or remove the file")
        if grant and entry and (entry[0], entry[2]) == (grant.login, grant.token.secret):
            return Place("secure", grant.index_url, str(path))
        if grant and not grant.token.secret:
            return Place("secure", grant.index_url, "", "the index wants no credentials")
        if entry:
            message = "the entry is not the current token"
            return Place("elsewhere", None, str(path), message, "`jupyter securepypi refresh` renews it")
        return Place("unset", None, "", "the token is not there yet", CONFIGURE)

    def own_credentials(self, grant: Grant | None, machine: Machine) -> list[Finding]:
        """Return the entries that were meant for an index, and that no reader can find by the name of a machine."""
        import netrc as reader

        from ..core.netrc import hosts
        from ..core.providers.registry import is_index_host, token_logins

        (path,) = self.files(machine)
        try:
            entries = hosts(path) if path.is_file() else {}
        except (reader.NetrcParseError, OSError, UnicodeDecodeError):
            return []  # the doctor and `place` tell
        ours = urlsplit(grant.endpoint_url).hostname if grant else ""
        return [
            _never_found(path, name, host)
            for name, entry in entries.items()
            if (host := _meant(name)) and (host == ours or is_index_host(host) or entry[0] in token_logins())
        ]

    def withdraw(self, grant: Grant | None, machine: Machine) -> Changes:
        """Remove every entry that we made: a stale entry is worse for its readers than no entry.

        Those of other servers that run stay.
        """
        ours = {str(urlsplit(grant.endpoint_url).hostname)} if grant else set()
        return _removed(servers.hosts() - ours)

    def remove(self) -> Changes:
        """Remove every entry that we made from every file, and put back the user's own that they replaced."""
        with _ledger() as ledger:
            removed = _removed(stored=True)
            if removed.written:
                removed += Changes(done=("the netrc entry was removed",))
            return removed + netrc_before.put_back(but=_written(ledger)[0])


def is_managed() -> bool:
    """Return whether a netrc holds an entry of ours."""
    with _ledger() as ledger:
        return bool(_written(ledger)[0])


def _meant(name: str) -> str:
    """Return the machine that an entry with an address or a port for its name was meant for; empty for any other."""
    try:
        host = split_url(name if "//" in name else f"//{name}").hostname or ""
    except ValueError:
        return ""
    return host if host != name.lower() else ""


def _never_found(path: Path, name: str, host: str) -> Finding:
    from ..core.netrc import remove

    def apply() -> list[str]:
        return [f"removed an entry from {path}"] if remove(path, name, None, as_written=True) else []

    what = f"The entry `machine {name}` in {path} is never used: a machine's name has no scheme, port or path."
    fix = Fix(f"remove the entry `machine {name}` from {path}", apply, ours=False)
    remedy = f"remove it; readers look for `machine {host}`"
    return Finding(str(path), what, remedy=remedy, fix=fix, kind=KIND, severity="warning")


def _removed(but: Container[str] = (), stored: bool = False) -> Changes:
    """Remove our entries from every file, except those for the hosts `but`.

    With `stored`, what else holds a token of the token store counts as ours, as after a loss of the ledger, and
    temporary files of killed processes are removed. A file that cannot be written becomes a finding.
    """
    from ..core.netrc import remove

    left, written, findings = {}, [], []
    with _ledger() as ledger:
        files, is_whole = _written(ledger)
        for path, known in (_with_stored(files) if stored else files).items():
            left[path] = {host: login for host, login in known.items() if host in but}
            try:
                removed = [remove(path, host, known[host]) for host in known.keys() - left[path].keys()]
                written += [path] if any(removed) else []
                if stored:
                    originals.tidy(path)
            except FileProblem as error:
                left[path] = files.get(path, {})
                findings.append(Finding.of(error))
        if left != files or not is_whole:
            _keep(ledger, left)
    return Changes(written=tuple(written), findings=tuple(findings))


def _with_stored(files: Files) -> Files:
    """Return `files` with the entries of the present netrc whose password is a token of the token store."""
    from ..core.netrc import netrc_path
    from ..core.netrc_grammar import entries_of

    path, tokens = netrc_path(os.environ).absolute(), store.secrets()
    try:
        entries = entries_of(Secret(path.read_text("utf-8", "surrogateescape")), str(path)) if tokens else []
    except (OSError, FileProblem):
        entries = []  # whoever removes the others tells
    found = {one.host: one.login for one in entries if one.host and one.password in tokens}
    return {**files, path: {**found, **files.get(path, {})}}


@contextmanager
def _ledger() -> Iterator[Path]:
    """Yield the file that lists our entries; meanwhile no other process of ours edits the netrc."""
    with originals.locked():
        yield originals.data_folder() / "netrc-hosts.json"


def _written(ledger: Path) -> tuple[Files, bool]:
    """Return the user names of our entries by file and host, and whether the ledger says all that it said.

    What is damaged is left out: an entry that the ledger lacks may be ours.
    """
    from ..core.netrc import netrc_path
    from ..core.netrc_text import is_host

    try:
        found = schema.parsed(ledger.read_bytes())
    except FileNotFoundError:
        return {}, True
    except (OSError, ValueError):
        return {}, False
    if isinstance(found, list):  # written by a version that knew only one user name
        found = {host: "aws" for host in found if isinstance(host, str) and "." in host}
    if not isinstance(found, dict) or not found:
        return {}, False  # one without entries is removed, never written
    if not any(isinstance(one, dict) for one in found.values()):  # by a version that knew only one file
        found = {str(netrc_path(os.environ).absolute()): found}
    files: Files = {}
    is_whole = True
    for name, logins in found.items():
        pairs = logins.items() if isinstance(logins, dict) else ()
        good = {host: login for host, login in pairs if isinstance(login, str) and is_host(host)}
        is_whole = is_whole and bool(good) and len(good) == len(pairs)
        if good and Path(name).is_absolute():
            files[Path(name)] = good
    return files, is_whole


def _keep(ledger: Path, files: Files) -> None:
    kept = {str(path): logins for path, logins in files.items() if logins}
    if kept:
        write_atomically(ledger, json.dumps(kept).encode(), mode=0o600)
    else:
        ledger.unlink(missing_ok=True)
