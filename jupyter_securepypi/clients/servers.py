"""The Jupyter servers of one user that share a home: whose the shared files are where their repositories differ.

Each server notes itself in one file. The first that lives has the files that no repository has for itself alone, such
as the user's ``uv.toml`` and each environment's ``pip.conf``; a server of another repository leaves them alone and
says so. Every server has its own entry in the netrc.
"""

from __future__ import annotations

import json
import os
import socket
import time
from dataclasses import asdict, dataclass, replace
from typing import Any

from ..core import processes, schema
from ..core.errors import FileProblem, SecurePyPIError
from ..core.files import write_atomically
from ..core.providers.registry import repository_of
from . import originals

# Seconds. A server looks in at least every ten minutes, as `poll_interval` allows.
_REMEMBERED, _NOTED_AGAIN = 1800.0, 300.0


@dataclass(frozen=True)
class Server:
    """A Jupyter server that keeps a repository's token fresh.

    Attributes:
        pid: its process.
        machine: the name of the machine that it runs on: containers may share a home.
        repository: the id of its repository.
        host: the host of its index, which its netrc entry is for.
        seen: epoch second at which it was last known to run.
    """

    pid: int
    machine: str
    repository: str
    host: str
    seen: float

    @property
    def is_this(self) -> bool:
        """Whether it is this process."""
        return self.pid == os.getpid() and self.machine == socket.gethostname()

    @property
    def lives(self) -> bool:
        """Whether it runs, as far as that can be known."""
        if not 0 <= time.time() - self.seen < _REMEMBERED:
            return False
        return self.machine != socket.gethostname() or processes.lives(self.pid)


def announce(repository: str, host: str) -> None:
    """Note that this process serves `repository`, whose index is on `host`; an earlier note keeps its place.

    Raises:
        FileProblem: the note cannot be written.
    """
    this = Server(os.getpid(), socket.gethostname(), repository, host, time.time())
    mine = next((one for one in _read() if one.is_this), None)
    if mine and replace(mine, seen=this.seen) == this and 0 <= this.seen - mine.seen < _NOTED_AGAIN:
        return
    with originals.locked():
        known = [one for one in _read() if one.lives or one.is_this]
        found = any(one.is_this for one in known)
        _write([this if one.is_this else one for one in known] + ([] if found else [this]))


def retire() -> None:
    """Take back this process's note: it serves no longer.

    Raises:
        FileProblem: the note cannot be written.
    """
    if any(one.is_this for one in _read()):
        with originals.locked():
            _write([one for one in _read() if one.lives and not one.is_this])


def holder(repository: str) -> Server | None:
    """Return the server of another repository that has the shared files; None if `repository` may have them."""
    first = next((one for one in _read() if one.lives), None)
    return None if first is None or first.is_this or first.repository == repository else first


def hosts() -> set[str]:
    """Return the hosts of the indexes of all other servers that live."""
    return {one.host for one in _read() if one.lives and not one.is_this}


def met(other: Server) -> FileProblem:
    """Return what there is to say about a server that has the shared files."""
    where = "" if other.machine == socket.gethostname() else f" on {other.machine}"
    try:
        named = str(repository_of(other.repository))
    except SecurePyPIError:  # of a provider that is not here
        named = other.repository
    return FileProblem(
        f"Another Jupyter server of yours (process {other.pid}{where}) serves {named}, and has the files that "
        "both share.",
        why=f"pip's and uv's files lead to {named}; our own installs heed their own options",
        remedy="stop that server, or give one of the two a home of its own (HOME)",
    )


def _read() -> list[Server]:
    found: Any = schema.read_object(originals.data_folder() / "servers.json").get("servers")
    servers = []
    for one in found if isinstance(found, list) else ():
        if not isinstance(one, dict):
            continue
        try:
            servers.append(
                Server(
                    int(schema.number(one, "pid")),
                    schema.text(one, "machine"),
                    schema.text(one, "repository"),
                    schema.text(one, "host"),
                    schema.number(one, "seen"),
                )
            )
        except (KeyError, TypeError, ValueError):
            continue
    return servers


def _write(servers: list[Server]) -> None:
    content = json.dumps({"servers": [asdict(one) for one in servers]}).encode()
    write_atomically(originals.data_folder() / "servers.json", content, mode=0o600)
