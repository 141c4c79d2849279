"""Accounts of this machine that a test makes, with a home each, and removes again."""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from throwaway import NotMade

# In the account's comment, so that accounts of a run that was killed are known by the next one.
_COMMENT = "test of jupyter_securepypi in process {}"
_OURS = re.compile(_COMMENT.format(r"(\d+)"))


@dataclass(frozen=True)
class Account:
    """A user of this machine."""

    name: str
    uid: int
    home: Path

    def processes(self) -> list[psutil.Process]:
        """What runs as this user."""
        return _processes_of({self.uid})

    def run(self, *words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command as this user, in her home."""
        environ = {"HOME": str(self.home), "PATH": os.defpath, "LANG": "C.UTF-8", "USER": self.name}
        return subprocess.run(
            list(map(str, words)),
            env={**environ, **variables},
            cwd=self.home,
            user=self.uid,
            group=pwd.getpwuid(self.uid).pw_gid,
            extra_groups=[],
            capture_output=True,
            text=True,
            timeout=120,
        )


@contextmanager
def accounts(count: int, folder: Path) -> Iterator[list[Account]]:
    """Make `count` accounts with homes in `folder`, which other users can enter; remove both afterwards.

    They share a group, so that a file which the group may read counts as one that others may read.

    Raises:
        NotMade: this process cannot make accounts.
    """
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("useradd"):
        raise NotMade("only root can make accounts, and users of one account could read each other's files")
    _remove_left()
    run, made = secrets.token_hex(3), list[Account]()
    try:
        for number in range(count):
            made.append(_make(f"securepypi-{run}-{number:03}", folder))
        yield made
    finally:
        for process in _processes_of({account.uid for account in made}):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        for account in made:
            subprocess.run(["userdel", "--force", account.name], check=True, capture_output=True)
            shutil.rmtree(account.home, ignore_errors=True)


def _processes_of(uids: set[int]) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess):
            if process.uids().real in uids and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def _make(name: str, folder: Path) -> Account:
    home = folder / name
    words = ["--create-home", "--home-dir", str(home), "--no-user-group", "--no-log-init", "--shell", "/bin/sh"]
    words += ["--comment", _COMMENT.format(os.getpid())]
    subprocess.run(["useradd", *words, name], check=True, capture_output=True)
    home.chmod(0o755)  # as open as a home can be: what keeps others out is the mode of each file
    return Account(name, pwd.getpwnam(name).pw_uid, home)


def _remove_left() -> None:
    """Remove accounts of runs that were killed."""
    for entry in pwd.getpwall():
        ours = _OURS.fullmatch(entry.pw_gecos)
        if ours and not psutil.pid_exists(int(ours[1])):
            subprocess.run(["userdel", "--force", entry.pw_name], check=True, capture_output=True)
