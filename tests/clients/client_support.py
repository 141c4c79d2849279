"""What the tests of single clients share: grants, and our commands as processes."""

from __future__ import annotations

import os
import sys
import time

import forked

from jupyter_securepypi.clients.base import Machine
from jupyter_securepypi.config import SecurePyPI
from jupyter_securepypi.core.grant import Grant
from jupyter_securepypi.core.token import Token

HOST = "acme-111122223333.d.codeartifact.us-west-2.amazonaws.com"
ARN = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
SECRET = "eyJ2ZXIiOjEsImlzdSI6MTcwMDAwMDAwMH0.not-a-token"


def grant(repository="shared-pypi", seconds=3600.0):
    now = time.time()
    return Grant(Token(SECRET, now + seconds, now, ""), f"https://{HOST}/pypi/{repository}/", "aws")


def machine(environ=None, **options):
    """This machine with the variables `environ`, by default this process's, and with these options."""
    chosen = SecurePyPI(repository=ARN, **options)
    return Machine(chosen, dict(os.environ) if environ is None else environ)


def store(held):
    """Keep a grant in the token store of this process's variables; return its file."""
    place = machine().store
    place.prepare()
    place.save(held)
    return place.token_file


def run(*arguments, **more):
    return forked.run(
        [sys.executable, "-m", "jupyter_securepypi.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        **more,
    )
