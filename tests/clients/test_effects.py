"""Every option of pip and every variable and key of uv is classified: the tools themselves say which there are."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from client_tools import Tools

from jupyter_securepypi.clients.uv_variables import KEYS, VARIABLES, effect_of
from jupyter_securepypi.core.effect import Effect
from jupyter_securepypi.core.pip import names
from jupyter_securepypi.core.pip.effects import EFFECTS

ASK_PIP = """
from pip._internal.commands import create_command
for name in ("install", "download", "wheel"):
    for option in create_command(name).parser.option_list_all:
        print(*(word[2:] for word in option._long_opts))
"""
# The main commands whose help names variables; those in between have none of their own.
COMMANDS = [
    "",
    *(
        "pip install",
        "pip compile",
        "pip sync",
        "sync",
        "lock",
        "add",
        "run",
        "export",
        "tree",
        "init",
        "build",
    ),
    *("publish", "venv", "tool install", "tool run", "python install", "python find"),
]

CONDAS = "_CONDA_ROOT"
"""A variable of conda's, whose name stands behind one of uv's."""


@pytest.fixture(scope="module")
def tools(tmp_path_factory):
    return Tools(tmp_path_factory.mktemp("tools"))


@pytest.fixture(params=["oldest", "newest"])
def uv(request, tools):
    if request.param == "newest":
        return Path(sys.executable).with_name("uv")
    return tools.python("uv-oldest", "uv==0.6.15").with_name("uv")


def said(*command, cwd=None):
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr


# The six that it brings along loads its modules in a way that Python 3.12 has no more.
OLDEST = pytest.param(
    "==20.3.4",
    marks=pytest.mark.skipif(
        sys.version_info >= (3, 12),
        reason="pip 20.3.4 DOES NOT RUN ON PYTHON 3.12 AND NEWER: its options are not looked at here",
    ),
)


@pytest.mark.parametrize("version", ["", OLDEST, "==23.2.1", "==25.2"])
def test_every_option_of_pip_has_an_effect(version, tools):
    python = tools.python(f"pip{version}", f"pip{version}", "setuptools") if version else sys.executable
    options = set(said(python, "-c", ASK_PIP).split())
    assert {"index-url", "constraint"} <= options
    assert not options - set(EFFECTS), "say in core/pip/effects.py what these can do"


def test_every_variable_in_the_help_of_uv_has_an_effect(uv):
    texts = "".join(said(uv, "help", *command.split()) for command in COMMANDS)
    variables = set(re.findall(r"\[env:\s+\"?(UV_[A-Z0-9_]+)", texts))
    assert {"UV_INDEX", "UV_CONFIG_FILE", "UV_INSECURE_HOST"} <= variables
    assert not {name for name in variables if effect_of(name) is None}, "say in clients/uv_variables.py"


def test_every_variable_in_the_program_of_uv_has_an_effect(uv):
    """In a program, texts stand without gaps, and short ones in pieces of eight bytes. So a name is known if it begins
    with a known one and does not go on with an underscore, or if it is a piece of a known one."""
    found = {
        name.decode() for name in re.findall(rb"(?<![A-Z0-9_])UV_[A-Z][A-Z0-9_]+", uv.resolve().read_bytes())
    }
    parts = {f"UV_{part}" for name in found for part in re.split(r"(?:^|(?<=[A-Z]))UV_", name) if part}
    assert len(parts) > 50
    assert not {name for name in parts if not _known(name)}, "say in clients/uv_variables.py what these can do"


def test_every_key_of_uvs_files_has_an_effect(uv, tmp_path):
    keys = set()
    for text in ("unheard-of = 1\n", "[pip]\nunheard-of = 1\n"):
        (tmp_path / "uv.toml").write_text(text)
        answer = said(uv, "pip", "install", "--offline", "nothing", cwd=tmp_path)
        keys |= set(re.findall(r"`([a-z-]+)`", answer.partition("expected one of")[2]))
    assert {"index-url", "override-dependencies", "verify-hashes"} <= keys
    assert not keys - set(KEYS), "say in clients/uv_variables.py what these can do"


def test_the_lists_of_pips_names_follow_from_the_classes():
    assert all(EFFECTS[key] is Effect.REDIRECTING for key in (*names.INDEX_KEYS, *names.FILE_KEYS))
    assert not names.HARMLESS & {"no-index", "target", "keyring-provider", "trusted-host", "constraint"}


def _known(name):
    if len(name) <= 9:  # a piece of eight bytes, to which machine code may have added a letter
        return any(known.startswith(name[:8]) for known in VARIABLES)
    begun = max((known for known in VARIABLES if name.startswith(known)), key=len, default="")
    rest = name[len(begun) :]
    return bool(begun) and (begun.endswith("_") or not rest.startswith("_") or rest.startswith(CONDAS))
