"""The tests pass on any machine: a small core of them under pip and uv configurations that break installs, and none.

The environment that runs them has an ``acme-core`` already, as where somebody has tried the product first.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from jupyter_securepypi.demo import borrowing
from jupyter_securepypi.emulator.samples import build_samples, build_wheel

ROOT = Path(__file__).parents[1]
CORE = {
    "tests/clients/test_pip_requests.py::test_every_command_asks_the_secure_index_only[the environment's pip]",
    "tests/doctor/test_machine.py::test_where_all_is_well_there_are_no_findings",
    "tests/engines/test_engines.py::test_both_report_the_same",
    "tests/engines/test_engines.py::test_hashes_in_a_requirements_file_are_asked_of_every_package[uv]",
    "tests/engines/test_packages.py::test_it_installs_in_strict_mode[uv]",
    "tests/notebook/test_magic.py::test_it_installs_and_says_from_where",
}


class Machine:
    """A home, a folder of settings for everybody, and an environment: none of them this machine's."""

    def __init__(self, root: Path) -> None:
        self.home, self.shared, self.prefix = root / "home", root / "xdg", root / "venv"
        self.home.mkdir(parents=True)
        self.python = borrowing.environment(self.prefix)
        [packages] = self.prefix.glob("lib/python*/site-packages")
        core, *_ = build_samples(root / "wheels")
        with zipfile.ZipFile(core) as wheel:
            wheel.extractall(packages)
        self.variables = {
            name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "XDG_"))
        }
        self.variables.update(HOME=str(self.home), XDG_CONFIG_DIRS=str(self.shared))

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.python), *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.variables, capture_output=True, text=True, timeout=500
        )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Settings of pip, each of which would fail an install or lead it elsewhere."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "constraints.txt").write_text("torch<=2.14.1\nacme-core<1\n")
    build_wheel(folder / "links", "acme-core", "99.0")
    return {
        "constraint": folder / "constraints.txt",
        "extra-index-url": "http://127.0.0.1:9/simple/",
        "find-links": folder / "links",
        "no-binary": ":all:",
        "require-virtualenv": "true",
        "user": "true",
    }


def by_file(machine, hostile):
    text = "".join(f"{name} = {value}\n" for name, value in hostile.items())
    places = [
        machine.shared / "pip/pip.conf",
        machine.home / ".config/pip/pip.conf",
        machine.prefix / "pip.conf",
    ]
    for place in places:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"[global]\n{text}")
    for place in (machine.shared / "uv/uv.toml", machine.home / ".config/uv/uv.toml"):
        place.parent.mkdir(parents=True)
        place.write_text(f"offline = true\n[pip]\nfind-links = [{str(hostile['find-links'])!r}]\n")


def by_variable(machine, hostile):
    machine.variables |= {
        f"PIP_{name.upper().replace('-', '_')}": str(value) for name, value in hostile.items()
    }
    machine.variables |= {
        "UV_CONSTRAINT": str(hostile["constraint"]),
        "UV_EXTRA_INDEX_URL": hostile["extra-index-url"],
        "UV_FIND_LINKS": str(hostile["find-links"]),
        "UV_NO_BINARY": "true",
        "UV_OFFLINE": "true",
    }


def clean(machine, hostile):
    pass


def by_both(machine, hostile):
    """A core that passes has kept out the files and the variables, each of which breaks an install."""
    by_file(machine, hostile)
    by_variable(machine, hostile)


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path / "machine")


@pytest.mark.timeout(600)  # some tests in one
@pytest.mark.parametrize(
    "configure",
    [by_both, *(pytest.param(one, marks=pytest.mark.nightly) for one in (by_file, by_variable, clean))],
)
def test_the_core_passes(machine, hostile, configure):
    configure(machine, hostile)
    done = machine.run("-m", "pytest", "-n", "0", "-p", "no:cacheprovider", "-q", "-rA", *sorted(CORE))
    passed = set(re.findall(r"^PASSED (.+)$", done.stdout, re.MULTILINE))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert passed == CORE


@pytest.mark.parametrize("configure", [by_file, by_variable])
def test_what_comes_from_the_registry_is_told_how_to_reach_it_and_nothing_else(machine, hostile, configure):
    leading = {"index-url": "https://index.example.com/simple", "cert": "/ca.pem", "timeout": "90"}
    configure(machine, hostile | leading)
    code = "import json, machine; print(json.dumps(machine.registry()))"
    machine.variables["PYTHONPATH"] = str(ROOT / "tests")
    done = machine.run("-c", code)
    found = json.loads(done.stdout)
    assert {name for name in found if name.startswith(("PIP_", "UV_"))} == {
        "PIP_CERT",
        "PIP_CONFIG_FILE",
        "PIP_DISABLE_PIP_VERSION_CHECK",
        "PIP_INDEX_URL",
        "PIP_TIMEOUT",
        "UV_DEFAULT_INDEX",
        "UV_NO_CONFIG",
    }
    assert found["PIP_CONFIG_FILE"] == os.devnull
    assert found["PIP_INDEX_URL"] == found["UV_DEFAULT_INDEX"] == leading["index-url"]
    assert found["HOME"] == str(machine.home)


def test_the_environment_that_runs_the_tests_has_a_sample(machine):
    """Or the above would not show that tests do without what is installed beside them."""
    code = "import acme_core, sys; print(acme_core.__file__)"
    assert machine.run("-c", code).stdout.startswith(str(machine.prefix))
