"""Run one command that installs from, or publishes to, the secure index, and leave nothing behind.

The command finds the token in a temporary netrc and through keyring. Both are for the owner only, and are removed
afterwards. The variables name the index without credentials. The exceptions are a publisher that knows no other way,
see `_secret_variables`, and a variable that the user asks for, see `handover`.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from ..core import wrapper
from ..core.duration import in_words
from ..core.errors import FileProblem, RequestRefused, SecurePyPIError
from ..core.foreign_text import say
from ..core.grant import Grant, check_duration
from ..core.secret_folder import secret_folder
from ..core.signals import unwinding
from ..token.broker import TokenBroker
from . import keyring, registry
from .base import Machine
from .handover import Handover, filled_in
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


class NoSuchProgram(RequestRefused):
    """No folder of PATH has the program."""


def execute(options: SecurePyPI, words: Sequence[str], handover: Handover | None = None) -> int:
    """Run a command and return its exit status; 128 plus the number of the signal that ended it, as in a shell.

    Signals are passed on to the command. The token in files and in the token store is replaced before it expires.
    A token in a variable cannot be replaced, so it must last when the command starts.

    Args:
        options: the options in force.
        words: the command and its arguments.
        handover: what the command is given of the token beside what its clients read.

    Raises:
        NoSuchProgram: there is none on the path.
        RequestRefused: `handover` makes no sense.
        SecurePyPIError: there is no token, or it does not last; the command has not run.
    """
    handover = handover or Handover()
    program = shutil.which(words[0])
    if program is None:
        raise NoSuchProgram(
            f"There is no program {words[0]!r} on the path.", remedy="install it, or give its whole path"
        )
    handover.check(words)
    named = _secret_variables(words)
    with unwinding(), _broker(options, handover.duration) as broker:
        grant = _lasting(broker, words[0]) if named or handover.variables else broker.current()
        _tell_longer(grant, handover.duration)
        with (
            wrapper.credentials(grant) as netrc,
            handover.written(grant) as files,
            _keyring(grant, broker.store.token_file) as folder,
            wrapper.kept_fresh(_renewing(broker, handover, files), broker.cancel, grant, netrc),
        ):
            variables = environment(grant, netrc, folder, os.environ, Path.cwd())
            _tell_credentials_in_files(grant, Machine(options, variables, folder=Path.cwd()))
            variables.update(zip(named, (grant.login, grant.token.secret), strict=False))
            variables.update(handover.values(grant, _leading(grant, netrc, folder)))
            # Our own output comes before the command's.
            sys.stdout.flush()
            return wrapper.supervise([program, *filled_in(words[1:], files)], variables)


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
    ours = _leading(grant, netrc, keyring_folder, environ.get("PYTHONPATH", ""))
    # The addresses first: the one beside them says whether credentials are for this index.
    found = {**environ, **ours}
    clean(found, grant, folder)
    for name in ("UV_CONFIG_FILE", *chain.from_iterable(_PUBLISHERS.values())):  # the file beats UV_NO_CONFIG
        found.pop(name, None)
    found.update(ours)
    return found


def _leading(grant: Grant, netrc: Path, keyring_folder: Path, python_path: str = "") -> dict[str, str]:
    """Return the variables that name the index, and where the credentials for it are; none holds the token."""
    return {
        **dict(chain.from_iterable(client.variables(grant).items() for client in registry.ALL)),
        "NETRC": str(netrc),
        # We write no file for these tools, so they only have variables.
        "PDM_PYPI_URL": grant.index_url,
        "PDM_PUBLISH_REPO": grant.endpoint_url,
        "PIPENV_PYPI_MIRROR": grant.index_url,
        "FLIT_INDEX_URL": grant.endpoint_url,
        # keyring finds backends by the entry points in every folder on `sys.path`.
        "PYTHONPATH": os.pathsep.join(filter(None, [python_path, str(keyring_folder)])),
        "PYTHON_KEYRING_BACKEND": keyring.COPY,
    }


@contextmanager
def _broker(options: SecurePyPI, duration: int | None) -> Iterator[TokenBroker]:
    """Yield the broker that everybody shares; for a `duration` of its own, one whose tokens nobody else gets.

    Raises:
        ConfigurationError: no token lasts that long.
        RequestRefused: the token would last longer than the options let one, or cannot be had for a while at all.
    """
    broker = TokenBroker.of(options)
    if duration is None:
        yield broker
        return
    if not broker.provider.mints:
        raise RequestRefused(
            "The index has no tokens that last for a while.",
            why="its credentials are your own",
            remedy="leave out --duration",
        )
    check_duration(duration)
    longest = options.token_duration
    if longest and (duration == 0 or duration > longest):
        raise RequestRefused(
            f"A token that lasts {duration} seconds could last longer than token_duration allows.",
            why=f"the option says {longest} seconds",
            remedy=f"ask for {longest} seconds or less",
        )
    with secret_folder() as folder:
        yield TokenBroker(
            replace(broker.request, duration=duration), timeout=options.mint_timeout, folder=folder
        )


def _renewing(broker: TokenBroker, handover: Handover, files: Mapping[str, Path]) -> Callable[[], Grant]:
    """Return what gets a newer grant, and writes it into the files that were handed over."""

    def renew() -> Grant:
        grant = broker.current()
        handover.renew(grant, files)
        return grant

    return renew


def _tell_longer(grant: Grant, duration: int | None) -> None:
    """Say so where a provider gives no token as short as was asked for."""
    left = grant.token.seconds_left(time.time())
    if duration and left > duration + _PREFERRED:
        say(
            f"securepypi: the token lasts {in_words(left)}, no shorter one is given out; it is removed afterwards.",
            sys.stderr,
        )


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
            f"The token serves for {left:.0f} seconds more, too few for {program}.",
            why="it is handed over in a variable, where it cannot be renewed, and there is none that lasts longer",
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
