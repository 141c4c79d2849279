"""A home whose file system has no locks, as NFS without a lock daemon: one mint all the same, and no stop.

Emulated by failing `flock` for real processes on its way into the kernel (strace).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

pytestmark = [
    pytest.mark.skipif(
        sys.platform != "linux" or shutil.which("strace") is None, reason="strace makes system calls fail"
    ),
    pytest.mark.usefixtures("impatient"),
]
# Takes the lease, says so, and is killed in it.
HOLD = """
import sys
from pathlib import Path
from jupyter_securepypi.token.locking import file_lock
with file_lock(Path(sys.argv[1]), 5.0, purpose="tests", remedy="none") as ours:
    print(ours, flush=True)
    sys.stdin.read()
"""


def without_locks(error, *command):
    return [
        "strace",
        "-f",
        "-qq",
        "-e",
        "trace=flock",
        "-e",
        f"inject=flock:error={error}",
        "-o",
        os.devnull,
        *command,
    ]


def start(error, *command):
    return subprocess.Popen(
        without_locks(error, *map(str, command)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(autouse=True)
def _traceable():
    done = subprocess.run(without_locks("ENOLCK", "true"), capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"strace may not trace here: {done.stderr.strip()}")


@pytest.mark.parametrize("error", ["ENOLCK", "ENOSYS", "EOPNOTSUPP", "524"])
def test_everybody_gets_the_one_token_and_every_file_is_written(aws, home, prefix, error):
    words = [sys.executable, "-m", "jupyter_securepypi.cli", "configure"]
    crowd = [start(error, *words) for _ in range(3)]
    for process in crowd:
        done, said = process.communicate(timeout=120)
        assert process.returncode == 0, done + said
        assert "Warning" not in said
    assert aws.calls()["counts"]["GetAuthorizationToken"] == 1
    assert "login aws" in (home / ".netrc").read_text()
    assert aws.index_url in (prefix / "pip.conf").read_text()


def test_a_process_that_died_holding_it_is_not_waited_for(aws, tmp_path):
    lock = tmp_path / "lock"
    holder = start("ENOLCK", sys.executable, "-c", HOLD, lock)
    assert holder.stdout.readline() == "True\n"
    [traced] = subprocess.run(
        ["ps", "--ppid", str(holder.pid), "-o", "pid="], capture_output=True, text=True
    ).stdout.split()
    os.kill(int(traced), signal.SIGKILL)
    holder.communicate(timeout=60)
    began = time.monotonic()
    with start("ENOLCK", sys.executable, "-c", HOLD, lock) as heir:
        assert heir.stdout.readline() == "True\n"
        heir.stdin.close()
    print(f"taken over after {time.monotonic() - began:.1f} s")
