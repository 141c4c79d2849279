"""Where an environment's packages lie, held against what its own Python says of itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_securepypi.kernels.search_path import search_path

ASK = """
import json, platform, sys
places = [one for one in sys.path if one.endswith(("site-packages", "dist-packages", "linked"))]
print(json.dumps([platform.python_version(), places]))
"""


@pytest.fixture
def environ(home):
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def told_by(python, environ):
    done = subprocess.run([python, "-c", ASK], env=environ, check=True, capture_output=True, text=True)
    version, places = json.loads(done.stdout)
    return version, [os.path.realpath(one) for one in places]


def seen(prefix, environ):
    found = search_path(prefix, environ)
    return found.python, [os.path.realpath(one) for one in found.folders]


@pytest.fixture(scope="module")
def lonely(tmp_path_factory):
    """A virtual environment whose settings a test changes."""
    prefix = tmp_path_factory.mktemp("lonely") / "env"
    base = Path(sys.base_prefix) / "bin/python3"
    subprocess.run([base, "-m", "venv", "--without-pip", prefix], check=True)
    return prefix


@pytest.mark.parametrize("said", ["= true", "= True", "= 1", "= yes", "= false", "=", None])
def test_the_system_counts_where_python_says_so(lonely, environ, said):
    settings = lonely / "pyvenv.cfg"
    key = "include-system-site-packages"
    others = [line for line in settings.read_text().splitlines() if not line.startswith(key)]
    settings.write_text("\n".join([*others, *([f"{key} {said}"] if said is not None else [])]) + "\n")
    assert seen(lonely, environ) == told_by(lonely / "bin/python", environ)


@pytest.mark.parametrize("more", [(), ("--system-site-packages",)], ids=["alone", "with-the-system"])
def test_a_virtual_environment_is_seen_as_its_python_sees_it(tmp_path, environ, more):
    base = Path(sys.base_prefix) / "bin/python3"
    subprocess.run([base, "-m", "venv", "--without-pip", *more, tmp_path / "env"], check=True, env=environ)
    version = "{}.{}".format(*sys.version_info)
    site = tmp_path / "env/lib" / f"python{version}" / "site-packages"
    (tmp_path / "linked").mkdir()
    (site / "one.pth").write_text(f"# a comment\n{tmp_path / 'linked'}\nimport os\n")
    user = Path(environ["HOME"], ".local/lib", f"python{version}", "site-packages")
    user.mkdir(parents=True)
    assert seen(tmp_path / "env", environ) == told_by(tmp_path / "env/bin/python", environ)


def test_an_environment_of_conda_says_its_version_in_a_file_name(tmp_path, environ):
    (tmp_path / "lib/python3.10/site-packages").mkdir(parents=True)
    (tmp_path / "conda-meta").mkdir()
    (tmp_path / "conda-meta/python-3.10.14-h955ad1f_1.json").write_text("{}")
    assert search_path(tmp_path, {**environ, "PYTHONNOUSERSITE": "1"}).python == "3.10.14"


def test_pythonpath_comes_first_and_its_links_do_not_count(tmp_path, environ):
    site, first, linked = tmp_path / "env/lib/python3.9/site-packages", tmp_path / "first", tmp_path / "linked"
    for folder in (site, first, linked):
        folder.mkdir(parents=True)
    (tmp_path / "env/pyvenv.cfg").write_text("home = /nowhere/bin\nversion_info = 3.9.18.final.0\n")
    (first / "one.pth").write_text(str(linked))
    found = search_path(tmp_path / "env", {**environ, "PYTHONPATH": f"{first}{os.pathsep}"})
    assert (found.folders, found.python) == ((first, site), "3.9.18")


def test_what_is_no_environment_has_nothing(tmp_path, environ):
    assert search_path(tmp_path / "missing", environ).folders == ()
