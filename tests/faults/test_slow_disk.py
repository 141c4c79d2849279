"""A home on a slow file system: every sync, rename and removal takes a tenth of a second more.

Emulated by delaying those system calls of real processes on their way into the kernel (strace); reads, which a
network file system caches, are as fast as ever.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from jupyter_securepypi.clients import originals
from jupyter_securepypi.config import load_options
from jupyter_securepypi.install import history
from jupyter_securepypi.token.store import TokenStore

DELAY = 0.1  # seconds
PROCESSES = 4

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="system calls are delayed by strace, which Linux has"),
    pytest.mark.skipif(
        shutil.which("strace") is None, reason="strace is not installed: nothing delays system calls"
    ),
    pytest.mark.usefixtures("impatient"),
]

# Each gets a token of its own, publishes it to its own kernel and the shared netrc, and keeps a record.
PUBLISH = """
import os, sys, time
from pathlib import Path
from jupyter_securepypi.install import history
from jupyter_securepypi.token.broker import TokenBroker
from jupyter_securepypi.config import load_options
from jupyter_securepypi.core.grant import Grant
from jupyter_securepypi.core.errors import Unreachable
from jupyter_securepypi.core.token import Token
from jupyter_securepypi.clients.publish import publish
from jupyter_securepypi.core.environment import PythonEnvironment
options = load_options()

def mint(request):
    now = time.time()
    return Grant(Token(f"token-{sys.argv[1]}", now + 3600, now), "http://127.0.0.1:9/pypi/r/", "aws")

grant = TokenBroker(options.mint_request(), mint=mint).current(newer_than=time.time())
done = publish(options, grant, [PythonEnvironment("one", "One", "python", Path(sys.argv[2]), "", os.environ)])
history.record([sys.argv[1]], repository="public", outcome=Unreachable("x"), seconds=1.0)
print(*done.findings)
"""


def slowly(*command, log=os.devnull):
    """Return the command that runs another on a slow disk; `log` gets the slow calls and those that lock a file."""
    calls = "fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,fchmod"
    delay = f"inject={calls}:delay_enter={int(DELAY * 1_000_000)}"
    return ["strace", "-f", "-qq", "-e", f"trace={calls},flock", "-e", delay, "-o", str(log), *command]


@pytest.fixture(scope="module")
def _traceable():
    done = subprocess.run(
        slowly(sys.executable, "-c", "import os; os.mkdir('/dev/null/x')"), capture_output=True
    )
    if b"ptrace" in done.stderr or b"Operation not permitted" in done.stderr:
        pytest.skip(f"strace may not trace here: {done.stderr.decode().strip()}")


@pytest.mark.usefixtures("_traceable")
def test_everybody_gets_through_and_nothing_is_lost(home, tmp_path, aws, monkeypatch):
    (home / ".netrc").write_text("machine example.com login me password mine\n")
    prefixes = [tmp_path / f"env-{number}" for number in range(PROCESSES)]
    for prefix in prefixes:
        prefix.mkdir()
    crowd = [
        subprocess.Popen(
            slowly(sys.executable, "-c", PUBLISH, str(number), str(prefix)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number, prefix in enumerate(prefixes)
    ]
    for process in crowd:
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert output.strip() == "", "nobody gave up waiting"
    secret = TokenStore(load_options().mint_request()).load().token.secret
    assert secret in (home / ".netrc").read_text()
    assert "machine example.com login me password mine" in (home / ".netrc").read_text()
    assert all("127.0.0.1:9" in (prefix / "pip.conf").read_text() for prefix in prefixes)
    assert len(history.read()) == PROCESSES
    assert not originals.restore_all().findings


@pytest.mark.usefixtures("_traceable")
def test_a_token_that_is_there_costs_no_wait(home, aws, command, tmp_path):
    """Whoever only reads waits for no slow write: not for the lock, and not for the disk."""
    assert command("refresh").returncode == 0
    code = (
        "import os; from jupyter_securepypi.token.broker import TokenBroker\n"
        "from jupyter_securepypi.config import load_options\n"
        "broker = TokenBroker(load_options().mint_request())\n"
        "os.mkdir('first')\n"
        "for _ in range(50): broker.current()\n"
        "os.mkdir('last')"
    )
    slow = slowly(sys.executable, "-c", code, log=tmp_path / "calls")
    done = subprocess.run(slow, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    calls = (tmp_path / "calls").read_text().splitlines()
    [first] = [n for n, call in enumerate(calls) if "first" in call]
    assert "last" in calls[first + 1], "a call in between waits for the disk, or for a lock"
