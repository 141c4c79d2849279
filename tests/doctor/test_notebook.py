"""`%secure_pip doctor` in IPython."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


@pytest.fixture
def cell(aws, home):
    """What a cell prints, in an IPython of its own."""

    def run(line):
        code = [
            "from IPython.core.interactiveshell import InteractiveShell",
            "shell = InteractiveShell.instance()",
            "shell.run_line_magic('load_ext', 'jupyter_securepypi')",
            f"shell.run_cell({line!r})",
            "import sys; print(sorted(m for m in sys.modules if m.startswith('boto')))",
        ]
        command = [sys.executable, "-c", "\n".join(code)]
        done = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


def test_it_looks_at_the_notebooks_own_environment(cell, aws):
    lines = cell("%secure_pip doctor")
    assert any(line.startswith("✓ codeartifact:ReadFromRepository") for line in lines)
    assert any("kernel this one" in line for line in lines)
    [others] = [line for line in lines if line.startswith("– other kernels")]  # noqa: RUF001
    assert f"about {sys.prefix} only; jupyter securepypi doctor" in others
    assert "finding" in lines[-2]
    assert lines[-1] == "[]", "boto3 is the child's alone"


def test_json_is_one_object(cell):
    *_, text, _ = cell("%secure_pip doctor --json")
    found = json.loads(text)
    assert found["findings"] == sum(check["ok"] is False for check in found["checks"])


def test_fix_without_consent_touches_our_own_files_only(cell, home):
    lines = cell("%secure_pip doctor --fix")
    assert any(line.startswith("fix: got a new token") for line in lines)
    assert not (home / ".netrc").exists()


def test_an_unknown_option_is_refused_and_the_way_to_those_there_are_is_named(cell):
    said = "\n".join(cell("%secure_pip doctor --force"))
    assert "unrecognized arguments: --force" in said
    assert "%secure_pip help doctor" in said
    options = "\n".join(cell("%secure_pip help doctor"))
    assert all(option in options for option in ("--json", "--fix", "--yes"))
