"""What the doctor finds on this machine, and what it puts right."""

from __future__ import annotations

import json
import os
import platform
import time
from urllib.parse import urlsplit

import pytest

ELSEWHERE = "https://packages.example.com/simple"


def write(path, text, mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def stored(home):
    [file] = (home / ".local/share/jupyter/runtime/securepypi").glob("*.json")
    return file


def secret(home):
    return json.loads(stored(home).read_text())["token"]["secret"]


def test_where_all_is_well_there_are_no_findings(healthy, doctor):
    done = doctor.run("doctor")
    assert done.returncode == 0, done.stdout
    *lines, last = done.stdout.splitlines()
    assert last == "no findings"
    assert all(line.startswith(("✓", "–")) for line in lines)  # noqa: RUF001


def test_a_finding_is_one_line_with_its_remedy_and_is_counted(healthy, doctor, home):
    (healthy / "pip.conf").write_text(f"[global]\nindex-url = {ELSEWHERE}\n")
    done = doctor.run("doctor")
    assert done.returncode == 1
    [line] = [line for line in done.stdout.splitlines() if line.startswith("✗")]
    assert line.startswith("✗ kernel acme")
    assert " → " in line
    assert done.stdout.splitlines()[-1] == "1 finding"


def test_the_deciding_source_of_a_kernel_is_named(healthy, doctor, aws):
    [check] = doctor()["kernel acme"]
    assert aws.index_url in check["message"]
    assert f"{healthy / 'pip.conf'} [global]" in check["message"]


def test_a_kernel_that_leaves_the_index_is_fixed_with_consent_only(healthy, doctor, aws):
    config = healthy / "pip.conf"
    config.write_text(f"[global]\nindex-url = {ELSEWHERE}\n")
    assert "kernel acme" in doctor.findings("--fix")
    assert ELSEWHERE in config.read_text()
    assert not doctor.findings("--fix", "--yes")
    assert f"index-url = {aws.index_url}" in config.read_text()


def test_a_kernel_whose_pip_is_not_ours_is_left_alone_with_the_option_named(aws, prefix, doctor, home):
    (home / ".jupyter/jupyter_securepypi_config.json").write_text(
        '{"SecurePyPI": {"clients": ["uv", "netrc"]}}'
    )
    (prefix / "pip.conf").write_text("[global]\nindex-url = https://packages.example.com/simple\n")
    doctor.run("refresh")
    found = doctor.findings("--fix", "--yes")["kernel acme"]
    assert found["fix"] is None
    assert "c.SecurePyPI.clients" in found["remedy"]
    assert (prefix / "pip.conf").read_text() == "[global]\nindex-url = https://packages.example.com/simple\n"


def test_a_variable_of_a_kernel_that_leads_elsewhere(healthy, doctor, home):
    spec = home / ".local/share/jupyter/kernels/acme/kernel.json"
    changed = json.loads(spec.read_text()) | {"env": {"PIP_EXTRA_INDEX_URL": ELSEWHERE}}
    spec.write_text(json.dumps(changed))
    assert "PIP_EXTRA_INDEX_URL" in doctor.findings()["kernel acme"]["message"]


def test_a_variable_of_a_specification_is_taken_out_with_consent_only(healthy, doctor, home):
    spec = home / ".local/share/jupyter/kernels/acme/kernel.json"
    before = json.loads(spec.read_text()) | {"env": {"PIP_EXTRA_INDEX_URL": ELSEWHERE, "KEPT": "yes"}}
    text = json.dumps(before)
    spec.write_text(text)
    found = doctor.findings("--fix")
    assert str(spec) in found["specification of acme"]["message"]
    assert spec.read_text() == text
    assert not {"kernel acme", "specification of acme"} & doctor.findings("--fix", "--yes").keys()
    assert json.loads(spec.read_text()) == before | {"env": {"KEPT": "yes"}}
    doctor.run("restore")
    assert spec.read_text() == text


@pytest.mark.parametrize(
    ("variable", "name", "text"),
    [
        ("PIP_CONFIG_FILE", "pip-other.conf", f"[global]\nindex-url = {ELSEWHERE}\n"),
        ("UV_CONFIG_FILE", "uv-other.toml", f'[[index]]\nurl = "{ELSEWHERE}"\ndefault = true\n'),
    ],
)
def test_a_project_s_file_that_a_variable_names_relatively_is_written_with_consent_only(
    healthy, doctor, home, monkeypatch, aws, variable, name, text
):
    write(home / "bin/uv", "#!/bin/sh\n", 0o755)
    monkeypatch.setenv("PATH", f"{home / 'bin'}{os.pathsep}{os.defpath}")
    path = write(home / name, text)
    monkeypatch.setenv(variable, name)
    said = doctor.run("configure").stdout
    assert path.read_text() == text
    assert variable == "UV_CONFIG_FILE" or f"{name} sets another index" in said
    assert f"names {path}" in doctor.findings("--fix")[variable]["message"]
    assert path.read_text() == text
    assert variable not in doctor.findings("--fix", "--yes")
    assert aws.index_url in path.read_text()
    assert ELSEWHERE not in path.read_text()
    doctor.run("restore")
    assert path.read_text() == text


def test_an_index_that_is_overridden_is_told_and_no_finding(healthy, doctor, home):
    write(home / ".config/pip/pip.conf", f"[global]\nindex-url = {ELSEWHERE}\n")
    [check] = doctor()["other indexes"]
    assert check["ok"]
    assert str(home / ".config/pip/pip.conf") in check["message"]


def test_a_missing_token_is_fetched_by_fix(aws, prefix, doctor):
    assert "token" in doctor.findings()
    assert "token" not in doctor.findings("--fix")
    assert any("got a new token" in text for text in doctor.answer["fixed"])


def test_a_token_that_the_index_no_longer_takes(healthy, doctor, aws, home):
    aws.faults(revoke="all")
    check = doctor.findings()["token at the index"]
    assert "401" in check["message"]
    assert "refresh" in check["remedy"]
    assert "token at the index" not in doctor.findings("--fix")


def test_a_failed_refresh_is_told(aws, prefix, doctor):
    aws.faults(deny=["codeartifact:GetAuthorizationToken"])
    assert doctor.run("refresh").returncode == 1
    assert "GetAuthorizationToken" in doctor.findings()["last refresh"]["message"]


@pytest.mark.parametrize(
    "place",
    [".pip/pip.conf", "uv.toml", ".pypirc", ".config/pypoetry/config.toml", "Pipfile"],
)
def test_a_token_in_an_address_is_found_hidden_and_taken_out_with_consent(healthy, doctor, home, place):
    before = f'# mine\nindex-url = "https://aws:hidden-word@{urlsplit(ELSEWHERE).netloc}/simple"\n'
    text = f"[global]\n{before}" if place.endswith("pip.conf") else before
    path = write(home / place, text, 0o600)
    check = doctor.findings()["addresses"]
    assert f"{path}, line" in check["message"]
    assert "hidden-word" not in json.dumps(doctor.answer)
    doctor("--fix")
    assert path.read_text() == text, "not ours, so not without consent"
    assert "addresses" not in doctor.findings("--fix", "--yes")
    assert path.read_text() == text.replace("aws:hidden-word@", "")
    assert doctor.run("restore").returncode == 0
    assert path.read_text() == text


def test_a_token_in_a_variable_is_found_and_hidden(healthy, doctor, monkeypatch, aws):
    url = aws.index_url.replace("://", "://aws:hidden-word@")
    monkeypatch.setenv("PIP_INDEX_URL", url)
    check = doctor.findings()["addresses"]
    assert "PIP_INDEX_URL" in check["message"]
    assert "hidden-word" not in json.dumps(doctor.answer)


def test_an_address_with_a_variable_in_it_holds_no_token(healthy, doctor, home):
    write(home / "requirements.txt", "--index-url https://aws:${TOKEN}@packages.example.com/simple\n")
    assert "addresses" not in doctor.findings()


def test_our_own_token_in_pip_s_configuration_is_meant_where_that_is_chosen(aws, prefix, doctor, home):
    write(
        home / ".jupyter/jupyter_securepypi_config.json",
        json.dumps({"SecurePyPI": {"credential_store": "pip"}}),
    )
    assert doctor.run("configure").returncode == 0
    assert secret(home) in (prefix / "pip.conf").read_text()
    found = doctor.findings()
    assert "addresses" not in found
    assert secret(home) not in json.dumps(doctor.answer)


def test_a_netrc_entry_that_nobody_renews(healthy, doctor, home):
    host = "acme-999988887777.d.codeartifact.eu-west-1.amazonaws.com"
    with (home / ".netrc").open("a") as file:
        file.write(f"machine {host} login aws password hidden-word\n")
    check = doctor.findings()["netrc"]
    assert host in check["message"]
    assert "hidden-word" not in json.dumps(doctor.answer)
    assert "netrc" not in doctor.findings("--fix", "--yes")
    assert host not in (home / ".netrc").read_text()
    assert secret(home) in (home / ".netrc").read_text()


def test_the_netrc_entry_of_another_server_is_its_own(healthy, doctor, home):
    host = "acme-999988887777.d.codeartifact.eu-west-1.amazonaws.com"
    with (home / ".netrc").open("a") as file:
        file.write(f"machine {host} login aws password hidden-word\n")
    arn = "arn:aws:codeartifact:eu-west-1:999988887777:repository/acme/theirs"
    # A process that lives for sure.
    note = {
        "pid": os.getppid(),
        "machine": platform.node(),
        "repository": arn,
        "host": host,
        "seen": time.time(),
    }
    write(home / ".local/share/jupyter/securepypi/servers.json", json.dumps({"servers": [note]}), 0o600)
    found = doctor.findings("--fix", "--yes")
    assert "netrc" not in found
    assert f"process {os.getppid()}" in found["servers"]["message"]
    assert f"machine {host} login aws password hidden-word" in (home / ".netrc").read_text()


def test_an_entry_of_ours_that_is_not_the_current_token(healthy, doctor, home):
    netrc = home / ".netrc"
    netrc.write_text(netrc.read_text().replace(secret(home), "an-earlier-one"))
    assert "not the current token" in doctor.findings()["netrc"]["message"]
    assert "netrc" not in doctor.findings("--fix")
    assert secret(home) in netrc.read_text()


def test_an_expired_entry_of_ours(healthy, doctor, home, aws):
    file = stored(home)
    data = json.loads(file.read_text())
    data["token"]["expires_at"] = time.time() - 1
    file.write_text(json.dumps(data))
    found = doctor.findings()
    assert "expired" in found["netrc"]["message"]
    assert "expired" in found["token"]["message"]


def test_a_netrc_that_its_readers_ignore(healthy, doctor, home):
    (home / ".netrc").write_text("machine example.com login me password mine\nnonsense here\n")
    assert "line 2" in doctor.findings()["netrc"]["message"]


def test_file_modes(healthy, doctor, home):
    stored(home).chmod(0o644)
    (home / ".netrc").chmod(0o644)
    messages = [check["message"] for check in doctor()["file modes"]]
    assert len(messages) == 2
    assert "file modes" in doctor.findings("--fix"), "the netrc is not ours alone"
    assert (stored(home).stat().st_mode & 0o777, (home / ".netrc").stat().st_mode & 0o777) == (0o600, 0o644)
    assert "file modes" not in doctor.findings("--fix", "--yes")


def test_leftovers_are_found_once_nobody_is_at_work_on_them(healthy, doctor, home):
    young = write(stored(home).parent / ".young.json.securepypi-abcd1234", "secret", 0o600)
    old = write(stored(home).parent / ".old.json.securepypi-abcd1234", "secret", 0o600)
    folder = home / "tmp/securepypi-abcd1234"
    write(folder / "netrc", "secret", 0o600)
    for path in (old, folder):
        os.utime(path, (time.time() - 9000, time.time() - 9000))
    assert len(doctor()["leftovers"]) == 2
    assert "leftovers" not in doctor.findings("--fix")
    assert (young.exists(), old.exists(), folder.exists()) == (True, False, False)


def test_a_pip_without_reports(healthy, doctor):
    (healthy / "lib/python3.11/site-packages/pip-21.3.1.dist-info").mkdir(parents=True)
    assert "21.3.1" in doctor.findings()["pip of acme"]["message"]


def test_a_front_end_of_another_version(healthy, doctor, home, monkeypatch):
    # A virtual environment that has our front end, too, would come first.
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    package = home / ".local/share/jupyter/labextensions/jupyter-securepypi/package.json"
    write(package, json.dumps({"version": "99.0.0-rc.1"}))
    check = doctor.findings()["front end"]
    assert "99.0.0-rc.1" in check["message"]


def test_uv_without_an_index_would_use_the_public_one(healthy, doctor, home, monkeypatch, aws):
    write(home / "bin/uv", "#!/bin/sh\n", 0o755)
    monkeypatch.setenv("PATH", f"{home / 'bin'}{os.pathsep}{os.defpath}")
    (home / ".config/uv/uv.toml").unlink(missing_ok=True)
    assert "public one" in doctor.findings()["uv"]["message"]
    write(home / ".config/uv/uv.toml", f'[[index]]\nurl = "{aws.index_url}"\ndefault = true\n')
    assert "uv" not in doctor.findings()


@pytest.mark.parametrize(
    ("name", "text", "client"),
    [
        ("pyproject.toml", '[tool.poetry]\nname = "x"\n', "poetry"),
        ("pyproject.toml", f'[[tool.pdm.source]]\nname = "pypi"\nurl = "{ELSEWHERE}"\n', "pdm"),
        ("Pipfile", f'[[source]]\nname = "x"\nurl = "{ELSEWHERE}"\n', "pipenv"),
    ],
)
def test_a_project_that_installs_from_elsewhere(healthy, doctor, home, name, text, client):
    write(home / name, text)
    check = doctor.findings()[client]
    assert "only index" in check["remedy"]


def test_a_project_of_the_secure_index(healthy, doctor, home, aws):
    text = f'[[tool.poetry.source]]\nname = "acme"\nurl = "{aws.index_url}"\npriority = "primary"\n'
    write(home / "pyproject.toml", text)
    [check] = doctor()["poetry"]
    assert check["ok"]


def test_a_source_to_publish_with_is_no_index_that_poetry_installs_from(healthy, doctor, home, aws):
    endpoint = aws.index_url.removesuffix("simple/")
    publishing = f'[[tool.poetry.source]]\nname = "publish"\nurl = "{endpoint}"\npriority = "explicit"\n'
    installing = f'[[tool.poetry.source]]\nname = "acme"\nurl = "{aws.index_url}"\n'
    write(home / "pyproject.toml", installing + publishing)
    [check] = doctor()["poetry"]
    assert check["ok"]
    write(home / "pyproject.toml", publishing)
    check = doctor.findings()["poetry"]
    assert check["message"].endswith("installs from the public index, by default")
    assert "a source to publish with may stay" in check["remedy"]


def test_an_upload_tool_that_a_variable_leads_elsewhere(healthy, doctor, monkeypatch):
    [check] = doctor()["client twine"]
    assert check["ok"] is None, "nobody asked for it"
    assert "its default" in check["message"]
    monkeypatch.setenv("TWINE_REPOSITORY_URL", "https://me:hidden-word@packages.example.com/legacy/")
    check = doctor.findings()["client twine"]
    assert "packages.example.com/legacy/, set by TWINE_REPOSITORY_URL" in check["message"]
    assert check["remedy"] == "unset TWINE_REPOSITORY_URL"
    assert "hidden-word" not in json.dumps(doctor.answer)


def test_a_client_that_was_asked_for_is_pointed_at_the_index_with_consent(aws, prefix, doctor, home):
    chosen = {"SecurePyPI": {"clients": ["pip", "netrc", "twine", "keyring"]}}
    config = write(home / ".jupyter/jupyter_securepypi_config.json", "{}")
    assert doctor.run("configure").returncode == 0
    config.write_text(json.dumps(chosen))
    found = doctor.findings("--fix")
    assert {"client twine", "client keyring"} <= set(found)
    assert not (home / ".pypirc").exists()
    found = doctor("--fix", "--yes")
    assert aws.index_url.removesuffix("simple/") in found["client twine"][0]["message"]
    assert f"{home / '.pypirc'} [securepypi]" in found["client twine"][0]["message"]
    assert found["client keyring"][0]["ok"]
