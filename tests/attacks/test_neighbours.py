"""Modules planted beside a notebook and in a folder of PYTHONPATH: tried, and none of our children runs one.

Planted is every module that the test's environment has, and every other one that a child looked for in a first run.
"""

from __future__ import annotations

import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
from attacked import Attacked

from jupyter_securepypi.core.child import program_on_path, python_command

# Writes down what is looked for, in every process of the environment, those with -I included.
RECORDER = """
import os, sys

class Recorder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        with open(os.environ["RECORD_IMPORTS"], "a") as file:
            file.write(name.partition(".")[0] + "\\n")

if os.environ.get("RECORD_IMPORTS"):
    for name in list(sys.modules):
        Recorder.find_spec(name)
    sys.meta_path.insert(0, Recorder)
"""
# Prints what the real one does, and so runs wherever none is installed.
PIP_AUDIT = """
import argparse, json, logging, urllib.request
print(json.dumps({"dependencies": [{"name": "x", "vulns": []}]}))
"""
WRAPPER = "#!{python}\nimport json, os, sys\nos.execv(sys.executable, [sys.executable, *sys.argv[1:]])\n"
VERSIONS = """
import sys
from jupyter_securepypi.core.installed import installed_versions
print(installed_versions(sys.argv[1])["pip"])
"""
PROBE = """
import os, sys
from jupyter_securepypi.kernels.probe import Question, ask
prefix, why = ask(Question.about(sys.argv[1:], os.environ))
sys.exit(None if prefix else why)
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    attacked = Attacked(tmp_path_factory.mktemp("neighbours"))
    (attacked.packages / "recorder_of_imports.py").write_text(RECORDER)
    (attacked.packages / "aaa_recorder.pth").write_text("import recorder_of_imports\n")
    (attacked.packages / "pip_audit.py").write_text(PIP_AUDIT)
    return attacked


@pytest.fixture
def attacked(shared, aws, tmp_path, monkeypatch):
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", aws.role_template)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    # What an interpreter looks for as it starts is what this is about.
    monkeypatch.setenv("SECUREPYPI_COLD", "1")
    shared.work = tmp_path / "work"
    shared.work.mkdir()
    return shared


def without_botocore(attacked):
    """Have the AWS CLI asked."""
    (attacked.packages / "botocore.py").write_text("raise ImportError('none here')\n")
    assert program_on_path("aws", os.environ)


def of_another_python(attacked):
    return ["-c", VERSIONS, sys.executable]


def of_a_kernel(attacked):
    return ["-c", PROBE, attacked.python]


def of_a_wrapped_kernel(attacked):
    wrapper = attacked.python.with_name("wrapper")
    wrapper.write_text(WRAPPER.format(python=attacked.python))
    wrapper.chmod(0o755)
    return ["-c", PROBE, wrapper]


def command(*words):
    return lambda attacked: ["-m", "jupyter_securepypi.cli", *words]


CHILDREN = {
    "minting": command("refresh"),
    "minting by the AWS CLI": command("refresh"),
    "the doctor": command("doctor", "--json"),
    "pip": command("install", "--engine", "pip", "--ignore-installed", "acme-features"),
    "pip, strictly": command(
        "install", "--engine", "pip", "--verify", "before", "--ignore-installed", "acme-core"
    ),
    "pip, to download": command("download", "-d", "there", "acme-core"),
    "uv": command("install", "--engine", "uv", "--force-reinstall", "acme-features"),
    "pip-audit": command("audit"),
    "another Python's packages": of_another_python,
    "a kernel's probe": of_a_kernel,
    "a wrapped kernel's probe": of_a_wrapped_kernel,
}


@pytest.fixture(params=CHILDREN)
def child(request, attacked):
    """The words that have a child started."""
    by_the_cli = request.param == "minting by the AWS CLI"
    if by_the_cli:
        without_botocore(attacked)
    yield CHILDREN[request.param](attacked)
    if by_the_cli:
        (attacked.packages / "botocore.py").unlink()


def plant(folder, names, marker):
    folder.mkdir(exist_ok=True)
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    for name in names:
        # `open` is not there yet when Python looks for its encodings.
        said = f"posix.write(posix.open({str(marker)!r}, {flags}, 0o600), {name.encode()!r} + b'\\n')"
        (folder / f"{name}.py").write_text(f"import posix\n{said}\n")


def installed(attacked, names):
    """Those of `names` that are found without PYTHONPATH."""
    code = "import json, sys; from importlib.util import find_spec; "
    code += (
        "print(json.dumps([name for name in json.load(sys.stdin) if name != '__main__' and find_spec(name)]))"
    )
    done = subprocess.run(
        [attacked.python, "-I", "-c", code],
        input=json.dumps(names),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_no_neighbour_runs(attacked, child, tmp_path, nightly):
    record, marker, folder = tmp_path / "imports", tmp_path / "ran", tmp_path / "pythonpath"
    first = attacked.call(*child, RECORD_IMPORTS=str(record))
    assert first.returncode == 0 or "doctor" in child, first.stderr
    there = {module.name for module in pkgutil.iter_modules()} | set(sys.stdlib_module_names)
    looked_for = set(record.read_text().split()) - {"__main__"}
    names = sorted(name for name in there | looked_for if name.isidentifier())
    assert {"json", "jupyter_securepypi", "encodings"} <= set(names)
    plant(attacked.work, [*names, "sitecustomize", "usercustomize", "pip", "uv"], marker)
    plant(folder, [*installed(attacked, names), "sitecustomize", "usercustomize"], marker)
    # The first is a part of each of the others.
    for pythonpath in (
        *([f"{folder}"] if nightly else []),
        f"{os.pathsep}{folder}{os.pathsep}.",
        f"{attacked.work}{os.pathsep}{folder}",
    ):
        again = attacked.call(*child, PYTHONPATH=pythonpath)
        assert not marker.exists(), sorted(set(marker.read_text().split()))
        assert again.returncode == first.returncode, again.stderr


@pytest.mark.parametrize("words", [["-c", "import json"], ["-m", "json.tool", "--help"]])
def test_a_python_started_as_usual_runs_them(attacked, tmp_path, words):
    """Or the above would show nothing."""
    plant(attacked.work, ["json"], tmp_path / "ran")
    subprocess.run([attacked.python, *words], cwd=attacked.work, capture_output=True, timeout=60)
    assert (tmp_path / "ran").exists()


def test_what_only_a_folder_of_pythonpath_has_is_found(attacked, tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more/only_here.py").write_text("print('found')\n")
    code = "import subprocess, sys; from jupyter_securepypi.core.child import python_command as f; "
    code += "subprocess.run(f(sys.executable, 'import only_here'))"
    assert attacked.call("-c", code, PYTHONPATH=str(tmp_path / "more")).stdout == "found\n"


def test_uv_is_found_by_its_file_and_not_by_what_lies_beside_a_notebook(attacked, tmp_path):
    marker = tmp_path / "ran"
    plant(attacked.work, ["uv"], marker)
    fake = attacked.work / "uv"
    fake.write_text(f"#!/bin/sh\necho uv >> {marker}\necho uv 9.9.9\n")
    fake.chmod(0o755)
    code = "import os; from jupyter_securepypi.install.engines import uv_binary as b; print(b.find(os.environ))"
    program = attacked.python.with_name("uv")
    for path, found in ((os.defpath, str(program)), (f"{os.pathsep}.{os.pathsep}/nowhere", "")):
        # As in a kernel: the working folder is first on the path.
        done = subprocess.run(
            [attacked.python, "-c", code], cwd=attacked.work, env={**os.environ, "PATH": path},
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.stdout.strip() == found, done.stderr
        assert not marker.exists()
        if found:
            aside = program.rename(program.with_name("no-uv"))
    aside.rename(program)


PATHS = "import json, sys; print(json.dumps([site.ENABLE_USER_SITE, [p for p in sys.path if p]]))"


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("kind", ["plain", "venv", "venv with the system's packages"])
def test_the_path_of_a_child_is_that_of_its_python(version, kind, tmp_path, home):
    """The user site in its place, and only where that Python has one."""
    python = interpreter(version)
    if kind != "plain":
        more = ["--system-site-packages"] if "system" in kind else []
        subprocess.run(
            [python, "-m", "venv", "--without-pip", *more, tmp_path / "venv"], check=True, timeout=120
        )
        python = str(tmp_path / "venv/bin/python")
    (home / f".local/lib/python{version}/site-packages").mkdir(parents=True)

    def told(command):
        env = {
            name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONUSERBASE")
        }
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    ours = told(python_command(python, PATHS))
    assert ours == told([python, "-c", f"import site; {PATHS}"])
    assert ours[0] is (kind != "venv")


def interpreter(version):
    """The path of a Python of that version; skips where there is none."""
    found = [*Path(os.environ["PYENV_ROOT"]).glob(f"versions/{version}.*/bin/python")]
    if f"{sys.version_info.major}.{sys.version_info.minor}" == version:
        found.append(Path(sys.base_prefix, "bin/python3"))
    if not found:
        pytest.skip(f"NOT CHECKED: there is no Python {version} under PYENV_ROOT or ~/.pyenv")
    return str(found[-1])
