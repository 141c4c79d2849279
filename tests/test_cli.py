"""`jupyter securepypi …` as a process: what it prints, what it exits with."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import forked
import pytest

from jupyter_securepypi import __version__

COMMANDS = (
    "status",
    "refresh",
    "configure",
    "restore",
    "exec",
    "logout",
    "install",
    "uninstall",
    "lock",
    "download",
    "list",
    "freeze",
    "show",
    "check",
    "completion",
    "show-origin",
    "search-versions",
    "why",
    "audit",
    "sbom",
    "preview",
    "promote",
    "mirror",
    "protect",
    "bundle",
    "doctor",
    "hub",
    "lifecycle-config",
    "iam-policy",
    "emulator",
    "demo",
)


def run(*arguments, python=sys.executable):
    return forked.run(
        [python, "-m", "jupyter_securepypi.cli", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_status_before_anything_says_so(aws):
    done = run("status", "--json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert found["state"] == "missing"
    assert found["repository"]["id"] == aws.repository_arn


def test_refresh_and_status(aws):
    assert run("refresh").returncode == 0
    before = time.time()
    found = json.loads(run("status", "--json").stdout)
    assert found["state"] == "fresh"
    assert before <= found["expires_at"] - found["seconds_left"] <= time.time()
    assert found["repository"]["index_url"] == aws.index_url
    assert "assumed-role/SageMakerExecutionRole" in found["identity"]


def test_refresh_if_needed_leaves_a_fresh_token(aws):
    first = json.loads(run("refresh", "--json").stdout)
    assert json.loads(run("refresh", "--if-needed", "--json").stdout)["minted_at"] == first["minted_at"]
    assert json.loads(run("refresh", "--json").stdout)["minted_at"] > first["minted_at"]


def test_another_login_in_the_credentials_file_means_another_token(aws, home, monkeypatch):
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    lines = [f"{name.lower()} = {os.environ[name]}\n" for name in keys if os.environ.get(name)]
    for name in keys:
        monkeypatch.delenv(name, raising=False)
    file = home / ".aws/credentials"
    file.parent.mkdir(exist_ok=True)
    file.write_text("".join(["[default]\n", *lines]))
    first = json.loads(run("refresh", "--json").stdout)
    assert json.loads(run("refresh", "--if-needed", "--json").stdout)["minted_at"] == first["minted_at"]

    file.write_text("".join(["# somebody else\n[default]\n", *lines]))
    found = json.loads(run("status", "--json").stdout)
    assert found["state"] == "stale"
    assert found["error"]["message"] == "The login has changed since this token was minted."
    second = json.loads(run("refresh", "--if-needed", "--json").stdout)
    assert second["minted_at"] > first["minted_at"]
    assert second["state"] == "fresh"
    assert second["error"] is None

    file.write_text("[default]\naws_access_key_id = nobodys\naws_secret_access_key = nothing\n")
    assert json.loads(run("refresh", "--if-needed", "--json").stdout)["minted_at"] == second["minted_at"]
    dead = json.loads(run("status", "--json").stdout)
    assert dead["state"] == "stale"
    assert dead["error"]["kind"] == "CredentialsError", "the old token serves, and status says why it is old"


def test_not_configured_is_exit_1_with_the_remedy(home):
    done = run("refresh")
    assert done.returncode == 1
    assert "No repository is configured." in done.stderr
    assert "  try   " in done.stderr
    assert "Traceback" not in done.stderr


def test_configure_writes_and_restore_puts_back_to_the_byte(aws, home, prefix):
    config, netrc = prefix / "pip.conf", home / ".netrc"
    original = b"# mine\n[global]\nindex-url = https://packages.example.com/simple\ntimeout = 7\n"
    config.write_bytes(original)
    netrc.write_bytes(b"machine example.com login me password mine\n")
    netrc.chmod(0o600)
    done = run("configure", "--json")
    assert done.returncode == 0, done.stderr
    assert str(config) in json.loads(done.stdout)["written"]
    assert f"index-url = {aws.index_url}" in config.read_text()
    assert f"machine {urlsplit(aws.index_url).hostname}" in netrc.read_text()
    assert json.loads(run("configure", "--json").stdout)["written"] == [], "nothing to change"
    done = run("restore")
    assert done.returncode == 0, done.stderr
    assert config.read_bytes() == original
    assert netrc.read_bytes() == b"machine example.com login me password mine\n"


def test_configure_saves_the_repository_that_it_is_given_and_uses_it(aws, home, prefix, monkeypatch):
    arn = os.environ["CA_REPOSITORY_ARN"]
    monkeypatch.delenv("CA_REPOSITORY_ARN")
    monkeypatch.delenv("SECURE_PYPI_ROLE_ARN", raising=False)
    file = home / ".jupyter/jupyter_securepypi_config.json"
    done = run("configure", "--repository", arn, "--role", aws.role_template)
    assert done.returncode == 0, done.stderr
    assert f"saved    {file}" in done.stdout
    assert aws.index_url in done.stdout
    assert json.loads(file.read_text())["SecurePyPI"] == {"repository": arn, "role_arn": aws.role_template}
    assert json.loads(run("configure", "--json", "--repository", arn).stdout)["saved"] == str(file), "again"
    done = run("configure", "--role", aws.role_template)
    assert (done.returncode, "name the repository, too" in done.stderr) == (1, True)


def test_refresh_renews_the_netrc_that_configure_wrote(aws, home, prefix):
    run("configure")
    before = (home / ".netrc").read_text()
    run("refresh")
    assert (home / ".netrc").read_text() != before


def test_install_refuses_another_index_and_exits_1(aws):
    done = run("install", "--index-url", "https://packages.example.com/simple", "acme-core")
    assert done.returncode == 1
    assert "--index-url" in done.stderr


def test_install_dry_run_as_json(aws, python):
    done = run("install", "--dry-run", "--json", "acme-features", python=python)
    assert done.returncode == 0, done.stderr
    assert {package["name"] for package in json.loads(done.stdout)["packages"]} == {
        "acme-features",
        "acme-core",
    }


def test_wrong_usage_is_exit_2(home):
    assert run("frobnicate").returncode == 2
    assert run("status", "--frobnicate").returncode == 2
    assert run("emulator", "--port", "many").returncode == 2


@pytest.mark.parametrize(
    "words", [["status", "--frobnicate"], ["refresh", "--json", "--frobnicate"], ["list", "x"]]
)
def test_an_unknown_option_is_told_with_the_usage_of_its_command(home, words):
    said = run(*words).stderr
    assert said.startswith(f"usage: jupyter securepypi {words[0]} ")
    assert f"unrecognized arguments: {words[-1]}" in said


def test_the_version_is_told_without_a_look_at_the_commands():
    code = (
        "import sys\nfrom jupyter_securepypi.cli import main\n"
        "try:\n    main(['--version'])\nexcept SystemExit:\n    print(*sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    version, modules = done.stdout.splitlines()
    ours = {name for name in modules.split() if name.startswith("jupyter_securepypi.cli.")}
    assert version == __version__
    assert not ours


def test_alone_it_shows_every_command_in_its_group():
    done = run()
    assert done.returncode == 0
    assert done.stdout == run("--help").stdout
    shown = done.stdout.split("\n\n")
    assert [part.split("\n")[0] for part in shown[2:5]] == ["use", "look", "configure"]
    missing = [name for name in COMMANDS if f"\n  {name} " not in done.stdout]
    assert not missing


def test_a_typing_error_is_told_with_what_was_meant():
    done = run("instal", "pandas")
    assert done.returncode == 2
    assert "did you mean `jupyter securepypi install pandas`?" in done.stderr
    assert run("help", "install").stdout == run("install", "--help").stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command):
    done = run(command, "--help")
    assert done.returncode == 0
    assert re.search(rf"\nexamples?:\n  # .+\n  jupyter securepypi {command}", done.stdout)


def test_on_a_cluster_is_said_to_be_for_notebooks():
    done = run("install", "--on", "dask", "acme-core")
    assert done.returncode == 1
    assert "from the notebook that is connected" in done.stderr


def test_the_emulator_prints_what_to_export_and_serves_until_sigterm(tmp_path):
    command = [sys.executable, "-m", "jupyter_securepypi.cli", "emulator", "--json", "--token-lifetime", "30"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        variables = json.loads(process.stdout.readline())
        assert variables["AWS_ENDPOINT_URL_STS"].startswith("http://127.0.0.1:")
        done = subprocess.run(
            [sys.executable, "-m", "jupyter_securepypi.cli", "refresh", "--json"],
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=60,
        )
        found = json.loads(done.stdout)
        assert 0 < found["expires_at"] - found["minted_at"] <= 30
    finally:
        process.terminate()
        assert process.wait(timeout=60) == 0
        process.stdout.close()


def test_nothing_secret_is_printed(aws, home):
    run("refresh")
    [store] = (home / ".local/share/jupyter/runtime/securepypi").glob("*.json")
    secret = json.loads(Path(store).read_text())["token"]["secret"]
    for arguments in (
        ("status",),
        ("status", "--json"),
        ("refresh",),
        ("install", "--dry-run", "-vvv", "acme-core"),
    ):
        done = run(*arguments)
        assert secret not in done.stdout + done.stderr


def test_output_that_nobody_reads_to_its_end_is_no_failure(aws):
    command = f"{sys.executable} -m jupyter_securepypi.cli refresh | head -c 1; echo; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "0"


def test_a_bundle_for_a_folder_that_is_not_there_names_the_folder(tmp_path):
    done = run("bundle", "-o", str(tmp_path / "missing" / "securepypi.pyz"))
    assert done.returncode == 1
    assert f"there is no folder {tmp_path / 'missing'}" in done.stderr
    assert "writable" not in done.stderr


def test_an_engine_that_there_is_not_is_a_wrong_use():
    for words in (("uninstall", "-y", "acme-core"), ("freeze",), ("lock", "requirements.txt")):
        done = run(*words, "--engine", "conda")
        assert done.returncode == 2
        assert "invalid choice: 'conda'" in done.stderr


def test_the_command_line_speaks_of_commands_and_not_of_the_magic():
    done = run("show-origin", "no-such-package")
    assert "`jupyter securepypi list`" in done.stderr
    assert "%secure_pip" not in done.stderr


def test_a_list_says_once_why_an_origin_is_not_known():
    done = run("list")
    assert done.returncode == 0
    assert done.stdout.count("no install of ours") == 1
    assert done.stdout.count("unknown") > 3
