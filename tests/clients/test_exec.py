"""``exec``: the command finds the token, passes its status on, and leaves nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from client_support import run

from jupyter_securepypi.emulator.samples import build_wheel

SHOW = "import json, os, sys; print(json.dumps([dict(os.environ), open(os.environ['NETRC']).read()]))"


@pytest.fixture
def scratch(aws, home, tmp_path, monkeypatch):
    """The only place for temporary files; and AWS as somebody who may publish."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", "arn:aws:iam::111122223333:role/SecurePyPIPublishRole")
    return folder


def secret(home):
    [store] = (home / ".local/share/jupyter/runtime/securepypi").glob("*.json")
    return json.loads(store.read_bytes())["token"]["secret"]


def test_the_token_is_in_a_netrc_and_not_among_the_variables(scratch, home, monkeypatch):
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://packages.example.com/simple")
    (home / ".netrc").write_text("machine example.com login me password mine\n")
    (home / ".netrc").chmod(0o600)
    done = run("exec", "--", sys.executable, "-c", SHOW)
    assert done.returncode == 0, done.stderr
    variables, netrc = json.loads(done.stdout)
    assert secret(home) in netrc
    assert "machine example.com login me password mine" in netrc
    assert secret(home) not in json.dumps(variables)
    assert "PIP_EXTRA_INDEX_URL" not in variables
    assert (home / ".netrc").read_text() == "machine example.com login me password mine\n"


@pytest.fixture
def pdm(tmp_path):
    """A program of that name, which prints the variable with the token."""
    tool = tmp_path / "pdm"
    tool.write_text(f"#!{sys.executable}\nimport os\nprint(os.environ.get('PDM_PUBLISH_PASSWORD', ''))\n")
    tool.chmod(0o755)
    return tool


def test_only_a_publisher_that_needs_it_gets_the_token_as_a_variable(scratch, home, pdm):
    assert run("exec", "--", pdm, "install").stdout == "\n"
    assert run("exec", "--", pdm, "publish").stdout == secret(home) + "\n"


def test_the_token_is_renewed_while_the_command_runs(scratch, aws, home, tmp_path):
    aws.faults(token_lifetime=10)
    wheel = build_wheel(tmp_path, "by-long-exec", "1.0")
    host = urlsplit(aws.index_url).hostname
    code = f"""
import netrc, os, subprocess, sys, time
def token():
    return netrc.netrc(os.environ["NETRC"]).authenticators({host!r})[2]
first = token()
while token() == first:
    time.sleep(0.1)
def works(*words):  # a token of seconds may expire under a slow client: another try has another one
    return any(subprocess.call([sys.executable, "-m", *words]) == 0 for _ in range(3))
place = {str(tmp_path / "got")!r}
assert works("pip", "download", "--no-input", "--no-deps", "--no-cache-dir", "-d", place, "acme-core")
assert works("twine", "upload", "--non-interactive", "--disable-progress-bar", {str(wheel)!r})
"""
    done = run("exec", "--", sys.executable, "-c", code)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((tmp_path / "got").iterdir())
    assert (aws.packages_dir / wheel.name).is_file()
    assert list(scratch.glob("securepypi-*")) == []


def test_a_publisher_with_the_token_in_a_variable_starts_with_one_that_lasts(scratch, aws, pdm, home):
    aws.faults(token_lifetime=300)
    run("refresh")
    early = secret(home)
    aws.clear()
    assert run("exec", "--", pdm, "install").stdout == "\n"
    assert secret(home) == early
    said = run("exec", "--", pdm, "publish").stdout
    assert said == secret(home) + "\n"
    assert secret(home) != early


def test_a_publisher_with_the_token_in_a_variable_does_not_start_with_seconds_left(scratch, aws, pdm):
    aws.faults(token_lifetime=20)
    done = run("exec", "--", pdm, "publish")
    assert (done.returncode, done.stdout) == (1, "")
    assert "too few for" in done.stderr
    assert "c.SecurePyPI.token_duration" in done.stderr


def test_twine_publishes_with_nothing_configured(scratch, aws, tmp_path):
    wheel = build_wheel(tmp_path, "by-exec", "1.0")
    command = (sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar", wheel)
    done = run("exec", "--", *command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (aws.packages_dir / wheel.name).is_file()


@pytest.mark.parametrize("chosen", [False, True], ids=["the user's file", "UV_CONFIG_FILE"])
def test_pip_and_uv_install_whatever_their_files_say(scratch, home, tmp_path, monkeypatch, chosen):
    uv_file = tmp_path / "chosen.toml" if chosen else home / ".config/uv/uv.toml"
    if chosen:
        monkeypatch.setenv("UV_CONFIG_FILE", str(uv_file))
    uv_file.parent.mkdir(parents=True, exist_ok=True)
    uv_file.write_text('[[index]]\nurl = "https://packages.example.com/simple"\n')
    for number, words in enumerate(
        ([sys.executable, "-m", "pip", "install"], [Path(sys.executable).with_name("uv"), "pip", "install"])
    ):
        site = tmp_path / f"site-{number}"
        done = run("exec", "--", *words, "--no-cache-dir", "--target", site, "acme-features")
        assert done.returncode == 0, done.stdout + done.stderr
        assert (site / "acme_core.py").is_file()


def test_the_status_is_that_of_the_command(scratch):
    assert run("exec", "--", sys.executable, "-c", "raise SystemExit(7)").returncode == 7
    assert run("exec", sys.executable, "-c", "pass").returncode == 0
    done = run("exec", "--", "no-such-program")
    assert done.returncode == 127
    assert "no-such-program" in done.stderr
    assert run("exec").returncode == 1


def test_nothing_is_left_afterwards(scratch, home):
    run("exec", "--", sys.executable, "-c", "raise SystemExit(1)")
    assert list(scratch.iterdir()) == []
    assert not (home / ".netrc").exists()
    assert not (home / ".config").exists()


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
def test_a_signal_reaches_the_command_and_nothing_is_left(scratch, tmp_path):
    code = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(42))\n"
        "print('ready', flush=True)\n"
        "time.sleep(600)\n"
    )
    command = [sys.executable, "-m", "jupyter_securepypi.cli", "exec", "--", sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        assert list(scratch.iterdir()) != []
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 42
    assert list(scratch.iterdir()) == []


def test_a_command_that_a_signal_ended_gives_128_and_its_number(scratch):
    code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert run("exec", "--", sys.executable, "-c", code).returncode == 137


def test_without_a_token_the_command_does_not_run(home, tmp_path):
    done = run("exec", "--", sys.executable, "-c", f"open({str(tmp_path / 'ran')!r}, 'w')")
    assert done.returncode == 1
    assert "No repository is configured." in done.stderr
    assert not (tmp_path / "ran").exists()


READ = "import sys; print(open(sys.argv[1]).read())"


def test_a_secret_file_has_our_entry_and_nothing_else_of_the_user(scratch, home):
    (home / ".netrc").write_text("machine example.com login me password mine\n")
    (home / ".netrc").chmod(0o600)
    shown = "import os, sys; p = sys.argv[1][4:]; print(oct(os.stat(p).st_mode & 0o777), open(p).read())"
    done = run("exec", "--secret", "netrc", "--", sys.executable, "-c", shown, "src={netrc}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("0o600 ")
    assert secret(home) in done.stdout
    assert "example.com" not in done.stdout
    assert list(scratch.glob("securepypi-*")) == []


def test_the_token_alone_can_be_a_file_and_a_variable(scratch, home):
    words = ("--secret", "token", "--env", "INDEX_TOKEN", "--", sys.executable, "-c")
    shown = "import os, sys; print([open(sys.argv[1]).read(), os.environ['INDEX_TOKEN']])"
    done = run("exec", *words, shown, "{token}")
    assert done.stdout == f"{[secret(home)] * 2}\n", done.stderr
    assert list(scratch.glob("securepypi-*")) == []


def test_braces_are_the_users_own_where_no_file_was_asked_for(scratch):
    assert run("exec", "--", "echo", "{netrc} {token}").stdout == "{netrc} {token}\n"


def test_a_short_token_is_nobody_elses(scratch, home):
    run("refresh")
    shared = secret(home)
    shown = """
import json, os, pathlib, sys
kept = [json.loads(path.read_bytes()) for path in pathlib.Path(os.environ["TMPDIR"]).glob("*/*.json")]
[token] = [data["token"] for data in kept if "token" in data]
print(json.dumps([open(sys.argv[1]).read(), token["secret"], token["expires_at"] - token["minted_at"]]))
"""
    words = ("--secret", "token", "--duration", "15m", "--", sys.executable, "-c", shown, "{token}")
    done = run("exec", *words)
    assert done.returncode == 0, done.stderr
    handed, kept, seconds = json.loads(done.stdout)
    assert handed == kept != shared
    assert seconds == pytest.approx(900, abs=5)
    assert secret(home) == shared
    assert list(scratch.glob("securepypi-*")) == []


def test_a_secret_file_is_renewed_and_removed_when_the_command_is_ended(scratch, aws, tmp_path):
    aws.faults(token_lifetime=10)
    code = """
import signal, os, sys, time
first = open(sys.argv[1]).read()
while open(sys.argv[1]).read() == first:
    time.sleep(0.1)
os.kill(os.getppid(), signal.SIGTERM)
time.sleep(60)
"""
    done = run("exec", "--secret", "token", "--", sys.executable, "-c", code, "{token}")
    assert done.returncode == 128 + signal.SIGTERM, done.stderr
    assert list(scratch.glob("securepypi-*")) == []


def test_a_lifetime_that_no_token_has_is_refused_without_a_bound_of_our_own(scratch, aws, monkeypatch):
    monkeypatch.setenv("SECURE_PYPI_TOKEN_DURATION", "0")
    done = run("exec", "--duration", "60", "--", "true")
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot last 60 seconds" in done.stderr
    assert aws.calls()["calls"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--secret", "netrc", "--", "true"), "{netrc}"),
        (("--env", "A-B", "--", "true"), "'A-B' is no name"),
        (("--env", "NETRC", "--", "true"), "NETRC is a setting"),
        (("--env", "PIP_EXTRA_INDEX_URL", "--", "true"), "PIP_EXTRA_INDEX_URL is a setting"),
        (("--duration", "soon", "--", "true"), "'soon' is no duration"),
        (("--duration", "60", "--", "true"), "cannot last 60 seconds"),
        (("--duration", "13h", "--", "true"), "cannot last 46800 seconds"),
        (("--duration", "2h", "--", "true"), "longer than token_duration"),
    ],
)
def test_what_makes_no_sense_is_refused_before_the_command_runs(scratch, monkeypatch, words, said):
    monkeypatch.setenv("SECURE_PYPI_TOKEN_DURATION", "3600")
    done = run("exec", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert list(scratch.glob("securepypi-*")) == []
