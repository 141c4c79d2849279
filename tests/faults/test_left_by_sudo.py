"""Files that one run with sudo left to root: the user is told which, and what to do."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_securepypi.config import load_options
from jupyter_securepypi.token.store import TokenStore

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can leave files of root's to somebody else"
)

USER = pwd.getpwnam("nobody")
# Imported before the change of user: checkout and Python may be closed to others.
AS_USER = """
import os, sys
import configparser, filelock, importlib, netrc, pkgutil, pwd
import jupyter_securepypi.cli as cli
for room in ("cli", "clients", "core", "token"):
    package = importlib.import_module(f"jupyter_securepypi.{room}")
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if "__main__" not in module.name and "bundle" not in module.name:
            importlib.import_module(module.name)
filelock.FileLock, filelock.SoftFileLease
sys.version_info >= (3, 11) and importlib.import_module("tomllib")
sys.prefix = os.environ["HOME"]
os.setgid(int(sys.argv[1])); os.setuid(int(sys.argv[2]))
sys.exit(cli.main(sys.argv[3:]))
"""


@pytest.fixture
def run(home, aws, tmp_path):
    """Run a command as the owner of the home, which is not root."""
    for folder in [tmp_path, *tmp_path.parents][:4]:  # pytest's own folders are closed to others
        if folder != Path(folder.anchor) and stat.S_IMODE(folder.stat().st_mode) == 0o700:
            folder.chmod(0o755)
    runtime = home / ".local/share/jupyter/runtime"
    runtime.mkdir(parents=True)
    for path in (home, *home.rglob("*")):
        os.chown(path, USER.pw_uid, USER.pw_gid)

    def start(*words):
        command = [sys.executable, "-c", AS_USER, str(USER.pw_gid), str(USER.pw_uid), *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=120)

    return start


@pytest.mark.parametrize("what", ["folder", "lock"])
def test_refresh_and_status_name_what_is_roots_and_the_remedy(run, home, what):
    left = folder = home / ".local/share/jupyter/runtime/securepypi"
    folder.mkdir(mode=0o700)
    if what == "lock":
        os.chown(folder, USER.pw_uid, USER.pw_gid)
        left = TokenStore(load_options().mint_request()).lock_file
        left.touch(0o600)
    remedy = f"sudo chown -R nobody {left}"
    refreshed = run("refresh")
    assert refreshed.returncode == 1
    assert remedy in refreshed.stderr
    assert remedy in run("status").stdout
