"""A repository is written into the user's own configuration: beside what is there, and where nobody else names one."""

from __future__ import annotations

import json
import threading

import pytest
from administrator import lock

from jupyter_securepypi.config import load_options, save_repository, user_file
from jupyter_securepypi.core.errors import ConfigurationError, FileProblem
from jupyter_securepypi.core.files import write_atomically

__all__ = ["lock"]
ARN = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
OTHER = ARN.replace("shared-pypi", "other")
ROLE = "arn:aws:iam::111122223333:role/reader"


@pytest.fixture
def file(home):
    return home / ".jupyter/jupyter_securepypi_config.json"


def test_a_first_repository_makes_folder_and_file(file):
    assert save_repository(ARN, ROLE) == file
    options = load_options()
    assert (options.repository, options.role_arn) == (ARN, ROLE)


def test_the_rest_of_the_file_stays(file):
    file.parent.mkdir()
    content = {"SecurePyPI": {"engine": "pip"}, "Other": {"kept": ["ä"]}}
    file.write_text(json.dumps(content))
    save_repository("https://index.example.com/simple/")
    found = json.loads(file.read_text(encoding="utf-8"))
    assert found["Other"] == content["Other"]
    assert found["SecurePyPI"] == {"engine": "pip", "repository": "https://index.example.com/simple/"}


def test_another_repository_is_replaced_only_where_that_is_asked_for(file):
    save_repository(ARN)
    with pytest.raises(ConfigurationError, match="configured already") as caught:
        save_repository(OTHER)
    assert caught.value.why == f"it is set in {file}"
    save_repository(OTHER, replace=True)
    assert load_options().repository == OTHER


@pytest.mark.parametrize("replace", [True, False])
def test_of_two_saves_at_once_the_second_sees_the_first(file, monkeypatch, replace):
    outcomes = []

    def save_other():
        try:
            outcomes.append(save_repository(OTHER, ROLE, replace=replace))
        except ConfigurationError as error:
            outcomes.append(error)

    second = threading.Thread(target=save_other)

    def write_while_another_saves(path, content):
        patched.setattr(user_file, "write_atomically", write_atomically)
        second.start()
        second.join(0.5)  # it is to wait for the end of the first
        write_atomically(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(user_file, "write_atomically", write_while_another_saves)
        save_repository(ARN)
        second.join(20)
    [outcome] = outcomes
    kept = json.loads(file.read_text())["SecurePyPI"]
    if replace:
        assert outcome == file
        assert kept == {"repository": OTHER, "role_arn": ROLE}
    else:
        assert "configured already" in str(outcome)
        assert kept == {"repository": ARN}


def test_a_refusal_makes_nothing(file, monkeypatch):
    monkeypatch.setenv("SECURE_PYPI_INDEX", ARN)
    with pytest.raises(ConfigurationError):
        save_repository(OTHER)
    assert not file.parent.exists()


@pytest.mark.parametrize("replace", [True, False])
def test_what_a_variable_or_another_file_says_is_never_replaced(file, tmp_path, monkeypatch, replace):
    monkeypatch.setenv("SECURE_PYPI_INDEX", ARN)
    with pytest.raises(ConfigurationError, match="configured already") as caught:
        save_repository(OTHER, replace=replace)
    assert "SECURE_PYPI_INDEX" in caught.value.why
    monkeypatch.delenv("SECURE_PYPI_INDEX")
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / file.name).write_text(json.dumps({"SecurePyPI": {"repository": ARN}}))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(folder))
    with pytest.raises(ConfigurationError, match="configured already"):
        save_repository(OTHER, replace=replace)
    assert not file.exists()


@pytest.mark.parametrize("option", ["repository", "role_arn"])
def test_what_an_administrator_has_locked_is_not_written(file, lock, option):
    by = lock(option, **{option: {"repository": OTHER, "role_arn": ROLE}[option]})
    with pytest.raises(ConfigurationError) as caught:
        save_repository(ARN, ROLE.replace("reader", "mine"), replace=True)
    assert str(by) in caught.value.why
    assert not file.exists()


def test_a_file_of_code_is_not_edited_and_the_lines_are_told(file):
    file.parent.mkdir()
    code = file.with_suffix(".py")
    code.write_text("c.SecurePyPI.engine = 'pip'\n")
    with pytest.raises(ConfigurationError, match="not edited") as caught:
        save_repository(ARN, ROLE)
    assert f'c.SecurePyPI.repository = "{ARN}"' in caught.value.remedy
    assert f'c.SecurePyPI.role_arn = "{ROLE}"' in caught.value.remedy
    assert code.read_text() == "c.SecurePyPI.engine = 'pip'\n"
    assert not file.exists()


@pytest.mark.parametrize("content", ["[]", "{", '{"SecurePyPI": 5}'])
def test_a_file_that_is_no_configuration_stays_as_it_is(file, content):
    file.parent.mkdir()
    file.write_text(content)
    with pytest.raises((FileProblem, ConfigurationError)):
        save_repository(ARN)
    assert file.read_text() == content


@pytest.mark.parametrize("wrong", ["", "shared-pypi", "https://me:hunter2@index.example.com/simple/"])
def test_what_is_no_address_is_refused_without_its_secret(file, wrong):
    with pytest.raises(ConfigurationError) as caught:
        save_repository(wrong)
    assert "hunter2" not in str(caught.value)
    assert not file.exists()


def test_where_jupyter_reads_no_configuration_of_the_users_nothing_is_written(file, monkeypatch):
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "1")
    with pytest.raises(ConfigurationError, match="reads no configuration"):
        save_repository(ARN)
    assert not file.exists()
