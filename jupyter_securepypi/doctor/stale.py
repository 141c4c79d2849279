"""The checks for credentials in places where they expire unnoticed: index addresses, variables and netrc."""

from __future__ import annotations

import netrc as reader
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..clients import locations, netrc, originals, registry, servers
from ..clients.base import CONFIGURE, Machine
from ..clients.pip_plan import is_writable
from ..clients.publish import withdraw
from ..clients.rehearsal import rehearse
from ..clients.undo import served
from ..config import SecurePyPI
from ..core.check import Check
from ..core.environment import PythonEnvironment
from ..core.errors import FileProblem
from ..core.files import safe_target
from ..core.finding import Fix
from ..core.grant import Grant
from ..core.netrc import hosts, netrc_path, remove
from ..core.providers.registry import is_index_host, token_logins
from ..core.secret import Secret, SecretBytes, SecretTuple
from ..token.status import Status
from .clients import pointing
from .token import renewal

# A token's user name and the token; or whatever opens an index host, such as a key in base64, which may hold slashes.
# A variable's name instead of the secret is none.
_IN_URL = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.\-]*://)(?P<login>[^\s\"'/:@]+):(?P<secret>(?!\$|\*)[^@\s\"']+)@(?P<host>[^\s\"'/:@]*)",
    re.IGNORECASE,
)
_LARGEST = 1_000_000  # bytes; larger files are not read


def configuration_files(
    options: SecurePyPI, environments: Sequence[PythonEnvironment], folder: Path | None
) -> list[Path]:
    """Return the configuration files of each client, of PDM, and of a project in `folder`.

    Files that do not exist are left out.
    """
    machine = Machine(options, os.environ, environments, folder)
    found = [path for client in registry.ALL for path in client.files(machine)]
    found.append(locations.PDM.path(machine.environ))
    if folder:
        found += [folder / name for name in ("pyproject.toml", "uv.toml", "poetry.toml", "pdm.toml", "Pipfile")]
        found += sorted(folder.glob("requirements*.txt"))
    return [path for path in dict.fromkeys(found) if path.is_file()]


def addresses(
    files: Iterable[Path], environments: Iterable[PythonEnvironment], grant: Grant | None, options: SecurePyPI
) -> list[Check]:
    """Return a check for each file and variable with a token in an address, or one check that there is none."""
    live = grant.token.secret if grant and options.credential_store == "pip" else ""
    checks = []
    for path in files:
        text = _text(path)
        lines = [
            number for number, line in enumerate(map(Secret, text.splitlines()), 1) if _secrets(line, live)
        ]
        if lines:
            where = f"{path}, line {', '.join(map(str, lines))}"
            checks.append(_found(where, "take it out of the address", _removal(path, live)))
    for name, kernel_names in _variables(environments, live).items():
        where = f"the variable {name}{f' (kernels: {kernel_names})' if kernel_names else ''}"
        checks.append(_found(where, "unset it where it is set; package managers find the token in netrc", None))
    return checks or [Check.passed("addresses", "no token stands in an index address")]


def _found(where: str, remedy: str, fix: Fix | None) -> Check:
    message = f"{where} holds a token in an index address: it expires there, and shows in logs"
    return Check.failed("addresses", message, remedy, fix)


def _variables(environments: Iterable[PythonEnvironment], live: str) -> Mapping[str, str]:
    found = {name: "" for name, value in os.environ.items() if _secrets(value, live)}
    others: dict[str, list[str]] = {}
    for kernel in environments:
        for name, value in kernel.environ.items():
            if name not in found and _secrets(value, live):
                others.setdefault(name, []).append(kernel.name)
    return found | {name: ", ".join(names) for name, names in others.items()}


def _removal(path: Path, live: str) -> Fix:
    def apply() -> list[str]:
        with originals.locked():
            target = safe_target(path)
            try:
                text = SecretBytes(target.read_bytes()).decode("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise FileProblem(f"Cannot read {path}: {type(error).__name__}.") from None
            kept = Secret(_IN_URL.sub(lambda match: _without_stale(match, live), text))
            originals.write(target, kept.encode())
        return [f"took the token out of {path}"]

    does = f"take the token out of {path}; `restore` undoes it"
    return Fix(does, apply, ours=False, changes=partial(rehearse, apply))


def _without_stale(match: re.Match[str], live: str) -> str:
    return match["scheme"] + match["host"] if _is_stale(match.groups(), live) else match.group()


def _secrets(text: str, live: str) -> bool:
    return any(_is_stale(found, live) for found in map(SecretTuple, _IN_URL.findall(text)))


def _is_stale(found: Sequence[str], live: str) -> bool:
    """Return whether the groups of `_IN_URL` hold a token that is not the one that lives."""
    minted = found[1].lower() in token_logins() and "/" not in found[2]
    return (minted or is_index_host(found[3])) and not (live and unquote(found[2]) == live)


def netrc_entries(options: SecurePyPI, grant: Grant | None, status: Status) -> list[Check]:
    """Return the checks of the netrc: its readers accept it, and it holds the current token and no other."""
    path = netrc_path(os.environ)
    missing = _missing(path, options, grant, status)
    if not path.is_file():
        return missing or [
            Check.untried("netrc", f"there is no {path}; %secure_pip and the refresher do without until then")
        ]
    try:
        entries = hosts(path)
    except (reader.NetrcParseError, OSError, UnicodeDecodeError) as error:
        number = getattr(error, "lineno", None)
        line = f", line {number}" if number else ""
        message = f"{path}{line} is not a netrc to its readers, and they ignore all of it"
        return [Check.failed("netrc", message, "mend that line, or remove the file")]
    found = [*_entries(path, entries, options, grant, status), *missing]
    return found or [Check.passed("netrc", f"no stale token in {path}")]


def _missing(path: Path, options: SecurePyPI, grant: Grant | None, status: Status) -> list[Check]:
    """Return the check that the file lacks a token that should be in it, with the reason as far as it shows."""
    client = netrc.Netrc()
    wanted = client.is_enabled(options) and grant and grant.must_be_given and client.name in served()
    if not wanted or status.state == "expired":
        return []
    if client.place(grant, Machine(options, os.environ)).state != "unset":
        return []
    message = f"the token is not in {path}, so pip and uv are refused"
    try:
        target = safe_target(path)
    except FileProblem as problem:
        return [Check.failed("netrc", f"{message}: {problem.message}", problem.remedy or CONFIGURE)]
    if not is_writable(target.parent):
        remedy = f"make {target.parent} writable, or name another file in the variable NETRC; then {CONFIGURE}"
        return [Check.failed("netrc", f"{message}: {target.parent} is not writable for you", remedy)]
    return [Check.failed("netrc", message, CONFIGURE, pointing(client.name, options))]


def _entries(
    path: Path,
    entries: Mapping[str, tuple[str, str | None, str | None]],
    options: SecurePyPI,
    grant: Grant | None,
    status: Status,
) -> Iterator[Check]:
    ours = str(urlsplit(grant.endpoint_url).hostname) if grant else ""
    managed = netrc.is_managed()
    renewed = servers.hosts() - {ours}  # by another server
    for host, entry in entries.items():
        login, password = entry[0], Secret(entry[2] or "")
        if login not in token_logins() or not (host == ours or is_index_host(host)):
            continue
        if host in renewed:
            continue
        if host == ours and managed:
            if status.state == "expired":
                fix = Fix("remove the expired entry", lambda: [*map(_removed, withdraw(options).changed)])
                message = f"the entry for {host} has expired: with it every request is refused first"
                yield Check.failed("netrc", message, "`jupyter securepypi refresh` renews it", fix)
            elif grant and password != grant.token.secret:
                message = f"the entry for {host} is not the current token"
                remedy = "`jupyter securepypi refresh` renews it"
                yield Check.failed("netrc", message, remedy, renewal(options))
            continue
        if not (host == ours and grant and password == grant.token.secret):
            message = (
                f"the entry for {host} in {path} is not ours: nobody renews it, and it expires within hours"
            )
            yield Check.failed("netrc", message, "remove it", _other_entry(path, host, login))


def _other_entry(path: Path, host: str, login: str) -> Fix:
    def apply() -> list[str]:
        return [_removed(path)] if remove(path, host, login) else []

    return Fix(f"remove the entry for {host} from {path}", apply, ours=False)


def _removed(path: Path) -> str:
    return f"removed an entry from {path}"


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return SecretBytes(file.read(_LARGEST)).decode("utf-8", "replace")
    except OSError:
        return ""
