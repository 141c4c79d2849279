"""A client of one file and one registration is served by all commands; one that is not registered is an error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import client_support
import pytest

# The registration comes first, as a line in the registry would.
OURS = "import sys; sys.path.insert(0, {folder!r}); import toy_client; from jupyter_securepypi.cli import main; {code}"
MAIN = "sys.exit(main(sys.argv[1:]))"


def run(*words, code=MAIN):
    start = OURS.format(folder=str(Path(__file__).parent), code=code)
    command = [sys.executable, "-c", start, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def answer(*words):
    done = run(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def options(home):
    def write(*clients):
        file = home / ".jupyter/jupyter_securepypi_config.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps({"SecurePyPI": {"clients": list(clients), "manage_kernels": False}}))

    return write


@pytest.fixture
def toy(home):
    """Its file, with something of the user's in it."""
    file = home / "toy.conf"
    file.write_text("https://toys.example.com/\n")
    return file


def standing():
    return {one["name"]: one for one in answer("status")["clients"]}["toy"]


def test_the_option_takes_it_configure_points_it_status_lists_it_and_restore_undoes_it(aws, options, toy):
    options("netrc", "toy")
    assert str(toy) in answer("configure")["written"]
    assert toy.read_text() == f"{aws.index_url}\n"
    found = standing()
    assert (found["state"], found["index_url"], found["source"]) == ("secure", aws.index_url, str(toy))
    assert f"{toy}: restored" in answer("restore")["restored"]
    assert toy.read_text() == "https://toys.example.com/\n"
    assert standing()["state"] == "elsewhere"


def test_taken_out_of_the_option_it_has_its_file_back(aws, options, toy):
    options("netrc", "toy")
    answer("configure")
    options("netrc")
    assert answer("configure")["written"] == [str(toy)]
    assert toy.read_text() == "https://toys.example.com/\n"


def test_the_doctor_and_exec_know_it(aws, options):
    options("netrc", "toy")
    done = run("exec", "--", sys.executable, "-c", "import os; print(os.environ['TOY_INDEX'])")
    assert done.stdout.strip() == aws.index_url
    done = run("doctor", "--json")
    [check] = [one for one in json.loads(done.stdout)["checks"] if one["name"] == "client toy"]
    assert (check["ok"], check["message"]) == (False, "toys come from anywhere")
    assert check["fix"]


def test_the_help_of_the_option_tells_what_it_does(home):
    code = "from jupyter_securepypi.config import SecurePyPI; print(SecurePyPI.clients.help)"
    assert "toy: the index that toys come from." in run(code=code).stdout


def test_a_client_that_is_not_registered_is_an_error_that_names_those_that_are(options):
    options("netrc", "toy")
    done = client_support.run("configure")
    assert done.returncode == 1
    assert "SecurePyPI.clients" in done.stderr
    assert "'toy'" in done.stderr
    assert "'poetry'" in done.stderr
    assert "try" in done.stderr
