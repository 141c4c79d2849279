"""Run one command that installs from, or publishes to, the secure index, and leave nothing behind.

The command finds the token in a temporary netrc and through keyring. Both are for the owner only, and are removed
afterwards. The variables name the index without credentials. The exception is a publisher that knows no other way:
see `_secret_variables`.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from ..core import wrapper
from ..core.errors import FileProblem, RequestRefused, SecurePyPIError
from ..core.foreign_text import say
from ..core.grant import Grant
from ..core.signals import unwinding
from ..token.broker import TokenBroker
from . import keyring, registry
from .base import Machine
from .variables import clean

if TYPE_CHECKING:
    from ..config import SecurePyPI

# Seconds that a token should last, and must last, for a publisher that takes it from a variable: that publisher
# cannot get another token later.
_PREFERRED, _NEEDED = 900.0, 60.0
_PUBLISHERS = {
    "pdm": ("PDM_PUBLISH_USERNAME", "PDM_PUBLISH_PASSWORD"),
    "flit": ("FLIT_USERNAME", "FLIT_PASSWORD"),
}


def execute(options: SecurePyPI, words: Sequence[str]) -> int:
    """Run a command and return its exit status; 128 plus the number of the signal that ended it, as in a shell.

    Signals are passed on to the command. The token in the netrc and in the token store is replaced before it expires.
    A token in a variable cannot be replaced, so it must last when the publisher starts.

    Args:
        options: the options in force.
        words: the command and its arguments.

    Raises:
        RequestRefused: there is no such program.
        SecurePyPIError: there is no token, or it does not last; the command has not run.
    """
    program = shutil.which(words[0])
    if program is None:
        raise RequestRefused(
            f"There is no program {words[0]!r} on the path.", remedy="install it, or give its whole path"
        )
    broker = TokenBroker.of(options)
    named = _secret_variables(words)
    grant = _lasting(broker, words[0]) if named else broker.current()
    with (
        unwinding(),
        wrapper.credentials(grant) as netrc,
        _keyring(grant, broker.store.token_file) as folder,
        wrapper.kept_fresh(broker.current, broker.cancel, grant, netrc),
    ):
        variables = environment(grant, netrc, folder, os.environ, Path.cwd())
        _tell_credentials_in_files(grant, Machine(options, variables, folder=Path.cwd()))
        variables.update(zip(named, (grant.login, grant.token.secret), strict=False))
        # Our own output comes before the command's.
        sys.stdout.flush()
        return wrapper.supervise([program, *words[1:]], variables)


def environment(
    grant: Grant, netrc: Path, keyring_folder: Path, environ: Mapping[str, str], folder: Path | None = None
) -> dict[str, str]:
    """Return `environ` without other indexes and credentials for this one, and with what leads clients to it.

    Args:
        grant: names the index; no variable holds its token.
        netrc: the file with the token.
        keyring_folder: the folder with our keyring backend.
        environ: the variables to start from.
        folder: the working folder, for a project's files; None leaves these out.
    """
    ours = dict(chain.from_iterable(client.variables(grant).items() for client in registry.ALL))
    # The addresses first: the one beside them says whether credentials are for this index.
    found = {**environ, **ours}
    clean(found, grant, folder)
    for name in ("UV_CONFIG_FILE", *chain.from_iterable(_PUBLISHERS.values())):  # the file beats UV_NO_CONFIG
        found.pop(name, None)
    found.update(ours)
    found.update(
        NETRC=str(netrc),
        # We write no file for these tools, so they only have variables.
        PDM_PYPI_URL=grant.index_url,
        PDM_PUBLISH_REPO=grant.endpoint_url,
        PIPENV_PYPI_MIRROR=grant.index_url,
        FLIT_INDEX_URL=grant.endpoint_url,
        # keyring finds backends by the entry points in every folder on `sys.path`.
        PYTHONPATH=os.pathsep.join(filter(None, [environ.get("PYTHONPATH", ""), str(keyring_folder)])),
        PYTHON_KEYRING_BACKEND=keyring.COPY,
    )
    return found


def _tell_credentials_in_files(grant: Grant, machine: Machine) -> None:
    """Say which files have credentials that a client reads before the token; no variable can take them away."""
    for client in registry.ALL if grant.must_be_given else ():
        if client.is_installed(machine.environ):
            for finding in client.credentials_in_files(grant, machine):
                say(f"securepypi: {finding}", sys.stderr)


def _secret_variables(words: Sequence[str]) -> tuple[str, ...]:
    """Return the variables for user name and token of a publisher that cannot read netrc or keyring.

    PDM and Flit only read keyring if it is installed in their own environment.
    """
    return _PUBLISHERS.get(PurePath(words[0]).stem.lower(), ()) if "publish" in words else ()


def _lasting(broker: TokenBroker, program: str) -> Grant:
    """Return a grant whose token lasts for a while: a new grant if the present one is about to expire.

    Raises:
        SecurePyPIError: no token lasts for a minute.
    """
    grant = broker.current()
    if grant.token.seconds_left(time.time()) < _PREFERRED:
        try:
            grant = broker.current(newer_than=grant.token.minted_at)
        except SecurePyPIError:
            if grant.token.seconds_left(time.time()) < _NEEDED:
                raise
    left = grant.token.seconds_left(time.time())
    if left < _NEEDED:
        raise SecurePyPIError(
            f"The token serves for {left:.0f} seconds more, too few for {program} to publish with.",
            why=f"{program} takes it from a variable, where it cannot be renewed, and there is none that lasts longer",
            remedy="renew the credentials it is asked for with, or set c.SecurePyPI.token_duration to 900 or more",
        )
    return grant


@contextmanager
def _keyring(grant: Grant, token_file: Path) -> Iterator[Path]:
    """Yield a temporary folder with our keyring backend, for a command in any environment."""
    try:
        folder = tempfile.mkdtemp(prefix="securepypi-")
    except OSError as error:
        raise FileProblem(
            f"Cannot create a temporary folder: {error.strerror or error}.",
            remedy="free some space, or set TMPDIR to a folder that is writable",
        ) from error
    try:
        keyring.install(Path(folder), grant, token_file)
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
