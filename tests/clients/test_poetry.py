"""Poetry's user-level file; the real Poetry reads it in tests/conformance/test_clients.py."""

from __future__ import annotations

import pytest
from client_support import SECRET, grant, machine

from jupyter_securepypi.clients import originals
from jupyter_securepypi.clients.poetry import Poetry
from jupyter_securepypi.core.errors import FileProblem

MINE = """\
# how I like it
[virtualenvs]
in-project = true   # always

[repositories.other]
url = "https://upload.example.com/"
"""


@pytest.fixture
def file(environ):
    path = Poetry().files(machine(environ))[0]
    path.parent.mkdir(parents=True)
    return path


def test_a_new_file_names_the_repository_and_no_secret(environ, file):
    assert Poetry().point(grant(), machine(environ)).changed
    assert file.read_text() == f'[repositories.securepypi]\nurl = "{grant().endpoint_url}"\n'
    assert SECRET not in file.read_text()


def test_the_rest_of_the_file_is_kept_and_the_second_time_nothing_is_written(environ, file):
    file.write_text(MINE)
    assert Poetry().point(grant(), machine(environ)).changed
    assert file.read_text().startswith(MINE)
    assert not Poetry().point(grant(), machine(environ)).changed
    originals.restore_all()
    assert file.read_text() == MINE


def test_another_repository_takes_the_place_of_the_first(environ, file):
    Poetry().point(grant("shared-pypi"), machine(environ))
    Poetry().point(grant("team-pypi"), machine(environ))
    assert "shared-pypi" not in file.read_text()


def test_the_folder_that_poetry_is_told_of_counts(environ, tmp_path):
    Poetry().point(grant(), machine({**environ, "POETRY_CONFIG_DIR": str(tmp_path / "chosen")}))
    assert "securepypi" in (tmp_path / "chosen/config.toml").read_text()


def test_a_file_that_is_no_toml_is_left_alone(environ, file):
    file.write_text("[repositories\n")
    with pytest.raises(FileProblem, match="not valid TOML"):
        Poetry().point(grant(), machine(environ))
    assert file.read_text() == "[repositories\n"


@pytest.mark.parametrize(
    "text",
    [
        '[http-basic.securepypi]\nusername = "aws"\npassword = "stale-one"\n',
        '[pypi-token]\nsecurepypi = "stale-one"\n',
    ],
)
def test_credentials_that_poetry_prefers_to_the_token_are_named_and_left_alone(environ, text):
    auth = Poetry().files(machine(environ))[0].with_name("auth.toml")
    auth.parent.mkdir(parents=True)
    auth.write_text(text)
    [finding] = Poetry().point(grant(), machine(environ)).findings
    assert str(auth) in str(finding)
    assert "stale-one" not in repr(finding)
    assert auth.read_text() == text


@pytest.mark.parametrize("text", ['[http-basic.other]\nusername = "me"\n', "not TOML", ""])
def test_credentials_for_others_are_none_of_ours(environ, text):
    auth = Poetry().files(machine(environ))[0].with_name("auth.toml")
    auth.parent.mkdir(parents=True)
    auth.write_text(text)
    assert Poetry().point(grant(), machine(environ)).findings == ()
