"""An environment that borrows the packages of another, which has the emulator's samples and one of its own."""

from __future__ import annotations

import json
import subprocess
import zipfile

import pytest

from jupyter_securepypi.demo import borrowing
from jupyter_securepypi.emulator.samples import build_samples, build_wheel

SEEN = """
import json
from importlib.metadata import distributions
print(json.dumps(sorted({one.name for one in distributions()})))
"""


@pytest.fixture(params=[True, False], ids=["with samples", "without"])
def outer(request, tmp_path):
    """The Python of an environment that somebody works in."""
    python = borrowing.environment(tmp_path / "outer")
    [packages] = (tmp_path / "outer").glob("lib/python*/site-packages")
    wheels = [build_wheel(tmp_path, "their-own", "1.0"), *(build_samples(tmp_path) if request.param else [])]
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(packages)
    return python


def output(*command):
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_has_all_of_them_but_the_samples(outer, tmp_path):
    code = "import sys, pathlib; from jupyter_securepypi.demo import borrowing\n"
    code += "print(borrowing.environment(pathlib.Path(sys.argv[1])))"
    inner = output(outer, "-c", code, tmp_path / "inner").strip()
    there, here = (json.loads(output(python, "-c", SEEN)) for python in (outer, inner))
    assert here == [name for name in there if not name.startswith("acme-")]
    assert "their-own" in here
    assert output(
        inner, "-c", "import ipykernel, jupyter_securepypi.demo, their_own as m; print(m.__version__)"
    )
    # To pip they are not the environment's own: it neither removes nor replaces them.
    said = subprocess.run(
        [inner, "-m", "pip", "uninstall", "-y", "their-own"], capture_output=True, text=True, timeout=120
    )
    assert "Not uninstalling" in said.stdout + said.stderr
    assert "their-own" in json.loads(output(outer, "-c", SEEN))
