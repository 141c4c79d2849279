"""Files that cannot be replaced: those that are mounted by themselves are written all the same, the others are told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from client_support import run

NAMESPACE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
MINE = "machine github.com login me password made-up\n"


def can_mount():
    return sys.platform == "linux" and not subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode


mounting = pytest.mark.skipif(not can_mount(), reason="mounts need Linux and a namespace")


@pytest.fixture(autouse=True)
def options(aws, home, monkeypatch):
    config = home / ".jupyter/jupyter_securepypi_config.json"
    config.parent.mkdir(parents=True)
    config.write_text('{"SecurePyPI": {"clients": ["netrc"], "manage_kernels": false}}')
    monkeypatch.chdir(home)


@pytest.fixture
def secrets(home):
    """A folder as a container gets it, with the user's netrc in it."""
    folder = home / "secrets"
    folder.mkdir()
    (folder / "netrc").write_text(MINE)
    (folder / "netrc").chmod(0o600)
    return folder


def mounted(mounts, *commands):
    """Run commands of ours, one after the other, with these mounts; return status and output of each."""
    parts = [
        f"{sys.executable} -m jupyter_securepypi.cli {command} > out-{number} 2>&1; echo $? > status-{number}"
        for number, command in enumerate(commands)
    ]
    done = subprocess.run(
        [*NAMESPACE, "sh", "-ec", "; ".join([mounts, "set +e", *parts])],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    read = [
        [Path(f"{name}-{number}").read_text() for name in ("status", "out")] for number in range(len(commands))
    ]
    return [(int(status), said) for status, said in read]


def netrc_checks(said):
    return [(one["ok"], one["message"]) for one in json.loads(said)["checks"] if one["name"] == "netrc"]


@mounting
def test_a_netrc_that_is_mounted_by_itself_is_written_in_place(home, secrets):
    (home / ".netrc").touch(mode=0o600)
    mount = f"mount --bind {secrets}/netrc {home}/.netrc"
    (status, said), (_, doctor), (restored, _) = mounted(mount, "configure", "doctor --json", "restore")
    assert (status, restored) == (0, 0), said
    assert [ok for ok, _ in netrc_checks(doctor)] == [True]
    assert (secrets / "netrc").read_text() == MINE
    assert not list(home.glob(".*.securepypi*")), "the whole copy is gone once it is not needed"


@mounting
def test_an_interrupted_writing_in_place_keeps_the_whole_content_and_is_told(home, secrets):
    (home / ".netrc").touch(mode=0o600)
    whole = home / "..netrc.securepypi"
    whole.write_text(MINE)
    (secrets / "netrc").write_text("machine github.com login me\n")
    mount = f"mount --bind {secrets}/netrc {home}/.netrc"
    (status, said), (_, doctor) = mounted(mount, "configure", "doctor --json")
    assert status == 1
    assert str(whole) in said
    assert "has its whole content" in doctor
    assert whole.read_text() == MINE


@mounting
def test_a_link_into_a_read_only_folder_fails_configure_and_the_doctor(home, secrets):
    (home / ".netrc").symlink_to("secrets/netrc")
    mount = f"mount --bind {secrets} {secrets}; mount -o remount,ro,bind {secrets}"
    (status, said), (_, doctor) = mounted(mount, "configure", "doctor --json")
    assert status == 1
    assert "mount its folder writable" in said
    [(ok, message)] = netrc_checks(doctor)
    assert ok is False
    assert f"{secrets} is not writable" in message


def test_a_netrc_that_leads_to_nothing_fails_configure_and_the_doctor(home):
    (home / ".netrc").symlink_to(os.devnull)
    done = run("configure", "--json")
    assert done.returncode == 1
    assert "not a regular file" in json.loads(done.stdout)["findings"][0]
    [(ok, message)] = netrc_checks(run("doctor", "--json").stdout)
    assert ok is False
    assert "not a regular file" in message


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")
def test_a_netrc_of_another_user_fails_configure_and_the_doctor(home):
    (home / ".netrc").write_text(MINE)
    os.chown(home / ".netrc", 1, 1)
    assert run("configure").returncode == 1
    [(ok, message)] = netrc_checks(run("doctor", "--json").stdout)
    assert ok is False
    assert "belongs to another user" in message


def test_a_netrc_that_lost_the_token_is_found_and_mended_with_consent(home):
    assert run("configure").returncode == 0
    (home / ".netrc").unlink()
    [(ok, message)] = netrc_checks(run("doctor", "--json").stdout)
    assert ok is False
    assert "the token is not in" in message
    done = run("doctor", "--fix", "--yes", "--json")
    assert [ok for ok, _ in netrc_checks(done.stdout)] == [True]
