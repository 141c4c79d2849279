"""Messages name the commands of the face in use: a rule for every text, and what each face shows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import jupyter_securepypi
from jupyter_securepypi.cli import main
from jupyter_securepypi.core.commands import SHARED, as_magics, in_a_notebook
from jupyter_securepypi.core.errors import NotFound, RequestRefused
from jupyter_securepypi.help.command import GROUPS
from jupyter_securepypi.help.commands import COMMANDS
from jupyter_securepypi.help.completion import MOST, beginning_with
from jupyter_securepypi.notebook.habits import known, understood
from jupyter_securepypi.notebook.help import magic_overview, parser_of

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
    shown = {line.split()[0] for line in magic_overview().splitlines() if line.startswith("  ")}
    assert shown == set(SHARED)
    for command in SHARED:
        assert parser_of(command).declared, f"%secure_pip {command} has options"


@pytest.mark.parametrize("command", SHARED)
def test_the_command_line_has_it_too(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "%secure_pip" not in capsys.readouterr().out


def test_every_command_has_a_group_and_examples_of_itself():
    for name, command in COMMANDS.items():
        assert command.group in GROUPS
        assert len(command.examples) > 1, name
        assert all(words.split()[0] == name for words, _ in command.examples)


@pytest.mark.parametrize(
    ("line", "is_cell", "meant"),
    [
        ("", True, "install"),
        ("-q", True, "install -q"),
        ("--engine uv", True, "install --engine uv"),
        ("install -q", True, "install -q"),
        ("pip install pandas", False, "install pandas"),
        ("uv pip install pandas", False, "install pandas"),
        ("-q install pandas", False, "install -q pandas"),
        ("status", False, "status"),
    ],
)
def test_what_is_typed_by_habit_is_understood(line, is_cell, meant):
    assert understood(line.split(), is_cell) == meant.split()


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("instal pandas", "did you mean `%secure_pip install pandas`?"),
        ("remove -y pandas", "did you mean `%secure_pip uninstall -y pandas`?"),
        ("pandas numpy", "to install it, write `%secure_pip install pandas numpy`"),
        ("--frobnicate", "`%secure_pip help` shows the commands"),
    ],
)
def test_what_is_no_command_is_told_with_a_way_on(line, remedy):
    first, *rest = line.split()
    with pytest.raises(RequestRefused) as refused:
        known([first], " ".join(rest))
    assert refused.value.remedy == remedy


def test_names_are_offered_in_any_spelling_and_nothing_that_is_no_name():
    names = ["acme-core", "acme-plots", "acme-$(touch x)", "acme-a b", "acme-;ls", "other"]
    assert beginning_with("Acme_", names) == ["acme-core", "acme-plots"]
    assert len(beginning_with("n", [f"n{number}" for number in range(MOST * 2)])) == MOST
