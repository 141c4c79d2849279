"""Options: files on Jupyter's path, variables over them, and clear words where they are wrong."""

from __future__ import annotations

import json

import pytest

from jupyter_securepypi.config import config_fingerprint, load_options
from jupyter_securepypi.core.errors import ConfigurationError, NotConfigured

ARN = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"


@pytest.fixture
def folder(home):
    path = home / ".jupyter"
    path.mkdir()
    return path


def test_nothing_is_configured_and_the_remedy_says_how(home):
    with pytest.raises(NotConfigured) as caught:
        load_options().require_repository()
    assert "c.SecurePyPI.repository" in caught.value.remedy


def test_the_python_file_counts(folder):
    (folder / "jupyter_securepypi_config.py").write_text(f"c.SecurePyPI.repository = {ARN!r}\n")
    assert load_options().require_repository().arn == ARN


def test_the_json_file_counts(folder):
    (folder / "jupyter_securepypi_config.json").write_text(json.dumps({"SecurePyPI": {"repository": ARN}}))
    assert load_options().require_repository().arn == ARN


def test_variables_override_the_file(folder, monkeypatch):
    (folder / "jupyter_securepypi_config.json").write_text(
        json.dumps({"SecurePyPI": {"repository": "arn:x", "role_arn": "arn:y", "token_duration": 900}})
    )
    monkeypatch.setenv("CA_REPOSITORY_ARN", ARN)
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", "arn:aws:iam::111122223333:role/reader")
    monkeypatch.setenv("SECURE_PYPI_TOKEN_DURATION", "0")
    monkeypatch.setenv("USE_SECURE_PYPI", "False")
    options = load_options()
    request = options.mint_request()
    assert (request.repository.arn, request.role, request.duration) == (
        ARN,
        "arn:aws:iam::111122223333:role/reader",
        0,
    )
    assert options.use_secure_pypi is False


@pytest.mark.parametrize(
    ("name", "value", "option"),
    [
        ("SECURE_PYPI_TOKEN_DURATION", "60", "token_duration"),
        ("SECURE_PYPI_TOKEN_DURATION", "1h", "token_duration"),
        ("SECURE_PYPI_TOKEN_DURATION", "43201", "token_duration"),
        ("USE_SECURE_PYPI", "maybe", "use_secure_pypi"),
    ],
)
def test_a_wrong_variable_is_named(home, monkeypatch, name, value, option):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        load_options()
    assert name in caught.value.message
    assert option in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("jupyter_securepypi_config.json", "{"),
        ("jupyter_securepypi_config.py", "c.SecurePyPI.repository = 1/0\n"),
        ("jupyter_securepypi_config.py", "def broken(:\n"),
        ("jupyter_securepypi_config.json", '{"SecurePyPI": {"repositry": "x"}}'),
        ("jupyter_securepypi_config.json", '{"SecurePyPI": {"credential_store": "keyring"}}'),
    ],
)
def test_a_wrong_file_is_named(folder, name, text):
    (folder / name).write_text(text)
    with pytest.raises(ConfigurationError, match=name) as caught:
        load_options()
    assert caught.value.remedy


def test_a_file_that_appears_or_changes_is_noticed(folder):
    before = config_fingerprint()
    path = folder / "jupyter_securepypi_config.json"
    path.write_text("{}")
    middle = config_fingerprint()
    path.write_text("{ }")
    assert len({before, middle, config_fingerprint()}) == 3
