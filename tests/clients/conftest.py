"""A scratch home, and pip itself as the judge of what it reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# pip's own option parser, so that sections, aliases, files and variables count as they do in a real run.
_ASK_PIP = """
import json, sys
from pip._internal.commands import create_command
answers = {}
for name in sys.argv[1:]:
    parser = create_command(name).parser
    options = parser.get_default_values()
    answers[name] = {key: getattr(options, key, None) for key in
        ("index_url", "extra_index_urls", "find_links", "timeout", "disable_pip_version_check")}
print(json.dumps(answers))
"""


@pytest.fixture(scope="session")
def ask_pip():
    """What the pip of a Python has in force: command → option → value."""

    def ask(python, environ, *commands):
        arguments = [str(python), "-c", _ASK_PIP, *commands]
        done = subprocess.run(arguments, env=environ, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask


@pytest.fixture
def environ(tmp_path, monkeypatch):
    """A scratch home without any index variable, also in force for this process's own folders."""
    home = tmp_path / "home"
    (home / ".config/pip").mkdir(parents=True)
    for name in [name for name in os.environ if name.startswith(("PIP_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(home / "etc"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    return dict(os.environ)


@pytest.fixture
def user_file(environ):
    return Path(environ["HOME"], ".config/pip/pip.conf")


@pytest.fixture
def prefix(tmp_path):
    """An empty environment: to pip, and to us, an environment is a folder."""
    folder = tmp_path / "env"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def venv(tmp_path_factory):
    """A real virtual environment with its own pip."""
    folder = tmp_path_factory.mktemp("venv") / "kernel env"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, timeout=120)
    return folder


@pytest.fixture
def clean_venv(venv):
    """The virtual environment, without a pip.conf before and after."""
    (venv / "pip.conf").unlink(missing_ok=True)
    yield venv
    (venv / "pip.conf").unlink(missing_ok=True)
