"""A token in the environment, or in pip's configuration, stays while something that runs later may need it."""

from __future__ import annotations

import pytest
from copied_scripts import notebook
from odd_scripts import HEAD, URL, plain

from jupyter_securepypi.cli import main

ENVIRONMENT = f'os.environ["PIP_INDEX_URL"] = {URL}\n'
CONFIGURED = (
    f'subprocess.check_call([sys.executable, "-m", "pip", "config", "set", "global.index-url", {URL}])\n'
)
OWN = plain('"acme-core"') + "\n"
MORE = f"import subprocess, sys\ndef more():\n    {OWN}"
PROJECTS = {
    "a function of another file": {"a.py": "import b\n{lent}{own}b.more()\n", "b.py": MORE},
    "a function of a file without a token, taken by name": {
        "a.py": "{lent}{own}from b import more\nmore()\n",
        "b.py": MORE,
    },
    "an import that installs": {
        "a.py": "{lent}{own}import b\nprint(1)\n",
        "b.py": f"import subprocess, sys\n{OWN}",
    },
    "two files away": {"a.py": "{lent}{own}import b\n", "b.py": "import c\n", "c.py": MORE + "more()\n"},
    "whoever imports it": {"a.py": "{lent}{own}", "b.py": f"import a\n{MORE}more()\n"},
    "a library that nobody named": {"a.py": "{lent}{own}from mylib import installer\ninstaller.run()\n"},
    "an unknown method": {"a.py": "{lent}{own}import cloud\njob = cloud.Job()\njob.start()\n"},
    "a function by its text": {"a.py": '{lent}{own}exec("import later")\n'},
    "another name for it": {"a.py": "{lent}{own}go = subprocess.run\ngo(['./build.sh'])\n"},
}


@pytest.mark.parametrize("lent", [ENVIRONMENT, CONFIGURED], ids=["environment", "configuration"])
@pytest.mark.parametrize("name", PROJECTS)
def test_it_is_left_unless_nothing_later_can_start_a_process(name, lent, project, capsys):
    files = {
        one: (HEAD if "{lent}" in text else "") + text.replace("{lent}", lent).replace("{own}", OWN)
        for one, text in PROJECTS[name].items()
    }
    folder = project(files)
    assert main(["adopt", "--write", str(folder)]) == 1
    assert "a.py, line" in capsys.readouterr().out
    assert {one: (folder / one).read_text() for one in files} == files


def test_a_file_beside_it_counts_though_it_was_not_named(project):
    folder = project({"a.py": f"{HEAD}import b\n{ENVIRONMENT}{OWN}", "b.py": MORE + "more()\n"})
    assert main(["adopt", "--write", str(folder / "a.py")]) == 1
    assert ENVIRONMENT in (folder / "a.py").read_text()


@pytest.mark.parametrize("cell", ["%%bash\npip install acme-core", "%run other.py", "!pip download acme-core"])
def test_in_a_notebook_lines_that_are_no_python_count(cell, project):
    text = notebook([HEAD, ENVIRONMENT, OWN, cell])
    folder = project({"a.ipynb": text})
    assert main(["adopt", "--write", str(folder)]) == 1
    assert (folder / "a.ipynb").read_text() == text


def test_it_goes_where_all_that_remains_is_known(project):
    rest = "import json\nprint(json.dumps([1]))\ndef show(x):\n    print(len(x))\nshow([])\n"
    folder = project({"a.py": f"{HEAD}{ENVIRONMENT}{OWN}{rest}"})
    assert main(["adopt", "--write", str(folder)]) == 0
    after = (folder / "a.py").read_text()
    assert 'install_packages(["acme-core"])' in after
    assert "PIP_INDEX_URL" not in after


def test_a_file_with_a_token_that_is_removed_afterwards_stays(project):
    text = f"""{HEAD}with open("pip.conf", "w") as file:
    file.write("[global]\\nindex-url = " + {URL})
os.environ["PIP_CONFIG_FILE"] = "pip.conf"
try:
    {OWN}finally:
    os.remove("pip.conf")
"""
    folder = project({"a.py": text})
    assert main(["adopt", "--write", str(folder)]) == 1
    assert (folder / "a.py").read_text() == text
