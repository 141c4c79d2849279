"""Files that belong together are changed together, and names that others take from a file stay in it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from copied_scripts import notebook
from odd_scripts import SETUP

from jupyter_securepypi.cli import main

USE = 'from helper import setup\nsetup(["acme-core"])\n'


def test_what_a_notebook_imports_stays_where_the_notebook_cannot_be_written_again(project, capsys):
    text = notebook([USE]).replace('"kept\\n"', "1e-7")
    folder = project({"helper.py": SETUP, "use.ipynb": text})
    assert main(["adopt", "--write", str(folder)]) == 0
    assert "use.ipynb, its layout: it cannot be written again as it is" in capsys.readouterr().out
    assert (folder / "use.ipynb").read_text() == text
    assert "def setup(pkgs):\n    install_packages(pkgs)\n" in (folder / "helper.py").read_text()


@pytest.mark.parametrize(
    "files",
    [
        {"old.py": "from helper import setup\nprint 'python 2'\n"},
        {"run.sh": "python -c 'from helper import setup; setup([1])'\n"},
        {"package/__init__.py": "from helper import setup\n"},
        {"other/helper.py": SETUP},
    ],
    ids=["no Python of this version", "a shell script", "an import for others", "two of one name"],
)
def test_what_a_file_that_is_not_followed_imports_stays(files, project):
    folder = project({"helper.py": SETUP, "use.py": USE, **files})
    main(["adopt", "--write", str(folder)])
    assert "def setup(pkgs):\n    install_packages(pkgs)\n" in (folder / "helper.py").read_text()
    assert all((folder / name).read_text() == text for name, text in files.items() if text != SETUP)


LONG = f"{'u' * 248}.py"  # the file that stands beside it while it is written would have too long a name


def test_where_one_file_cannot_be_written_none_is(project, capsys):
    folder = project({"helper.py": SETUP, LONG: USE})
    assert main(["adopt", "--write", str(folder)]) == 1
    assert "no file was changed" in capsys.readouterr().err
    assert (folder / "helper.py").read_text() == SETUP
    assert (folder / LONG).read_text() == USE


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="gives a file to another user")
def test_a_file_of_another_user_is_met_before_anything_is_written(project):
    folder = project({"helper.py": SETUP, "use.py": USE})
    os.chown(folder / "use.py", 65534, 65534)
    assert main(["adopt", "--write", str(folder)]) == 1
    assert (folder / "helper.py").read_text() == SETUP


@pytest.mark.parametrize(
    "line",
    [
        '__all__ = []\n__all__ += ["setup"]\n',
        '__all__: list = ["setup"]\n',
        '__all__ = ["a"]\n__all__.append("setup")\n',
        'if True:\n    __all__ = ("setup",)\n',
    ],
)
def test_a_name_in_all_stays_however_it_comes_into_it(line, project):
    folder = project({"helper.py": f'{SETUP}{line}setup(["a"])\n'})
    assert main(["adopt", "--write", str(folder)]) == 0
    assert "def setup(pkgs):\n    install_packages(pkgs)\n" in (folder / "helper.py").read_text()


def test_json_says_what_was_written(project, capsys):
    folder = project({"helper.py": SETUP, "use.py": USE})
    assert main(["adopt", "--write", "--json", str(folder)]) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert {Path(one["path"]).name: one["written"] for one in files} == {"helper.py": True, "use.py": True}
