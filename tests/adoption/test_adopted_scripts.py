"""Each made script is run, rewritten and run again: the same packages arrive, and no token shows any more."""

from __future__ import annotations

import pytest
from copied_scripts import CELLS, SCRIPTS, notebook

from jupyter_securepypi.cli import main

# pip runs inside the script's own process, so nothing is in argv or in a file: it is only held in memory.
SHOWS_NOTHING = {"in process"}


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_same_packages_arrive_and_no_token_shows(name, job, project, capsys):
    folder = project(SCRIPTS[name])
    _, before, shown = job.run(folder / "train.py")
    assert before
    assert bool(shown) is (name not in SHOWS_NOTHING)
    job.aws.clear()

    assert main(["adopt", "--write", str(folder)]) == 0, capsys.readouterr().out
    assert main(["adopt", str(folder)]) == 0, "something is left"
    output, after, shown = job.run(folder / "train.py")
    assert after == before
    assert not shown
    assert "all from acme/shared-pypi" in output
    text = "".join(path.read_text() for path in folder.glob("*.py"))
    assert "boto3" not in text
    assert text.count("from jupyter_securepypi import install_packages\n") == 1
    calls = [call for call in job.aws.calls()["calls"] if call["operation"] == "GetAuthorizationToken"]
    assert {call["principal"].partition(":assumed-role/")[2].partition("/")[0] for call in calls} == {
        "SecurePyPIReadRole_111122223333"
    }


def test_a_notebook_is_run_by_ipython_before_and_after(job, project, capsys):
    folder = project({"a.ipynb": notebook(CELLS)})
    output, before, shown = job.run(folder / "a.ipynb")
    assert before == {"acme_core": "1.4.0", "acme_features": "1.2.0"}
    assert shown
    assert main(["adopt", "--write", str(folder)]) == 0, capsys.readouterr().out
    output, after, shown = job.run(folder / "a.ipynb")
    assert after == before
    assert not shown
    assert "done 1" in output
