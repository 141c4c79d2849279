"""Each made script is rewritten and run: the same packages arrive as before, and no token shows any more.

What a script does before is the same each time: one for each place where a token shows is run by day, all at night.
Some become the same program, which by day is run once; of others it is looked at by day, and run at night.
"""

from __future__ import annotations

import ast

import pytest
from copied_scripts import BECOMES, CELLS, SCRIPTS, USE, arriving, notebook

from jupyter_securepypi.cli import main

# pip runs inside the script's own process, so nothing is in argv or in a file: it is only held in memory.
SHOWS_NOTHING = {"in process"}
# In an argument, a variable and a file.
BY_DAY = {"shell", "environment", "netrc"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in BY_DAY else [pytest.mark.nightly]) for name in SCRIPTS]
)
def test_before_it_is_rewritten_packages_arrive_and_a_token_shows(name, job, project):
    _, before, shown = job.run(project(SCRIPTS[name]) / "train.py")
    assert before == arriving(name)
    assert bool(shown) is (name not in SHOWS_NOTHING)


@pytest.fixture(scope="module")
def outcomes():
    """Program → what came of it."""
    return {}


@pytest.mark.parametrize("name", BECOMES)
def test_a_script_becomes_this_program(name, project, capsys):
    folder = project(SCRIPTS[name])
    assert main(["adopt", "--write", str(folder)]) == 0, capsys.readouterr().out
    assert main(["adopt", str(folder)]) == 0, "something is left"
    assert (folder / "train.py").read_text() == BECOMES[name] + USE


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.nightly] if name in BECOMES else []) for name in SCRIPTS]
)
def test_the_same_packages_arrive_and_no_token_shows(name, job, project, capsys, outcomes, nightly):
    folder = project(SCRIPTS[name])
    assert main(["adopt", "--write", str(folder)]) == 0, capsys.readouterr().out
    assert main(["adopt", str(folder)]) == 0, "something is left"
    text = "".join(path.read_text() for path in folder.glob("*.py"))
    assert "boto3" not in text
    assert text.count("from jupyter_securepypi import install_packages\n") == 1
    program = name if nightly else program_in(folder)
    if program not in outcomes:
        outcomes[program] = (*job.run(folder / "train.py"), job.aws.calls()["calls"])
    output, after, shown, calls = outcomes[program]
    assert after == arriving(name)
    assert not shown
    assert "all from acme/shared-pypi" in output
    asking = [call for call in calls if call["operation"] == "GetAuthorizationToken"]
    assert {call["principal"].partition(":assumed-role/")[2].partition("/")[0] for call in asking} == {
        "SecurePyPIReadRole_111122223333"
    }


def program_in(folder):
    """All that counts of the files in a folder: comments and empty lines do not."""
    texts = {path.name: path.read_text() for path in folder.iterdir()}
    return str(
        {
            name: ast.dump(ast.parse(text)) if name.endswith(".py") else text
            for name, text in sorted(texts.items())
        }
    )


@pytest.mark.nightly
def test_a_notebook_that_ipython_runs_shows_a_token_before(job, project):
    _, before, shown = job.run(project({"a.ipynb": notebook(CELLS)}) / "a.ipynb")
    assert before == arriving("notebook")
    assert shown


def test_a_notebook_is_run_by_ipython_after(job, project, capsys):
    folder = project({"a.ipynb": notebook(CELLS)})
    assert main(["adopt", "--write", str(folder)]) == 0, capsys.readouterr().out
    output, after, shown = job.run(folder / "a.ipynb")
    assert after == arriving("notebook")
    assert not shown
    assert "done 1" in output
