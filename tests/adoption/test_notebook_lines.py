"""Notebooks: the import comes where Python runs, and lines that are no Python keep what they name."""

from __future__ import annotations

import json

import pytest
from copied_scripts import notebook
from odd_scripts import SETUP

from jupyter_securepypi.cli import main

IMPORT = "from jupyter_securepypi import install_packages"


def rewritten(project, cells):
    folder = project({"a.ipynb": notebook(cells)})
    status = main(["adopt", "--write", str(folder)])
    found = json.loads((folder / "a.ipynb").read_text())["cells"]
    return status, ["".join(one["source"]) for one in found if one["cell_type"] == "code"]


@pytest.mark.parametrize(
    "first", ["%%bash\necho hi", "%%html\n<p>", "%%timeit\nsum([1])", "%%writefile x\nimport y"]
)
def test_a_first_cell_of_another_kind_is_not_touched(first, project):
    status, cells = rewritten(project, [first, SETUP, 'setup(["a"])'])
    assert status == 0
    assert cells[0] == first
    assert IMPORT in cells[1].split("\n")
    assert cells[2] == 'install_packages(["a"])'


@pytest.mark.parametrize("magic", ["%%time", "%%capture out"])
def test_the_import_stands_below_the_magic_of_a_cell_of_python(magic, project):
    status, cells = rewritten(project, [f"{magic}\nimport math\nprint(math.pi)", SETUP, 'setup(["a"])'])
    assert status == 0
    assert cells[0] == f"{magic}\nimport math\n{IMPORT}\nprint(math.pi)"


@pytest.mark.parametrize(
    "line",
    ['%time setup(["a"])', '%timeit -n1 setup(["a"])', 'x = %time setup(["a"])'],
)
def test_what_a_line_magic_calls_stays(line, project):
    status, cells = rewritten(project, [SETUP, line, 'setup(["b"])'])
    assert cells[1:] == [line, 'setup(["b"])']
    assert "def setup(pkgs):\n    install_packages(pkgs)" in cells[0]
    assert status == 0


def test_an_import_that_only_a_magic_needs_stays(project):
    _, cells = rewritten(project, [SETUP, 'setup(["a"])', "%time subprocess.run(['ls'])"])
    assert "subprocess" in cells[0]


def test_a_notebook_without_a_cell_for_the_import_stays(project):
    status, cells = rewritten(project, ["%%timeit\n" + SETUP + 'setup(["a"])'])
    assert status == 1
    assert cells == ["%%timeit\n" + SETUP + 'setup(["a"])']
