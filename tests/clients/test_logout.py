"""``logout``: what it removes, and what it says."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from client_support import run


@pytest.fixture
def logged_in(aws, home):
    """Every client of ours configured, and the token that they use."""
    config = home / ".jupyter/jupyter_securepypi_config.json"
    config.parent.mkdir(parents=True, exist_ok=True)
    chosen = ["pip-user", "uv", "netrc", "twine", "keyring"]
    config.write_text(json.dumps({"SecurePyPI": {"clients": chosen, "manage_kernels": False}}))
    (home / ".pypirc").write_text("[distutils]\nindex-servers = other\n")
    done = run("configure")
    assert done.returncode == 0, done.stderr
    [store] = (home / ".local/share/jupyter/runtime/securepypi").glob("*.json")
    return json.loads(store.read_bytes())["token"]["secret"]


def holding(home, secret):
    return [path for path in home.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


def test_no_file_holds_the_token_afterwards(logged_in, home):
    assert holding(home, logged_in)
    done = run("logout")
    assert done.returncode == 0, done.stderr
    assert not holding(home, logged_in)
    assert not list((home / ".local/share/jupyter/runtime/securepypi").iterdir())
    assert "the netrc entry was removed" in done.stdout
    assert "1 file of the token store removed" in done.stdout


def test_the_clients_files_are_as_before(logged_in, home):
    run("logout")
    assert (home / ".pypirc").read_text() == "[distutils]\nindex-servers = other\n"
    for name in (".config/uv/uv.toml", ".config/pip/pip.conf", ".config/python_keyring/keyringrc.cfg"):
        assert not (home / name).exists()
    assert not (home / ".local/share/jupyter/securepypi/keyring").exists()


def test_remembered_failures_go_as_well(aws, home):
    aws.faults(deny=["codeartifact:GetAuthorizationToken"])
    run("refresh")
    folder = home / ".local/share/jupyter/runtime/securepypi"
    assert list(folder.glob("*.failure.json"))
    run("logout")
    assert not list(folder.iterdir())


def test_it_goes_from_a_netrc_that_the_variable_named_before(logged_in, home, monkeypatch):
    (home / "elsewhere").mkdir()
    monkeypatch.setenv("NETRC", str(home / "elsewhere/netrc"))
    assert run("configure").returncode == 0
    assert len([path for path in holding(home, logged_in) if path.name in ("netrc", ".netrc")]) == 2
    monkeypatch.delenv("NETRC")
    assert run("logout").returncode == 0
    assert not holding(home, logged_in)


def test_it_goes_from_the_netrc_though_our_notes_are_lost(logged_in, home):
    netrc = home / ".netrc"
    netrc.write_text(f"machine example.com login me password mine\n{netrc.read_text()}")
    shutil.rmtree(home / ".local/share/jupyter/securepypi")
    run("logout")
    assert logged_in not in netrc.read_text()
    assert "machine example.com login me password mine" in netrc.read_text()


KEEPING = "import sys, time; print(sys.argv[1], flush=True); time.sleep(60)"


def test_copies_that_killed_processes_left_go_and_that_of_a_living_one_stays(
    logged_in, home, tmp_path, monkeypatch
):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    words = [sys.executable, "-m", "jupyter_securepypi.cli", "exec", "--secret", "netrc", "--"]
    words += [sys.executable, "-c", KEEPING, "{netrc}"]
    started = [
        subprocess.Popen(words, stdout=subprocess.PIPE, text=True, start_new_session=True) for _ in range(2)
    ]
    try:
        left, living = (Path(one.stdout.readline().strip()) for one in started)
        os.killpg(started[0].pid, signal.SIGKILL)
        started[0].wait()
        assert logged_in in left.read_text()
        done = run("logout")
        assert re.search(r"\d temporary folders? of killed processes removed", done.stdout)
        assert not left.parent.exists()
        assert logged_in in living.read_text()
    finally:
        for one in started:
            if one.poll() is None:
                os.killpg(one.pid, signal.SIGTERM)
            one.communicate()


def test_what_a_process_left_that_was_killed_in_the_middle_of_a_write_goes(logged_in, home):
    for name in ("..netrc.securepypi-x1y2z3", ".config/uv/.uv.toml.securepypi-x1y2z3"):
        (home / name).write_text(logged_in)
    run("logout")
    assert not holding(home, logged_in)


def test_the_second_time_there_is_nothing_to_remove(logged_in):
    run("logout")
    done = run("logout")
    assert done.returncode == 0
    assert done.stdout == "Nothing was left to remove.\n"


def test_a_running_server_is_named_because_it_would_write_again(logged_in, home):
    runtime = home / ".local/share/jupyter/runtime"
    (runtime / "jpserver-1.json").write_text(json.dumps({"pid": os.getpid()}))
    (runtime / "jpserver-2.json").write_text(
        json.dumps({"pid": 2**22 + 1})
    )  # beyond what Linux gives: a dead one
    done = run("logout", "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    [finding] = found["findings"]
    assert f"process id {os.getpid()} is running" in finding
    assert not holding(home, logged_in), "the token goes all the same"


def test_a_broken_netrc_does_not_keep_the_token_store(logged_in, home):
    netrc = home / ".netrc"
    netrc.write_text(netrc.read_text() + "nonsense here\n")
    done = run("logout")
    assert done.returncode == 1
    assert "not valid netrc" in done.stdout
    assert not list((home / ".local/share/jupyter/runtime/securepypi").iterdir())


def test_status_tells_how_each_client_stands_and_by_which_file(logged_in, home, monkeypatch):
    monkeypatch.setenv("TWINE_REPOSITORY_URL", "https://me:hidden-word@packages.example.com/legacy/")
    done = run("status", "--json")
    found = {client["name"]: client for client in json.loads(done.stdout)["clients"]}
    assert found["twine"]["state"] == "elsewhere"
    assert found["netrc"]["state"] == "secure"
    assert found["uv"]["source"] == f"{home}/.config/uv/uv.toml [index]"
    assert found["poetry"]["enabled"] is False
    lines = run("status").stdout.splitlines()
    [netrc] = [line for line in lines if " netrc " in line]
    assert netrc.endswith(f"the secure index, by {home}/.netrc")
    [twine] = [line for line in lines if " twine " in line]
    assert "https://me:****@packages.example.com/legacy/, by TWINE_REPOSITORY_URL" in twine
    assert "unset TWINE_REPOSITORY_URL" in twine
