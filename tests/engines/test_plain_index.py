"""Any other index by its URL: a real pypiserver that wants the user's own name and password."""

from __future__ import annotations

import json
import os
import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pypiserver
import pytest
from by_day import pip_at_night

LOGIN, PASSWORD = "data-scientist", "pass-word-of-the-user"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *words):
        pass


@pytest.fixture
def index(aws, monkeypatch):
    """The URL of a pypiserver with the emulator's sample packages, for one user; it counts who was let in."""
    app = pypiserver.app(
        roots=[str(aws.packages_dir)],
        password_file="unused",
        auther=lambda login, password: (login, password) == (LOGIN, PASSWORD),
        authenticate=["list", "download", "update"],
        disable_fallback=True,
    )
    server = make_server("127.0.0.1", 0, app, server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("SECURE_PYPI_INDEX", f"http://127.0.0.1:{server.server_port}/simple/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name in ("CA_REPOSITORY_ARN", "SECURE_PYPI_ROLE_ARN"):
        monkeypatch.delenv(name, raising=False)
    yield f"http://127.0.0.1:{server.server_port}/simple/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def netrc(home):
    """The user's own entry for the index, beside one for something else."""
    file = home / ".netrc"
    text = f"machine other.example login me password x\nmachine 127.0.0.1 login {LOGIN} password {PASSWORD}\n"
    file.write_text(text)
    file.chmod(0o600)
    return file


def test_both_engines_install_from_it_and_prove_where_from(environment, index, netrc, engine, aws):
    (package,) = environment.install("--engine", engine, "acme-core")
    assert package["url"].startswith(index.removesuffix("simple/"))
    assert environment.versions()["acme_core"] == package["version"]
    assert aws.calls()["counts"] == {}, "nobody else is asked for anything"
    entry = json.loads(environment.ok("show-origin", "acme-core", "--json"))
    assert entry["repository"] == index


def test_a_password_that_is_a_part_of_the_indexs_address(environment, index, home, engine, monkeypatch):
    monkeypatch.setitem(globals(), "PASSWORD", "simple")
    (home / ".netrc").write_text(f"machine 127.0.0.1 login {LOGIN} password simple\n")
    (home / ".netrc").chmod(0o600)
    (package,) = environment.install("--engine", engine, "acme-core")
    assert package["url"].startswith(index.removesuffix("simple/"))


@pip_at_night
def test_a_name_like_one_on_its_list_is_offered(environment, index, netrc, engine):
    assert "did you mean acme-core?" in environment.fails("install", "-q", "--engine", engine, "acme-cor")


def test_no_expiry_is_shown(environment, index, netrc):
    status = json.loads(environment.ok("status", "--json"))
    assert status["state"] == "fresh"
    assert [status[name] for name in ("expires_at", "minted_at", "seconds_left")] == [None, None, None]
    assert status["identity"] == LOGIN
    assert status["repository"]["provider"] == "plain"
    assert status["repository"]["index_url"] == index
    assert "does not expire" in environment.ok("status")


def test_clients_are_pointed_at_it_and_the_users_netrc_is_left_alone(environment, index, netrc, prefix):
    before = netrc.read_bytes()
    environment.ok("configure")
    assert f"index-url = {index}" in (prefix / "pip.conf").read_text()
    assert netrc.read_bytes() == before
    environment.ok("restore")
    environment.ok("logout")
    assert netrc.read_bytes() == before
    assert not (prefix / "pip.conf").exists()


def test_a_wrong_password_is_called_that(environment, index, netrc, engine):
    netrc.write_text(netrc.read_text().replace(PASSWORD, "another"))
    said = environment.fails("install", "--engine", engine, "acme-core")
    assert "403" in said  # pypiserver says it of a wrong password
    assert "netrc" in said
    assert not {"token", "CodeArtifact", "AWS"} & set(said.replace(",", " ").split())
    assert PASSWORD not in said


def test_without_credentials_the_index_says_what_it_wants(environment, index, engine):
    said = environment.fails("install", "--engine", engine, "acme-core")
    assert "netrc" in said


@pip_at_night
def test_the_password_can_be_in_keyring(environment, index, home, engine, tmp_path):
    (tmp_path / "backend").mkdir()
    (tmp_path / "backend" / "desktop.py").write_text(
        "from keyring.backend import KeyringBackend\n"
        "class Desktop(KeyringBackend):\n"
        "    priority = 5\n"
        "    def get_password(self, service, username):\n"
        f"        return {PASSWORD!r} if service == {index!r} and username in (None, {LOGIN!r}) else None\n"
        "    def get_credential(self, service, username):\n"
        "        from keyring.credentials import SimpleCredential\n"
        "        password = self.get_password(service, username)\n"
        f"        return SimpleCredential({LOGIN!r}, password) if password else None\n"
        "    def set_password(self, service, username, password): raise NotImplementedError\n"
    )
    variables = {
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "backend"), os.environ.get("PYTHONPATH", "")]),
        "PYTHON_KEYRING_BACKEND": "desktop.Desktop",
    }
    (package,) = environment.install("--engine", engine, "acme-core", **variables)
    assert package["name"] in ("acme-core", "acme_core")


def examined(environment, **variables):
    """What the doctor finds: name → check."""
    done = environment.run("doctor", "--json", **variables)
    assert "Traceback" not in done.stderr
    return {check["name"]: check for check in json.loads(done.stdout)["checks"]}


def test_the_doctor_reads_the_index_and_asks_nobody_else(environment, index, netrc, aws):
    found = examined(environment)
    assert found["credentials"]["message"] == f"user {LOGIN}"
    assert found["index endpoint"]["ok"]
    assert found["reading the index"]["ok"]
    assert aws.calls()["counts"] == {}
    assert not [name for name in found if name.startswith(("sts", "codeartifact"))]


def test_the_doctor_names_a_wrong_password_and_where_it_is_from(environment, index, netrc):
    netrc.write_text(netrc.read_text().replace(PASSWORD, "another"))
    check = examined(environment)["reading the index"]
    assert not check["ok"]
    assert "403 from" in check["message"]
    assert "the password for its host, in your netrc file" in check["why"]
    assert "another" not in json.dumps(check)


def test_the_doctor_says_where_there_are_no_credentials(environment, index):
    found = examined(environment)
    assert "none are known" in found["credentials"]["message"]
    assert not found["reading the index"]["ok"]


def test_the_doctor_tells_an_index_that_is_not_there(environment, index, netrc):
    check = examined(environment, SECURE_PYPI_INDEX="http://127.0.0.1:9/simple/")["index endpoint"]
    assert "TCP: Connection refused" in check["message"]
    assert "check the URL of the index" in check["remedy"]


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("https://me:secret-word@host.example/simple/", "holds credentials"),
        ("http://host.example/simple/", "not encrypted"),
        ("https://host.example\\@evil.example/simple/", "read differently"),
        ("https://host.example/%2e%2e/simple/", "read differently"),
        ("https://host.example/simple/?x=1", "read differently"),
        ("https:///simple/", "names no host"),
        ("https://host.example:port/simple/", "no number"),
    ],
)
def test_what_is_no_sound_address_is_refused(environment, index, url, word):
    said = environment.run("status", SECURE_PYPI_INDEX=url)
    assert word in said.stdout + said.stderr
    assert "secret-word" not in said.stdout + said.stderr


def test_two_variables_for_two_repositories_are_an_error(environment, index, aws):
    said = environment.run("status", CA_REPOSITORY_ARN=aws.repository_arn)
    assert "name different repositories" in said.stdout + said.stderr


def test_two_variables_for_one_repository_are_fine(environment, aws, monkeypatch):
    monkeypatch.setenv("SECURE_PYPI_INDEX", aws.repository_arn)
    monkeypatch.setenv("CA_REPOSITORY_ARN", aws.repository_arn)
    assert json.loads(environment.ok("refresh", "--json"))["repository"]["id"] == aws.repository_arn


def test_a_job_installs_from_it_with_a_bundle_that_brings_its_provider(environment, index, netrc, tmp_path):
    bundle = tmp_path / "securepypi.pyz"
    environment.ok("bundle", "-o", bundle, "--provider", "plain")
    code = f"import sys; sys.path.insert(0, {str(bundle)!r}); import runpy; sys.argv[1:] = ['install', 'acme-core']; "
    done = environment.call(code + f"runpy.run_path({str(bundle)!r}, run_name='__main__')", PYTHONPATH="")
    assert f"all from {index.removeprefix('http://').removesuffix('/simple/')}" in done.stdout, done.stderr


def test_a_bundle_without_the_provider_says_so(environment, index, netrc, tmp_path):
    bundle = tmp_path / "securepypi.pyz"
    environment.ok("bundle", "-o", bundle)
    code = f"import sys; sys.path.insert(0, {str(bundle)!r}); import runpy; sys.argv[1:] = ['install', 'acme-core']; "
    done = environment.call(code + f"runpy.run_path({str(bundle)!r}, run_name='__main__')", PYTHONPATH="")
    assert "ARN" in done.stderr
    assert "--provider plain" in done.stderr
