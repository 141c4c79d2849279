"""A token that the index refuses although it looks good: one new token, one more try, then a clear error."""

from __future__ import annotations

import json
import os
import subprocess
import threading

import pytest

pytestmark = pytest.mark.usefixtures("impatient")

JOB = """
import sys
from jupyter_securepypi import install_packages
install_packages(["--dry-run", "acme-core"], engine=sys.argv[1])
"""
# What a script does that the wrapper runs: ask the index with the credentials that it is given.
ASK = """
import base64, netrc, os, urllib.parse, urllib.request
url = os.environ["PIP_INDEX_URL"] + "acme-core/"
login, _, password = netrc.netrc(os.environ["NETRC"]).authenticators(urllib.parse.urlsplit(url).hostname)
key = base64.b64encode(f"{login}:{password}".encode()).decode()
request = urllib.request.Request(url, headers={"Authorization": f"Basic {key}"})
print("answer", urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).status)
"""
CELL = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "jupyter_securepypi")
shell.run_cell("%secure_pip install --dry-run acme-core")
"""


@pytest.fixture(params=["pip", "uv"])
def engine(request):
    return request.param


@pytest.fixture
def aged(aws, home, command):
    """A token of an hour ago: a package that it does not find may be its own fault."""
    assert command("refresh").returncode == 0
    [path] = (home / ".local/share/jupyter/runtime/securepypi").glob("*.json")
    data = json.loads(path.read_text())
    data["token"]["minted_at"] -= 3600
    path.write_text(json.dumps(data))


class Revoking(threading.Thread):
    """Revokes all tokens, once AWS has given `after`: once, or until the test is over."""

    def __init__(self, aws, after, for_ever):
        super().__init__()
        self.aws, self.after, self.for_ever = aws, after, for_ever
        self.ended = threading.Event()

    def run(self):
        # The endpoint is asked for once the token is there.
        while self.aws.calls()["counts"].get("GetRepositoryEndpoint", 0) < self.after:
            if self.ended.wait(0.005):
                return
        self.aws.faults(revoke="all")
        while self.for_ever and not self.ended.wait(0.005):
            self.aws.faults(revoke="all")

    def __enter__(self):
        self.start()

    def __exit__(self, *error):
        self.ended.set()
        self.join()


def mints(aws):
    return aws.calls()["counts"]["GetAuthorizationToken"]


@pytest.fixture
def run(python):
    def start(code, *words):
        command = [python, "-c", code, *words]
        return subprocess.run(command, env=os.environ, capture_output=True, text=True, timeout=120)

    return start


@pytest.mark.parametrize("status", [401, 404])
@pytest.mark.parametrize(
    "words",
    [
        ["lock", "requirements.txt", "-o", "pylock.toml"],
        ["download", "acme-core"],
        ["search-versions", "acme-core"],
    ],
)
def test_whoever_asks_the_index_gets_the_one_new_token(
    aws, aged, command, tmp_path, monkeypatch, words, status
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "requirements.txt").write_text("acme-core\n")
    aws.faults(revoke="all", rejected_status=status)
    done = command(*words)
    assert done.returncode == 0, done.stderr
    assert mints(aws) == 2


def test_the_command_replaces_a_token_behind_a_404(aws, aged, command, engine):
    aws.faults(revoke="all", rejected_status=404)
    done = command("install", "--dry-run", "--engine", engine, "acme-core")
    assert done.returncode == 0, done.stderr
    assert mints(aws) == 2


def test_the_command_gives_up_after_one_new_token(aws, command, engine):
    with Revoking(aws, after=1, for_ever=True):
        done = command("install", "--dry-run", "--engine", engine, "acme-core")
    assert done.returncode == 1
    assert "The index does not accept the token (401" in done.stderr
    assert "nor does it accept one that was minted just now" in done.stderr
    assert "doctor" in done.stderr
    assert mints(aws) == 2


@pytest.mark.parametrize(("engine", "status"), [("pip", 404), ("uv", 401)])
def test_install_packages_replaces_it_once(aws, run, engine, status):
    aws.faults(rejected_status=status)
    with Revoking(aws, after=1, for_ever=False):
        done = run(JOB, engine)
    assert done.returncode == 0, done.stderr
    assert mints(aws) == 2


def test_install_packages_gives_up_after_one_new_token(aws, run):
    with Revoking(aws, after=1, for_ever=True):
        done = run(JOB, "pip")
    assert done.returncode != 0
    assert "nor does it accept one that was minted just now" in done.stderr
    assert mints(aws) == 2


def test_a_package_that_is_really_missing_is_told_after_one_new_token(aws, run):
    done = run(JOB.replace("acme-core", "acme-missing"), "pip")
    assert "acme-missing is not in" in done.stderr
    assert mints(aws) == 2


def test_the_script_that_the_wrapper_runs_gets_the_new_token(aws, tmp_path, environment):
    (tmp_path / "requirements.txt").write_text("acme-core\n")
    (tmp_path / "script.py").write_text(ASK)
    words = ["run", "-r", str(tmp_path / "requirements.txt"), str(tmp_path / "script.py")]
    with Revoking(aws, after=1, for_ever=False):
        done = subprocess.run(
            [environment, "-m", "jupyter_securepypi.core", *words], capture_output=True, text=True, timeout=120
        )
    assert "answer 200" in done.stdout, done.stdout + done.stderr


def test_the_magic_says_in_three_lines_that_it_gave_up(aws, run):
    with Revoking(aws, after=1, for_ever=True):
        done = run(CELL)
    shown = done.stdout + done.stderr
    assert "nor does it accept one that was minted just now" in shown
    assert "Traceback" not in shown
    assert mints(aws) == 2
