"""The one entry in the user's netrc from which pip, uv and others read the token."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..core.files import write_atomically
from ..core.netrc import netrc_path, remove, update
from ..core.providers.codeartifact.repository import LOGIN
from . import originals


def publish(host: str, secret: str) -> bool:
    """Make `secret` the password for `host`, and drop entries that we once made for other hosts.

    Returns:
        Whether the file was written.

    Raises:
        FileProblem: if it cannot be, or is a netrc that its readers would reject.
    """
    with _ledger() as ledger:
        path = netrc_path(os.environ)
        known = _hosts(ledger)
        if known != [host]:  # before the entry itself: an entry that nobody knows of would never be removed
            _keep(ledger, sorted({*known, host}))
        for other in known:
            if other != host:
                remove(path, other, LOGIN)
        changed = update(path, host, LOGIN, secret)
        if known != [host]:
            _keep(ledger, [host])
        return changed


def withdraw() -> bool:
    """Remove every entry that we made; return whether the file was written.

    Raises:
        FileProblem: if it cannot be.
    """
    with _ledger() as ledger:
        hosts = _hosts(ledger)
        changed = [remove(netrc_path(os.environ), host, LOGIN) for host in hosts]
        ledger.unlink(missing_ok=True)
        return any(changed)


@contextmanager
def _ledger() -> Iterator[Path]:
    """Yield the file that lists the hosts of our entries, while no other process of ours edits the netrc."""
    with originals.locked():
        yield originals.data_folder() / "netrc-hosts.json"


def managed() -> bool:
    """Return whether the netrc holds an entry of ours."""
    with _ledger() as ledger:
        return bool(_hosts(ledger))


def _hosts(ledger: Path) -> list[str]:
    try:
        hosts = json.loads(ledger.read_bytes())
    except (OSError, ValueError):
        return []
    return [str(host) for host in hosts] if isinstance(hosts, list) else []


def _keep(ledger: Path, hosts: list[str]) -> None:
    write_atomically(ledger, json.dumps(hosts).encode(), mode=0o600)
