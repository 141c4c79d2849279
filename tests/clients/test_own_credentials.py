"""Credentials of the user's own that a client prefers to the token: found, told, and taken away."""

from __future__ import annotations

import json
import netrc
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from client_support import run

from jupyter_securepypi.clients.variables import clean
from jupyter_securepypi.emulator.samples import build_wheel

STALE = "stale-word"
LOGIN = ("codeartifact", "login", "--domain", "acme", "--domain-owner", "111122223333")
UPLOAD = ("upload", "--non-interactive", "--disable-progress-bar")


@pytest.fixture
def configured(aws, home, tmp_path, monkeypatch):
    """Every client pointed at the index, by somebody who may publish; returns where the index takes uploads."""
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", "arn:aws:iam::111122223333:role/SecurePyPIPublishRole")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.chdir(home)
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("poetry", "hatch"):  # nothing here runs them; the real Poetry is in tests/conformance
        (programs / name).write_text("#!/bin/sh\nexit 1\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(programs), str(Path(sys.executable).parent), os.defpath]))
    config = home / ".jupyter/jupyter_securepypi_config.json"
    config.parent.mkdir(parents=True)
    chosen = {"clients": ["uv", "netrc", "poetry", "twine", "keyring"], "manage_kernels": False}
    config.write_text(json.dumps({"SecurePyPI": chosen}))
    done = run("configure")
    assert done.returncode == 0, done.stderr
    return aws.index_url.removesuffix("simple/")


def told():
    """What `status` and the doctor find wrong with each client."""
    stood = json.loads(run("status", "--json").stdout)["clients"]
    done = run("doctor", "--json")
    assert STALE not in done.stdout
    status = {
        one["name"]: f"{one['state']}: {one['message']} {one['remedy']}" for one in stood if one["message"]
    }
    checks = [one for one in json.loads(done.stdout)["checks"] if one["ok"] is False]
    doctor: dict[str, str] = {}
    for one in checks:
        doctor[one["name"]] = f"{doctor.get(one['name'], '')} {one['message']} {one['remedy']}"
    return status, doctor


PREFERRED = {
    "twine": ["TWINE_USERNAME", "TWINE_PASSWORD"],
    "uv": ["UV_PUBLISH_PASSWORD", "UV_PUBLISH_TOKEN", "UV_INDEX_SECUREPYPI_PASSWORD"],
    "poetry": ["POETRY_HTTP_BASIC_SECUREPYPI_PASSWORD", "POETRY_PYPI_TOKEN_SECUREPYPI"],
}


def test_variables_that_a_client_prefers_are_named_with_what_to_do(configured, monkeypatch):
    assert not {"twine", "uv", "poetry"} & told()[0].keys()
    for name in (name for names in PREFERRED.values() for name in names):
        monkeypatch.setenv(name, STALE)
    status, doctor = told()
    for client, names in PREFERRED.items():
        assert status[client].startswith("elsewhere")
        for name in names:
            assert f"prefers {name} to the token" in doctor[f"client {client}"]
            assert f"unset {name}" in status[client]


def test_the_name_of_a_project_s_source_counts_also_with_digits(configured, home, aws, monkeypatch):
    source = f'[[tool.poetry.source]]\nname = "repo-1"\nurl = "{aws.index_url}"\n'
    (home / "pyproject.toml").write_text(source)
    monkeypatch.setenv("POETRY_HTTP_BASIC_REPO_1_PASSWORD", STALE)
    monkeypatch.setenv("POETRY_HTTP_BASIC_OTHER2_PASSWORD", "another repository's")
    status, _ = told()
    assert "POETRY_HTTP_BASIC_REPO_1_PASSWORD" in status["poetry"]
    assert "OTHER2" not in status["poetry"]


def test_credentials_for_another_repository_are_the_user_s_own_business(configured, monkeypatch, home):
    elsewhere = "https://packages.example.com/legacy/"
    (home / ".pypirc").write_text(
        (home / ".pypirc").read_text() + f"[other]\nrepository = {elsewhere}\npassword = mine\n"
    )
    mine = {
        "TWINE_REPOSITORY_URL": elsewhere,
        "TWINE_PASSWORD": "mine",
        "UV_PUBLISH_URL": elsewhere,
        "UV_PUBLISH_PASSWORD": "mine",
        "POETRY_HTTP_BASIC_OTHER_PASSWORD": "mine",
    }
    for name, value in mine.items():
        monkeypatch.setenv(name, value)
    assert "prefers" not in str(told())
    environ = dict(mine)
    assert clean(environ) == []
    assert environ == mine


def test_kernels_and_terminals_do_not_inherit_them():
    taken = {
        "TWINE_USERNAME": "aws",
        "TWINE_PASSWORD": STALE,
        "UV_PUBLISH_PASSWORD": STALE,
        "UV_INDEX_ACME_PASSWORD": STALE,
        "POETRY_HTTP_BASIC_SECUREPYPI_PASSWORD": STALE,
        "POETRY_HTTP_BASIC_REPO1_USERNAME": "aws",
        "POETRY_HTTP_BASIC_REPO1_PASSWORD": STALE,
        "HATCH_INDEX_AUTH": STALE,
    }
    environ = {**taken, "TWINE_CERT": "kept", "POETRY_HTTP_BASIC_OTHER_PASSWORD": "another repository's"}
    assert clean(environ) == sorted(taken)
    assert sorted(environ) == ["POETRY_HTTP_BASIC_OTHER_PASSWORD", "TWINE_CERT"]


@pytest.mark.parametrize(
    ("command", "stale"),
    [
        ((sys.executable, "-m", "twine", *UPLOAD), ["TWINE_PASSWORD"]),
        ((sys.executable, "-m", "twine", *UPLOAD), ["TWINE_USERNAME", "TWINE_PASSWORD", "TWINE_REPOSITORY"]),
        (("uv", "publish"), ["UV_PUBLISH_PASSWORD"]),
        (("uv", "publish"), ["UV_PUBLISH_USERNAME", "UV_PUBLISH_PASSWORD"]),
        (("uv", "publish"), ["UV_PUBLISH_TOKEN"]),
    ],
)
def test_exec_publishes_whatever_credentials_the_shell_has(
    configured, aws, tmp_path, monkeypatch, command, stale
):
    for name in stale:
        monkeypatch.setenv(name, STALE)
    wheel = build_wheel(tmp_path, "-".join(["by", Path(command[0]).name, *stale]).lower(), "1.0")
    done = run("exec", "--", *command, wheel)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (aws.packages_dir / wheel.name).is_file()


def test_exec_passes_no_publisher_a_password_of_the_shell(configured, monkeypatch):
    names = [
        "PDM_PUBLISH_PASSWORD",
        "FLIT_PASSWORD",
        "HATCH_INDEX_AUTH",
        "POETRY_HTTP_BASIC_SECUREPYPI_PASSWORD",
    ]
    for name in names:
        monkeypatch.setenv(name, STALE)
    code = f"import os; print([name for name in {names} if name in os.environ])"
    assert run("exec", "--", sys.executable, "-c", code).stdout.strip() == "[]"


def test_what_aws_codeartifact_login_wrote_for_twine_is_taken_out_with_consent(configured, aws, home, tmp_path):
    aws_cli = Path(sys.executable).with_name("aws")
    words = (*LOGIN, "--repository", "shared-pypi", "--tool", "twine")
    login = subprocess.run([sys.executable, aws_cli, *words], capture_output=True, text=True, timeout=120)
    assert login.returncode == 0, login.stderr
    aws.faults(revoke="all")
    run("refresh")
    aws.clear()
    before = (home / ".pypirc").read_text()
    assert "password" in before
    status, doctor = told()
    assert "prefers the password for codeartifact" in status["twine"]
    assert "prefers the password for codeartifact" in doctor["client twine"]
    run("doctor", "--fix", "--json")
    assert (home / ".pypirc").read_text() == before
    run("doctor", "--fix", "--yes", "--json")
    assert "password" not in (home / ".pypirc").read_text()
    wheel = build_wheel(tmp_path, "by-twine-after-login", "1.0")
    command = [sys.executable, "-m", "twine", *UPLOAD, "--repository", "codeartifact", str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "text",
    [
        f'[http-basic.securepypi]\nusername = "aws"\npassword = "{STALE}"\n[http-basic.other]\nusername = "me"\n',
        f'[pypi-token]\nsecurepypi = "{STALE}"\nother = "kept"\n',
    ],
)
def test_passwords_in_poetry_s_file_are_told_by_exec_too_and_taken_out_with_consent(configured, home, text):
    auth = home / ".config/pypoetry/auth.toml"
    auth.write_text(text)
    assert "password for securepypi" in told()[1]["client poetry"]
    done = run("exec", "--", sys.executable, "-c", "print('ran')")
    assert (done.returncode, done.stdout) == (0, "ran\n")
    assert f"Poetry prefers the password for securepypi in {auth}" in done.stderr
    run("doctor", "--fix", "--yes", "--json")
    assert "securepypi" not in auth.read_text()
    assert "other" in auth.read_text()
    assert run("restore").returncode == 0
    assert auth.read_text() == text


@pytest.mark.parametrize("name", ["{url}", "{host}:443", "{host}/pypi/"])
def test_an_entry_of_the_netrc_that_no_reader_finds_is_told_and_removed_with_consent(
    configured, home, aws, name
):
    host = str(urlsplit(aws.index_url).hostname)
    named = name.format(url=aws.index_url, host=host)
    file = home / ".netrc"
    file.write_text(file.read_text() + f"machine {named} login aws password {STALE}\n")
    status, doctor = told()
    assert f"machine {named}" in doctor["client netrc"]
    assert status["netrc"].startswith(f"secure: The entry `machine {named}`"), "ours is right all the same"
    run("doctor", "--fix", "--json")
    assert STALE in file.read_text()
    run("doctor", "--fix", "--yes", "--json")
    assert list(netrc.netrc(str(file)).hosts) == [host]


def test_where_the_index_takes_the_user_s_own_password_it_may_stand_anywhere(aws, home, monkeypatch):
    url = "https://packages.example.com/team/simple/"
    config = home / ".jupyter/jupyter_securepypi_config.json"
    config.parent.mkdir(parents=True)
    chosen = {"repository": url, "clients": ["twine"], "manage_kernels": False}
    config.write_text(json.dumps({"SecurePyPI": chosen}))
    monkeypatch.delenv("CA_REPOSITORY_ARN", raising=False)
    (home / ".netrc").write_text("machine packages.example.com login jane password hers\n")
    (home / ".netrc").chmod(0o600)
    monkeypatch.setenv("TWINE_USERNAME", "jane")
    monkeypatch.setenv("TWINE_PASSWORD", "hers")
    run("configure")
    assert "prefers" not in str(told())
    environ = {"TWINE_USERNAME": "jane", "TWINE_PASSWORD": "hers"}
    assert clean(environ) == []
