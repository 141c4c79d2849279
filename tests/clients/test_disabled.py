"""What was written for a client goes back to what it was, once the options no longer name that client."""

from __future__ import annotations

import os

import pytest
from client_support import ARN, grant, machine

from jupyter_securepypi.clients import publish as publishing
from jupyter_securepypi.clients import registry
from jupyter_securepypi.clients import undo as undoing
from jupyter_securepypi.clients.keyring import folder as keyring_folder
from jupyter_securepypi.config import SecurePyPI
from jupyter_securepypi.core.environment import PythonEnvironment

CLIENTS = registry.names()
BEFORE = {
    "pip": "[global]\r\nindex-url = https://packages.example.com/simple\r\n",
    "pip-user": "# mine\n[global]\nbreak-system-packages = true\nextra-index-url = https://packages.example.com",
    "uv": '# mine\n[[index]]\nurl = "https://packages.example.com/simple"\n',
    "netrc": "machine example.com login me password mine\n",
    "poetry": "[virtualenvs]\nin-project = true # mine\n",
    "twine": "[distutils]\nindex-servers = other\n\n[other]\nrepository = https://packages.example.com\n",
    "keyring": "# mine\n[other]\nkey = value\n",
}


@pytest.fixture
def files(environ, prefix, user_file, tmp_path, monkeypatch):
    """Each client's file, with something of the user's in it, and a program for each client that needs one."""
    for name in (program for client in registry.ALL for program in client.programs):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    found = {name: registry.find(name).files(machine())[0] for name in CLIENTS}
    found |= {"pip": prefix / "pip.conf", "pip-user": user_file}
    for name, path in found.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(BEFORE[name].encode())
        path.chmod(0o600)
    return found


@pytest.fixture
def publish(prefix):
    def publish(clients, **options):
        chosen = SecurePyPI(repository=ARN, clients=list(clients), **options)
        kernel = PythonEnvironment("acme", "Acme", "python", prefix, "", dict(os.environ))
        return publishing.publish(chosen, grant(), [kernel])

    return publish


def without(name):
    return [client for client in CLIENTS if client != name]


def content(files):
    return {name: path.read_bytes() for name, path in files.items()}


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_that_is_taken_out_has_its_file_back_and_no_other_changes(name, files, publish):
    publish(CLIENTS)
    served = content(files)
    assert all(served[client] != text.encode() for client, text in BEFORE.items())
    done = publish(without(name))
    assert content(files) == {**served, name: BEFORE[name].encode()}
    assert done.findings == ()
    assert [path.name for path in done.changed] == [files[name].name]
    assert keyring_folder().exists() == (name != "keyring")
    assert publish(without(name)).changed == ()


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_that_is_put_in_again_is_served_again(name, files, publish):
    publish(CLIENTS)
    served = content(files)
    publish(without(name))
    publish(CLIENTS)
    assert content(files) == served


@pytest.mark.parametrize("name", without("netrc"))
def test_what_the_user_changed_afterwards_is_kept_and_named(name, files, publish):
    publish(CLIENTS)
    changed = files[name].read_bytes() + b"\n# later\n"
    files[name].write_bytes(changed)
    [finding] = publish(without(name)).findings
    kept = files[name].with_name(f"{files[name].name}.changed-1")
    assert str(kept) in str(finding)
    assert kept.read_bytes() == changed
    assert files[name].read_bytes() == BEFORE[name].encode()


def test_a_file_that_another_client_relies_on_stays(files, publish, prefix, monkeypatch):
    monkeypatch.setattr("jupyter_securepypi.clients.pip_plan.is_writable", lambda folder: folder != prefix)
    publish(["pip", "pip-user"])
    served = content(files)
    assert served["pip"] == BEFORE["pip"].encode()
    publish(["pip-user"])
    assert content(files) == served
    publish(["pip"])
    assert content(files) == served
    publish([])
    assert files["pip-user"].read_text() == BEFORE["pip-user"]


def test_kernels_that_are_no_longer_managed_have_their_files_back(files, publish):
    publish(["pip", "pip-user"])
    publish(["pip", "pip-user"], manage_kernels=False)
    assert files["pip"].read_bytes() == BEFORE["pip"].encode()
    assert files["pip-user"].read_text() != BEFORE["pip-user"]


def test_with_the_token_in_pips_own_files_nobody_is_sent_to_an_index_without_one(files, publish):
    publish(CLIENTS)
    publish(CLIENTS, credential_store="pip")
    for name in ("uv", "netrc", "poetry", "twine"):
        assert files[name].read_text() == BEFORE[name]
    for name in ("pip", "pip-user"):
        assert grant().token.secret in files[name].read_text()
        assert files[name].stat().st_mode & 0o777 == 0o600
    publish(CLIENTS)
    assert not [
        path for path in files.values() if path.name != ".netrc" and grant().token.secret in path.read_text()
    ]


def test_a_token_is_not_kept_in_what_the_user_changed(files, publish):
    publish(["pip-user"], credential_store="pip")
    files["pip-user"].write_bytes(files["pip-user"].read_bytes() + b"\n# later\n")
    publish([], credential_store="pip")
    kept = files["pip-user"].with_name("pip.conf.changed-1").read_text()
    assert "# later" in kept
    assert grant().token.secret not in kept


def test_what_cannot_be_put_back_is_said_and_tried_again(files, publish, monkeypatch):
    publish(["uv", "twine"])
    files["uv"].unlink()
    files["uv"].mkdir()
    [finding] = publish(["twine"]).findings
    assert str(files["uv"]) in str(finding)
    files["uv"].rmdir()
    assert publish(["twine"]).findings == ()
    assert files["uv"].read_text() == BEFORE["uv"]


def test_restore_forgets_who_was_served(files, publish):
    publish(CLIENTS)
    undoing.restore()
    assert content(files) == {name: text.encode() for name, text in BEFORE.items()}
    files["uv"].write_text("mine = true\n")
    publish(["netrc"])
    assert files["uv"].read_text() == "mine = true\n"
