"""What the tests of single clients share: grants, and our commands as processes."""

from __future__ import annotations

import subprocess
import sys
import time

from jupyter_securepypi.core.grant import Grant
from jupyter_securepypi.core.token import Token

HOST = "acme-111122223333.d.codeartifact.us-west-2.amazonaws.com"
SECRET = "eyJ2ZXIiOjEsImlzdSI6MTcwMDAwMDAwMH0.not-a-token"


def grant(repository="shared-pypi", seconds=3600.0):
    now = time.time()
    return Grant(Token(SECRET, now + seconds, now, ""), f"https://{HOST}/pypi/{repository}/", "aws")


def run(*arguments, **more):
    return subprocess.run(
        [sys.executable, "-m", "jupyter_securepypi.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        **more,
    )
