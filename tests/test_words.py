"""Messages name the commands of the face in use: a rule for every text, and what each face shows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import jupyter_securepypi
from jupyter_securepypi.cli import main
from jupyter_securepypi.core.commands import SHARED, as_magics, in_a_notebook
from jupyter_securepypi.core.errors import NotFound
from jupyter_securepypi.notebook.magics import HELP

PACKAGE = Path(jupyter_securepypi.__file__).parent
OF_A_NOTEBOOK = {"notebook", "demo", "etc"}


def texts(file):
    """The strings of a module, without docstrings: each with its line."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    prose = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and ast.get_docstring(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


def test_no_text_outside_the_notebook_tells_to_type_a_magic():
    found = [
        f"{file.relative_to(PACKAGE)}:{line}"
        for file in PACKAGE.rglob("*.py")
        if file.relative_to(PACKAGE).parts[0] not in OF_A_NOTEBOOK and file.name != "commands.py"
        for line, text in texts(file)
        if re.search(r"`%%?(secure_pip|pip)\b", text)
    ]
    assert not found


def test_a_notebook_names_magics_where_there_are_some_and_commands_where_not():
    text = "`jupyter securepypi refresh`, `jupyter securepypi iam-policy reader`, `python -m pip check`"
    assert as_magics(text) == "`%secure_pip refresh`, `jupyter securepypi iam-policy reader`, `%pip check`"
    with in_a_notebook():
        assert (
            NotFound("x", remedy="`jupyter securepypi list` shows it").remedy == "`%secure_pip list` shows it"
        )
    assert NotFound("x", remedy="`jupyter securepypi list` shows it").remedy.startswith("`jupyter")


def test_the_magic_has_every_command_that_messages_turn_into_one():
    assert [command for command in SHARED if f"%secure_pip {command}" not in HELP] == []


@pytest.mark.parametrize("command", SHARED)
def test_the_command_line_has_it_too(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "%secure_pip" not in capsys.readouterr().out
