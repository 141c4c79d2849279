"""`kill -9` at random moments of rewriting: every file is the old or the new version, whole, and nobody is stuck."""

from __future__ import annotations

import collections
import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from rewriting import KINDS, STORE, mark

from jupyter_securepypi.clients import originals
from jupyter_securepypi.clients.undo import restore
from jupyter_securepypi.install import history

NOTE = "# " + "what the user wrote stays. " * 200 + "\n"
# What stands in each file before us: enough for a write to be cut in two, and something to be kept.
BEFORE = {
    "pip": f"[global]\n{NOTE}index-url = https://packages.example.com/simple\ntimeout = 7\n",
    "netrc": f"{NOTE}machine example.com login me password mine\n",
    "uv": f'{NOTE}index-url = "https://packages.example.com/simple"\noffline = false\n',
    "poetry": f"{NOTE}[virtualenvs]\ncreate = true\n",
    "twine": f"[distutils]\n{NOTE}index-servers = theirs\n[theirs]\nrepository = https://example.com/\n",
}


class Nursery:
    """Children that rewrite everything, and are killed in the middle of it: see rewriting.py."""

    def __init__(self, paths):
        self.paths = paths
        self.version = 0
        self.begun = collections.Counter()
        program = os.path.join(os.path.dirname(__file__), "rewriting.py")
        self._process = subprocess.Popen(
            [sys.executable, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.whole()
        # What the first version looks like is what every other one looks like, but for its mark.
        self._first = self.read()

    def close(self):
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def read(self):
        return {kind: path.read_bytes() for kind, path in self.paths.items()}

    def expected(self, kind, version):
        return self._first[kind].replace(mark(1).encode(), mark(version).encode())

    def whole(self):
        """Let a child rewrite everything once; return how many seconds each kind took."""
        told = self._ask(None, 0)
        assert told["signal"] == 0, told
        return told["seconds"]

    def kill(self, kind, seconds):
        """Kill a child so long after it began to rewrite `kind`, and hold every file against what it can be."""
        before = self.read()
        told = self._ask(kind, seconds)
        assert told["signal"] == signal.SIGKILL, told
        begun = {(kind, version) for word, kind, version in told["told"] if word == "begun"}
        done = {(kind, version) for word, kind, version in told["told"] if word == "done"}
        self.begun.update(kind for kind, _ in begun - done)
        for kind, content in self.read().items():
            finished = max((version for name, version in done if name == kind), default=0)
            allowed = {self.expected(kind, finished) if finished else before[kind]}
            allowed |= {self.expected(kind, version) for name, version in begun - done if name == kind}
            assert content in allowed, f"{kind} is neither old nor new: {content[:400]!r}"
        known = {match for entry in history.read(100_000) for match in entry["arguments"]}
        assert known >= {mark(version) for kind, version in done if kind == "history"}, "a record was lost"

    def _ask(self, kind, seconds):
        self._process.stdin.write(json.dumps([self.version + 1, kind, seconds]) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        self.version = max([self.version, *(version for _, _, version in told["told"])])
        return told


@pytest.fixture
def paths(home, tmp_path, monkeypatch):
    """The files, as they are before us, by the kind of file."""
    monkeypatch.setenv("PREFIX", str(tmp_path / "env"))
    found = {
        "pip": tmp_path / "env/pip.conf",
        "netrc": home / ".netrc",
        "uv": home / ".config/uv/uv.toml",
        "poetry": home / ".config/pypoetry/config.toml",
        "twine": home / ".pypirc",
    }
    for kind, path in found.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(BEFORE[kind])
        path.chmod(0o600)
    return found


@pytest.fixture
def nursery(paths, home):
    store = home / ".local/share/jupyter/runtime/securepypi" / STORE.token_file.name
    started = Nursery({**paths, "token": store})
    yield started
    started.close()


def remains(folder):
    return [path for path in folder.rglob(".*.securepypi-*") if path.is_file()]


def test_a_kill_at_any_moment_loses_nothing_and_blocks_nobody(nursery, paths, home, tmp_path, nightly):
    choice = random.Random(6)
    kills = 500 if nightly else 28
    usual = nursery.whole()
    longest = 0.0
    for number in range(kills):
        kind = list(KINDS)[number % len(KINDS)]
        nursery.kill(kind, choice.uniform(0, 1.2 * usual[kind]))
        if choice.random() < 0.5:  # else the next one meets what two that were killed have left
            longest = max([longest, *nursery.whole().values()])
    nursery.whole()
    print(f"{kills} kills, in the middle of {dict(nursery.begun)}; longest rewrite of a file {longest:.3f} s")
    # A lock that is not free would be waited for.
    assert longest < originals.LOCK_TIMEOUT

    left = remains(tmp_path)
    for path in left:
        os.utime(path, (time.time() - 3600,) * 2)
    nursery.whole()
    assert not remains(tmp_path), "what the killed have left is never removed"

    records = history.history_file().read_bytes().splitlines()
    assert len(history.read(100_000)) == len([line for line in records if line])
    assert restore().findings == ()
    assert {kind: path.read_text() for kind, path in paths.items()} == BEFORE
    assert not list(tmp_path.rglob("*.changed-*")), "our own writing was taken for the user's"
