"""Every way of ending a server, while it is busy with something that hangs: it ends, and leaves no child.

What hangs would hang for minutes; a server that ends does so in two seconds, and has more here on a busy machine.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from silent_kernels import silent_kernels

from jupyter_securepypi.core.errors import SecurePyPIError
from jupyter_securepypi.demo.sandbox import Sandbox

PATIENCE = 20.0  # seconds
HOLD = "import sys, filelock\nwith filelock.FileLock(sys.argv[1]): print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def sandbox(aws, tmp_path):
    options = {"poll_interval": 0.5, "mint_timeout": 600.0}
    # The end of a forked server is not the interpreter's own.
    with Sandbox(tmp_path / "sandbox", {**aws.environment(), "SECUREPYPI_COLD": "1"}, options) as found:
        yield found


def until(condition, what):
    deadline = time.monotonic() + 60
    while not (found := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return found


def children(sandbox, word):
    """All children of the server, once one of them has `word` in its command line."""
    server = psutil.Process(sandbox.process.pid)

    def found():
        with suppress(psutil.NoSuchProcess):
            all_of_them = server.children(recursive=True)
            return all_of_them if any(word in " ".join(one.cmdline()) for one in all_of_them) else []
        return []

    return until(found, f"no child runs {word}")


@contextmanager
def minting(sandbox, aws):
    aws.faults(hang=600.0)
    sandbox.start()
    yield children(sandbox, "minting")


@contextmanager
def probing(sandbox, aws):
    """Sixty kernels whose programs say nothing: each is given five seconds."""
    sandbox.start(silent_kernels(sandbox, 60))
    yield children(sandbox, "silent")


@contextmanager
def publishing(sandbox, aws):
    """Another process edits configuration files."""
    lock = Path(sandbox.environ["JUPYTER_DATA_DIR"], "securepypi/originals/lock")
    for folder in (lock.parent.parent, lock.parent):
        folder.mkdir(mode=0o700, parents=True)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        sandbox.start()
        until(lambda: list((sandbox.runtime / "securepypi").glob("*.json")), "nothing was minted")
        assert sandbox.get("securepypi/status")["state"] == "missing", "nobody has the token yet"
        yield []
        holder.stdin.close()


@contextmanager
def examining(sandbox, aws):
    sandbox.start()
    until(lambda: sandbox.get("securepypi/status")["state"] == "fresh", "there is no token")
    aws.faults(hang=600.0)

    def ask():
        with suppress(SecurePyPIError):
            sandbox.post("securepypi/doctor")

    threading.Thread(target=ask, daemon=True).start()
    yield children(sandbox, "doctor.provider")


def by(number):
    return lambda sandbox: sandbox.process.send_signal(number)


def by_request(sandbox):
    with suppress(SecurePyPIError):
        sandbox.post("api/shutdown")


@pytest.fixture(autouse=True)
def hangups_count():
    """Let a hangup end what a test starts, also where `nohup` runs the tests: children inherit what is ignored."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


WAYS = {
    "interrupted without a terminal, as by JupyterHub": by(signal.SIGINT),
    "terminated": by(signal.SIGTERM),
    "the terminal closes": by(signal.SIGHUP),
    "shut down by request": by_request,
}


def combinations():
    """Each stage with each way; by day each way is tried in the first stage, and each stage is ended in a way."""
    stages, ways = (minting, probing, publishing, examining), list(WAYS.items())
    for number, stage in enumerate(stages):
        for name, way in ways:
            late = number and name != ways[number][0]
            marks = [pytest.mark.nightly] if late else []
            yield pytest.param(stage, way, id=f"{stage.__name__}-{name}", marks=marks)


@pytest.mark.parametrize(("stage", "way"), list(combinations()))
def test_it_ends_and_leaves_no_child(sandbox, aws, stage, way):
    with stage(sandbox, aws) as running:
        process = sandbox.process
        way(sandbox)
        began = time.monotonic()
        process.wait(PATIENCE)
        print(f"ended after {time.monotonic() - began:.2f} s")
        until(lambda: not [one for one in running if alive(one)], "a child is left")


def alive(process):
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
