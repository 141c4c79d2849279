"""A process whose children rewrite every file of ours, over and over, until they are killed at a given moment.

Each line of standard input is a JSON list ``[first version, kind, seconds]``: a child is forked, rewrites
everything with that version, then with the next one, and so on, and is killed so many seconds after it has begun
with that kind of file; with ``null`` for the kind it rewrites everything once and ends by itself. The answer is a
JSON object: ``told`` has what the child was about to do and had done, in order, as ``["begun", kind, version]`` and
``["done", kind, version]``; ``seconds`` how long each kind took; ``signal`` what ended the child, or 0.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

from jupyter_securepypi.clients.base import Machine
from jupyter_securepypi.clients.netrc import Netrc
from jupyter_securepypi.clients.pip_write import point_at
from jupyter_securepypi.clients.poetry import Poetry
from jupyter_securepypi.clients.twine import Twine
from jupyter_securepypi.clients.uv import Uv
from jupyter_securepypi.config import SecurePyPI
from jupyter_securepypi.core.errors import Unreachable
from jupyter_securepypi.core.grant import Grant, MintRequest
from jupyter_securepypi.core.providers.codeartifact.repository import Repository
from jupyter_securepypi.core.token import Token
from jupyter_securepypi.install import history
from jupyter_securepypi.token.store import TokenStore

HOST = "acme-111122223333.d.codeartifact.us-west-2.amazonaws.com"
STORE = TokenStore(MintRequest(Repository("acme", "111122223333", "us-west-2", "shared-pypi")))
# Of another repository than the store's: a token there would take the place of the one that is to be written.
OPTIONS = SecurePyPI(repository="arn:aws:codeartifact:us-west-2:111122223333:repository/other/shared-pypi")
MACHINE = Machine(OPTIONS, os.environ)


def mark(version):
    """The text that stands for a version in every file: of the same length each time."""
    return f"v{version:06d}"


def grant(version):
    return Grant(
        Token(f"secret-{mark(version)}", 2e9, 1e9, "arn:me"), f"https://{HOST}/pypi/{mark(version)}/", "aws"
    )


def installed(version):
    history.record([mark(version)], repository="public", outcome=Unreachable("down"), seconds=1.0)


KINDS = {
    "pip": lambda version: point_at(Path(os.environ["PREFIX"]), grant(version).index_url, os.environ),
    "netrc": lambda version: Netrc().point(grant(version), MACHINE),
    "uv": lambda version: Uv().point(grant(version), MACHINE),
    "poetry": lambda version: Poetry().point(grant(version), MACHINE),
    "twine": lambda version: Twine().point(grant(version), MACHINE),
    "token": lambda version: STORE.save(grant(version)),
    "history": installed,
}


def rewrite(version, tell, once):
    STORE.prepare()
    while True:
        for kind, action in KINDS.items():
            tell("begun", kind, version)
            action(version)
            tell("done", kind, version)
        if once:
            return
        version += 1


def child(version, once, pipe):
    def tell(*words):
        os.write(pipe, json.dumps(words).encode() + b"\n")

    status = 1
    try:
        rewrite(version, tell, once)
        status = 0
    finally:
        os._exit(status)


def run(version, doomed, seconds):
    """Fork, wait, kill; return what the child told, and how it ended."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        child(version, doomed is None, writer)
    os.close(writer)
    told, took, started = [], {}, 0.0
    deadline = threading.Timer(60, os.kill, (pid, signal.SIGABRT))
    deadline.start()
    with os.fdopen(reader) as lines:
        for line in lines:
            word, kind, number = json.loads(line)
            told.append((word, kind, number))
            if word == "begun":
                started = time.monotonic()
            else:
                took[kind] = time.monotonic() - started
            if (word, kind) == ("begun", doomed):
                time.sleep(seconds)
                os.kill(pid, signal.SIGKILL)
                doomed = ""
    _, status = os.waitpid(pid, 0)
    deadline.cancel()
    deadline.join()
    return {"told": told, "seconds": took, "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else status}


def main():
    for line in sys.stdin:
        print(json.dumps(run(*json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
