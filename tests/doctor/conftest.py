"""The doctor as a process, on a machine with one kernel that is all the test's own."""

from __future__ import annotations

import json
import os
import sys

import forked
import pytest
from administrator import lock

__all__ = ["lock"]


@pytest.fixture(autouse=True)
def only_our_indexes(home, monkeypatch):
    """No index of this machine's own shows through, and no uv that would have to be told about one."""
    monkeypatch.setenv("TMPDIR", str(home / "tmp"))
    (home / "tmp").mkdir()
    monkeypatch.setenv("PATH", os.defpath)
    monkeypatch.chdir(home)


class Doctor:
    """Runs commands, and keeps what the last one printed."""

    def run(self, *arguments):
        command = [sys.executable, "-m", "jupyter_securepypi.cli", *arguments]
        self.done = forked.run(command, capture_output=True, text=True, timeout=120)
        assert "Traceback" not in self.done.stderr
        return self.done

    def __call__(self, *arguments):
        """What the doctor finds: name → the checks of that name."""
        done = self.run("doctor", "--json", *arguments)
        self.answer = json.loads(done.stdout)
        assert done.returncode == (1 if self.answer["findings"] else 0)
        found = {}
        for check in self.answer["checks"]:
            assert check["remedy"] or check["ok"] is not False, f"a finding without a remedy: {check}"
            found.setdefault(check["name"], []).append(check)
        return found

    def findings(self, *arguments):
        return {name: c for name, checks in self(*arguments).items() for c in checks if c["ok"] is False}


@pytest.fixture
def doctor():
    return Doctor()


@pytest.fixture
def healthy(aws, home, prefix, doctor):
    """A machine on which all is well."""
    assert doctor.run("configure").returncode == 0
    return prefix
