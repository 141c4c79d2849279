"""What a fix would change is known before it changes anything."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import pytest
from client_support import ARN, grant, machine

from jupyter_securepypi.clients import originals
from jupyter_securepypi.clients.pip_write import point_at
from jupyter_securepypi.clients.publish import changes_for_clients, changes_for_kernel
from jupyter_securepypi.clients.rehearsal import rehearse
from jupyter_securepypi.clients.twine import Twine
from jupyter_securepypi.config import SecurePyPI
from jupyter_securepypi.core.environment import PythonEnvironment
from jupyter_securepypi.core.errors import FileProblem
from jupyter_securepypi.core.file_change import FileChange
from jupyter_securepypi.kernels.specs import without_redirection

INDEX = "https://acme-111122223333.d.codeartifact.us-west-2.amazonaws.com/pypi/shared-pypi/simple/"


def everything_below(folder):
    """Folders, too: looking makes none."""
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def test_the_change_is_told_and_nothing_is_written(environ, tmp_path):
    prefix = tmp_path / "prefix"
    (prefix / "bin").mkdir(parents=True)
    config = prefix / "pip.conf"
    config.write_text("[global]\nindex-url = https://me:hunter2@packages.example.com/simple\ntimeout = 7\n")
    before = everything_below(tmp_path)
    changes = rehearse(lambda: point_at(prefix, INDEX, dict(os.environ), client="pip")).changes
    assert everything_below(tmp_path) == before
    assert [change.path for change in changes] == [config]
    diff = changes[0].diff
    assert f"+index-url = {INDEX}" in diff
    assert "timeout" not in diff, "what stays is not shown"
    assert "hunter2" not in diff
    assert "packages.example.com" in diff
    assert point_at(prefix, INDEX, dict(os.environ), client="pip").written == (config,)
    assert config.read_bytes() == changes[0].after, "what was shown is what is written"


def test_a_file_that_is_not_there_yet_has_new_lines_only(tmp_path):
    change = FileChange(tmp_path / "new.conf", None, b"[global]\n")
    assert change.to_dict() == {
        "path": str(tmp_path / "new.conf"),
        "diff": "--- now\n+++ afterwards\n@@ -0,0 +1 @@\n+[global]",
    }


def test_a_line_that_stays_is_not_shown_whatever_it_holds(environ):
    file = Path(environ["HOME"], ".pypirc")
    file.write_text(
        "[pypi]\nusername = __token__\npassword = hidden-word\n[other]\nrepository: https://x.example/\n"
    )
    [change] = rehearse(lambda: Twine().point(grant(), machine(environ))).changes
    assert f"+repository = {grant().endpoint_url}" in change.diff
    assert "hidden-word" not in change.diff
    assert "x.example" not in change.diff


def test_of_a_kernel_specification_only_what_changes_is_shown(environ, tmp_path):
    file = tmp_path / "kernel.json"
    env = {
        "UV_INDEX_ACME_PASSWORD": "hidden-1",
        "PLAIN": "kept",
        "PIP_EXTRA_INDEX_URL": "https://me:hidden-2@packages.example.com/simple",
        "AWS_SECRET_ACCESS_KEY": "hidden-3",
        "UV_INDEX": "https://packages.example.com/simple",
    }
    spec = {"argv": ["python", "--token", "hidden-4"], "env": env}
    file.write_text(json.dumps(spec))
    [change] = rehearse(lambda: without_redirection(spec, file)).changes
    assert [line for line in change.diff.splitlines() if not line.startswith(("@@", "---", "+++"))] == [
        '-  "UV_INDEX_ACME_PASSWORD": ****',
        '-  "PIP_EXTRA_INDEX_URL": "https://me:****@packages.example.com/simple"',
        '-  "UV_INDEX": "https://packages.example.com/simple"',
    ]
    assert json.loads(change.after)["env"] == {"PLAIN": "kept", "AWS_SECRET_ACCESS_KEY": "hidden-3"}


@pytest.mark.parametrize(
    "secret",
    [
        "password = hidden-word",
        "password: hidden-word",
        "password =\n    hidden-word\n\n    hidden-word",
        'api-key = """\nhidden-word\nhidden-word"""',
        'index = { url = "https://x.example/", token = "hidden-word" }',
        'http-basic."my index".password = "hidden-word"',
        'passwords = [\n  "hidden-word",\n]',
        "export AWS_SECRET_ACCESS_KEY=hidden-word",
        '{"env": {"UV_INDEX_ACME_PASSWORD": "hidden-word"}, "argv": []}',
        '{"credentials": {"first": ["hidden-word"]}}',
        '[{"env": {"MY_TOKEN": "hidden-word"}}]',
        "index-url = https://x.example/simple?auth_token=hidden-word",
        "password = half\u2028hidden-word\x0chidden-word",
    ],
)
def test_no_secret_stands_in_a_line_that_changes(tmp_path, secret):
    gone = FileChange(tmp_path / "file", f"{secret}\n".encode(), b"").diff
    new = FileChange(tmp_path / "file", None, f"{secret}\n".encode()).diff
    for diff in (gone, new):
        assert "hidden-word" not in diff
        assert "****" in diff


def test_another_secret_is_a_difference(tmp_path):
    change = FileChange(tmp_path / "file", b"a = 1\ntoken = one\n", b"a = 1\ntoken = two\n")
    assert change.diff.splitlines()[2:] == ["@@ -2 +2 @@", "-token = ****", "+token = ****"]


def test_what_is_no_secret_is_shown(tmp_path):
    text = (
        "keyring-provider = subprocess\nindex-url = https://oauth2accesstoken:hidden-word@index.example.com/simple\n"
        'password = hidden-word\ntimeout = 7\nauthenticate = "always"\n'
    )
    assert FileChange(tmp_path / "file", None, text.encode()).diff.splitlines()[3:] == [
        "+keyring-provider = subprocess",
        "+index-url = https://oauth2accesstoken:****@index.example.com/simple",
        "+password = ****",
        "+timeout = 7",
        '+authenticate = "always"',
    ]


@pytest.fixture
def everything(environ, tmp_path):
    """The options with every client that has a file, whose programs are there."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("uv", "twine", "poetry", "keyring"):
        (programs / name).write_text("")
        (programs / name).chmod(0o755)
    return SecurePyPI(repository=ARN, clients=["pip", "pip-user", "uv", "twine", "poetry", "keyring"])


def test_looking_writes_nothing_at_all(everything, environ, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    remains = originals.data_folder() / "originals" / ".0123.json.securepypi-abcd1234"
    remains.parent.mkdir(parents=True)
    remains.write_text("of a killed process")
    os.utime(remains, (0, 0))
    before = everything_below(tmp_path)
    found = changes_for_clients(everything, grant())
    assert {change.path.name for change in found.changes} >= {"pip.conf", "uv.toml", ".pypirc", "keyringrc.cfg"}
    assert everything_below(tmp_path) == before


def test_what_stands_in_the_way_is_a_note(everything, environ, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    pypirc = Path(environ["HOME"], ".pypirc")
    pypirc.write_text("password = hidden-word\n")
    found = changes_for_clients(everything, grant())
    [note] = [one for one in found.notes if str(pypirc) in one]
    assert "not valid" in note
    assert "hidden-word" not in str(found.to_dict())


def test_without_a_token_the_files_are_told(everything, environ, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    before = everything_below(tmp_path)
    found = changes_for_clients(everything, None)
    assert not found.changes, "no index is known to show"
    [note] = found.to_dict()["notes"]
    assert note.startswith("No difference can be shown before there is a token.")
    for change in changes_for_clients(everything, grant()).changes:
        assert str(change.path) in note
    assert everything_below(tmp_path) == before
    kernel = PythonEnvironment("acme", "acme", "python", tmp_path / "env", "", dict(environ))
    [note] = changes_for_kernel(everything, None, kernel).notes
    assert "No difference" in note


def test_what_a_server_of_another_repository_has_is_not_shown_as_ours_to_change(everything, environ, tmp_path):
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        servers_of = {
            "pid": other.pid,
            "machine": platform.node(),
            "repository": "https://other.example.com/simple/",
            "host": "other.example.com",
            "seen": time.time(),
        }
        note = originals.data_folder() / "servers.json"
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(json.dumps({"servers": [servers_of]}))
        kernel = PythonEnvironment("acme", "acme", "python", tmp_path / "env", "", dict(environ))
        for look in (changes_for_clients, lambda *words: changes_for_kernel(*words, kernel)):
            with pytest.raises(FileProblem, match="Another Jupyter server"):
                look(everything, grant())
    finally:
        other.communicate(b"\n", timeout=10)
