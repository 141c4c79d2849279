"""How each client stands: what its own variables and files say, in the order in which the client itself reads them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from client_support import SECRET, grant, machine, store

from jupyter_securepypi.clients import registry
from jupyter_securepypi.clients.keyring import Keyring
from jupyter_securepypi.clients.poetry import Poetry
from jupyter_securepypi.clients.standing import standings
from jupyter_securepypi.core.environment import PythonEnvironment
from jupyter_securepypi.core.netrc import netrc_path, update

NAMES = [client.name for client in registry.ALL]
HELD = grant()
ENDPOINT = HELD.endpoint_url
ELSEWHERE = "https://me:hidden-word@packages.example.com/legacy/"
SHOWN = "https://me:****@packages.example.com/legacy/"


@pytest.fixture(autouse=True)
def _programs(environ, tmp_path, monkeypatch):
    """Each client is installed, and no variable of this machine's speaks to one."""
    for name in list(os.environ):
        if name.startswith(("UV_", "TWINE_", "HATCH_", "POETRY_", "PYTHON_KEYRING")):
            monkeypatch.delenv(name)
    folder = tmp_path / "bin"
    folder.mkdir()
    for program in (program for client in registry.ALL for program in client.programs):
        (folder / program).write_text("#!/bin/sh\n")
        (folder / program).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


@pytest.fixture
def stand():
    """Return the standing of one client, everything asked for."""

    def look(name, enabled=None, held=HELD):
        clients = registry.names() if enabled is None else list(enabled)
        found = {one.name: one for one in standings(held, machine(clients=clients))}
        assert list(found) == NAMES
        assert "hidden-word" not in repr(found)
        assert SECRET not in repr(found)
        return found[name]

    return look


@pytest.fixture
def point(tmp_path):
    """Point clients at the index, as the refresher does."""

    def do(*names):
        for name in names:
            registry.find(name).point(grant(), machine())

    return do


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("pip", "hatch", "netrc")])
def test_a_client_that_was_pointed_at_the_index_is_secure_and_names_the_file(stand, point, name, environ):
    assert stand(name).state == "unset"
    point(name)
    found = stand(name)
    assert found.state == "secure", found
    assert found.source.startswith(environ["HOME"])
    assert not found.message


def test_the_netrc_is_secure_with_the_current_token_only(stand, environ):
    host = ENDPOINT.split("/")[2]
    assert stand("netrc").state == "unset"
    update(netrc_path(environ), host, "aws", SECRET)
    assert stand("netrc").state == "secure"
    update(netrc_path(environ), host, "aws", "hidden-word")
    assert "not the current token" in stand("netrc").message
    netrc_path(environ).write_text("nonsense here\n")
    assert "ignore all of it" in stand("netrc").message


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("poetry", "POETRY_REPOSITORIES_SECUREPYPI_URL"),
        ("twine", "TWINE_REPOSITORY_URL"),
        ("hatch", "HATCH_INDEX_REPO"),
        ("uv", "UV_DEFAULT_INDEX"),
    ],
)
def test_a_variable_beats_the_file_and_is_named(stand, point, monkeypatch, name, variable):
    point("twine" if name == "hatch" else name)
    monkeypatch.setenv(variable, ELSEWHERE)
    found = stand(name)
    assert (found.state, found.source, found.index_url) == ("elsewhere", variable, SHOWN)
    assert found.remedy
    monkeypatch.setenv(variable, grant().index_url if name == "uv" else ENDPOINT)
    assert stand(name).state == "secure"


def test_where_twine_uploads_to_is_what_twine_itself_says(stand, point, monkeypatch, environ):
    from twine.settings import Settings

    point("twine")

    def twine():
        url = os.environ.get("TWINE_REPOSITORY_URL")
        chosen = Settings(repository_name="securepypi", repository_url=url, username="x", password="y")
        return chosen.repository_config["repository"]

    assert stand("twine").index_url == twine() == ENDPOINT
    pypirc = f"{environ['HOME']}/.pypirc"
    with open(pypirc) as file:
        text = file.read()
    with open(pypirc, "w") as file:
        file.write(text.replace(ENDPOINT, "https://packages.example.com/legacy/"))
    found = stand("twine")
    assert (found.state, found.index_url) == ("elsewhere", twine())
    assert found.source == f"{pypirc} [securepypi]"
    monkeypatch.setenv("TWINE_REPOSITORY_URL", ENDPOINT)
    assert stand("twine").index_url == twine() == ENDPOINT


def test_a_password_that_twine_prefers_is_told(stand, point, environ):
    point("twine")
    with open(f"{environ['HOME']}/.pypirc", "a") as file:
        file.write("password = hidden-word\n")
    found = stand("twine")
    assert found.state == "elsewhere"
    assert "prefers the password" in found.message


@pytest.mark.parametrize(
    ("text", "state", "url"),
    [
        ("", "unset", None),
        ('[publish.index]\nrepo = "main"\n', "unset", None),
        (f'[publish.index]\nrepo = "{ENDPOINT}"\n', "secure", ENDPOINT),
        (f'[publish.index]\nrepo = "corp"\n[publish.index.repos]\ncorp = "{ELSEWHERE}"\n', "elsewhere", SHOWN),
        (
            f'[publish.index]\nrepo = "ours"\n[publish.index.repos.ours]\nurl = "{ENDPOINT}"\n',
            "secure",
            ENDPOINT,
        ),
    ],
)
def test_hatch_s_own_file_is_read_as_hatch_reads_it(stand, monkeypatch, tmp_path, text, state, url):
    config = tmp_path / "hatch.toml"
    config.write_text(text)
    monkeypatch.setenv("HATCH_CONFIG", str(config))
    found = stand("hatch")
    assert (found.state, found.index_url) == (state, url)
    assert state != "unset" or "exec -- hatch publish" in found.remedy


_ASK_KEYRING = "import keyring, sys; print(keyring.get_password(sys.argv[1], 'aws') is not None)"


@pytest.mark.parametrize(
    "backend", [None, "keyring.backends.null.Keyring", "keyring.backends.chainer.ChainerBackend"]
)
def test_whether_keyring_answers_is_what_keyring_itself_does(stand, monkeypatch, backend):
    held = grant()
    store(held)
    Keyring().point(held, machine())
    if backend:
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
    command = [sys.executable, "-c", _ASK_KEYRING, ENDPOINT]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    found = stand("keyring", held=held)
    # Through the variable alone keyring does not read the file that names our folder of backends.
    assert (found.state == "secure") == (done.stdout.strip() == "True"), (found, done)


def test_another_backend_in_keyring_s_file_is_told(stand, environ):
    (path,) = Keyring().files(machine())
    path.parent.mkdir(parents=True)
    path.write_text("[backend]\ndefault-keyring = keyring.backends.null.Keyring\n")
    found = stand("keyring")
    assert (found.state, found.source) == ("elsewhere", f"{path} [backend]")


def test_what_nobody_asked_for_is_off_unless_it_leads_elsewhere(stand, monkeypatch):
    assert stand("twine", enabled=()).state == "off"
    monkeypatch.setenv("TWINE_REPOSITORY_URL", ELSEWHERE)
    assert stand("twine", enabled=()).state == "elsewhere"


def test_the_pip_of_an_environment_without_kernel_is_nobody_s_to_set_up():
    def kernels(*prefixes):
        return [PythonEnvironment("one", "One", "python", Path(prefix), "", {}) for prefix in prefixes]

    states = [
        {one.name: one.state for one in standings(HELD, replace(machine(), kernels=known))}["pip"]
        for known in (None, kernels(sys.prefix), kernels("/another"), [])
    ]
    assert states == ["unset", "unset", "off", "off"]


def test_without_a_program_a_client_is_not_installed(stand, monkeypatch):
    monkeypatch.setenv("PATH", os.devnull)
    assert stand("poetry").state == "not_installed"


def test_before_the_first_token_nothing_is_judged(stand):
    assert {stand(name, held=None).state for name in NAMES} == {"unknown"}


def test_files_that_nobody_can_read_are_no_crash(stand, environ, monkeypatch, tmp_path):
    paths = [*Keyring().files(machine()), *Poetry().files(machine())]
    for path in (f"{environ['HOME']}/.pypirc", *paths):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b"[[[\xff\xfe = \n")
    for name in NAMES:
        assert stand(name).state in ("unset", "elsewhere", "off")


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(stand, environ):
    for path in (f"{environ['HOME']}/.pypirc", *Keyring().files(machine()), *Poetry().files(machine())):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.mkfifo(path)
    assert {stand(name).state for name in ("twine", "keyring", "poetry")} == {"unset"}


@pytest.mark.parametrize("named", [True, False])
def test_nobody_is_told_to_name_what_is_named(stand, named, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "plain"))
    one = stand("pip", enabled=["pip", *(["pip-user"] if named else [])])
    assert one.state == "unset"
    assert ("name pip-user" in one.remedy) is not named
    assert "jupyter securepypi configure" in one.remedy
