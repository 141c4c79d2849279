"""Run a script so that plain pip and uv in its processes use the secure index: ``securepypi.pyz run train.py``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence
from urllib.parse import urlsplit

from . import netrc
from .errors import FileProblem, SecurePyPIError
from .grant import Grant
from .installation import checked_request
from .job import Job, MintedTokens, install
from .netrc_text import set_entry
from .pip.configuration import carried_over
from .pip.install import pip_environment
from .pip.isolated import told_to_builds
from .requests.reader import read_request
from .requests.writer import write_lines
from .secret import SecretBytes
from .signals import unwinding

_FORWARDED = ("SIGTERM", "SIGHUP", "SIGINT", "SIGUSR1", "SIGUSR2")
_PATIENCE = 5.0  # seconds to wait at the end for a running renewal
_RETRY = 60.0  # seconds between a failed renewal and the next attempt


def run(job: Job, requirements: Sequence[str], words: Sequence[str]) -> int:
    """Install the `requirements` files, then run Python with `words`; return its exit status.

    The script's environment holds no secret. NETRC names a temporary file of mode 0600, which holds the token and the
    entries of the user's own netrc. The token is replaced before it expires, and the file is removed at the end. If
    a signal ended the script, the status is 128 plus the signal's number, as in a shell.

    Args:
        job: the settings from the job's environment.
        requirements: requirements files to install first.
        words: the words after ``python``: a script and its arguments, or ``-m`` and a module.

    Raises:
        SecurePyPIError: there is no token, or a requirement cannot be installed; the script has not run.
    """
    command = [sys.executable, *words]
    with unwinding():
        grant = _installed(job, requirements)
        if job.request is None:
            print(f"securepypi: running {words[0]} with pip as it is configured, PUBLIC index", flush=True)
            return supervise(command, dict(os.environ))
        tokens = MintedTokens(job.request)
        grant = grant or tokens.current()
        with credentials(grant) as path, kept_fresh(tokens.current, tokens.cancel, grant, path):
            print(f"securepypi: running {words[0]}, pip and uv use {job.request.repository} only", flush=True)
            return supervise(command, environment(grant.index_url, path, os.environ))


def _installed(job: Job, requirements: Sequence[str]) -> Optional[Grant]:
    """Install the requirements files, if there are any, and return the grant that opened the index."""
    if not requirements:
        return None
    return install(job, checked_request([word for path in requirements for word in ("-r", path)]))[1]


def environment(index_url: str, netrc_file: Path, environ: Mapping[str, str]) -> Dict[str, str]:
    """Return `environ` for processes whose pip and uv must only see the index `index_url`.

    The constraints of pip's configuration are written to a file beside `netrc_file`, without whatever else they hold,
    and so is what a pip with ``--isolated`` is told.

    Raises:
        RequestRefused: a constraint leads elsewhere.
    """
    found = pip_environment(environ, sys.prefix, index_url)
    # These two are for our own reading of pip's output, line by line; a script's user may want colours.
    for name in ("PIP_NO_COLOR", "PIP_PROGRESS_BAR"):
        found.pop(name)
    constraints = carried_over(sys.prefix, environ).constraints
    if constraints:
        read = read_request([], constraint_files=constraints, environ=environ).constraints
        found["PIP_CONSTRAINT"] = str(write_lines(netrc_file.with_name("constraints.txt"), read))
    found.update(told_to_builds(netrc_file.parent, sys.prefix, found))
    return {**found, "NETRC": str(netrc_file)}


@contextmanager
def credentials(grant: Grant) -> Iterator[Path]:
    """Yield a temporary netrc file with the token, and with the entries of the user's own file if that is valid."""
    host = urlsplit(grant.index_url).hostname or ""
    with netrc.temporary(host, grant.login, grant.token.secret) as path:
        try:
            own: bytes = SecretBytes(netrc.netrc_path(os.environ).read_bytes())
            if grant.token.secret:
                own = set_entry(own, host, grant.login, grant.token.secret)
            path.write_bytes(own)
        except (OSError, FileProblem):
            pass  # there is no file, or no client would accept it
        yield path


@contextmanager
def kept_fresh(
    mint: Callable[[], Grant], cancel: Callable[[], None], grant: Grant, path: Path
) -> Iterator[None]:
    """Replace the token in the netrc file `path` each time before it expires: a job may outlast several tokens.

    Args:
        mint: returns a grant with a newer token, or the old grant if that is still good and there is no newer one.
        cancel: ends a running call of `mint`.
        grant: the grant whose token is in the file.
        path: the file.
    """
    if not grant.token.expires:
        yield
        return
    ended = threading.Event()

    def keep() -> None:
        due = grant.token.advisory_at
        while not ended.wait(max(0.0, due - time.time())):
            try:
                new = mint()
                netrc.update(path, urlsplit(new.index_url).hostname or "", new.login, new.token.secret)
                due = new.token.advisory_at
                if due <= time.time():
                    due = time.time() + _RETRY
            except SecurePyPIError as error:
                due = time.time() + _RETRY
                if not ended.is_set():
                    print(f"securepypi: no new token, next try in {_RETRY:g} s: {error}", file=sys.stderr)

    thread = threading.Thread(target=keep, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        cancel()
        thread.join(_PATIENCE)


def supervise(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run `command`, pass signals on to it, and return its exit status."""
    children: List[Any] = []
    early: List[int] = []

    def forward(number: int, frame: Optional[FrameType]) -> None:
        for child in children:
            child.send_signal(number)
        if not children:
            early.append(number)

    before = {}
    for name in _FORWARDED:
        number = getattr(signal, name, None)
        # A terminal sends SIGINT to the script, too. A signal that we ignore, as under nohup, is not passed on.
        if number is None or signal.getsignal(number) is signal.SIG_IGN:
            continue
        from_terminal = name == "SIGINT" and os.isatty(0)
        before[number] = signal.signal(number, (lambda *_: None) if from_terminal else forward)
    try:
        child = subprocess.Popen(list(command), env=dict(environ))
        children.append(child)
        for number in early:
            child.send_signal(number)
        status = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return status if status >= 0 else 128 - status
