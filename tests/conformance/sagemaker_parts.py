"""The parts of SageMaker that run in its containers, and a container of venv, folders and variables for them.

They come from the package index that this machine's pip uses. Where one cannot be had, what needs it is skipped
with the reason; SECUREPYPI_REQUIRE_CONFORMANCE=1 makes that a failure.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
from throwaway import NotMade, not_made, uv

from jupyter_securepypi.demo import borrowing
from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel

# What is in every token; see `Emulator`.
MARKER = "LEAKEDTOKEN"

# Each without the dependencies that only other features need: numpy, pandas and the like.
PARTS = {
    "training": ["sagemaker-training", "paramiko", "invoke", "bcrypt", "pynacl", "inotify_simple", "retrying"],
    "inference": ["sagemaker-inference", "retrying"],
    "sdk3": ["sagemaker-core>=2.10", "sagemaker-train>=1.10"],
    "sdk2": ["sagemaker<3"],
}

# Writes down the command line of every Python that starts, as `ps` would show it.
_RECORDER = """\
import json, os, sys
if os.environ.get("RECORD_ARGV"):
    with open(os.environ["RECORD_ARGV"], "a") as file:
        file.write(json.dumps(sys.orig_argv) + chr(10))
"""


def install(python: Path, folder: Path, *requirements: str) -> Path:
    """Install `requirements` without dependencies for `python` into `folder`, or skip, or fail where required."""
    try:
        uv("pip", "install", "--no-deps", "--python", python, "--target", folder, *requirements)
    except NotMade as error:
        not_made(error)
    return folder


def pyenv_python(version: str) -> Path:
    """Return an interpreter of pyenv's of that version, or skip."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = sorted((root / "versions").glob(f"{version}.*/bin/python"))
    if not found:
        pytest.skip(f"NOT CHECKED: there is no Python {version} under PYENV_ROOT or ~/.pyenv")
    return found[-1]


def version_in(folder: Path, name: str) -> str:
    """Return the version of the distribution `name` in `folder`."""
    [found] = {d.version for d in distributions(path=[str(folder)]) if d.name.replace("_", "-") == name}
    return found


def methods_of(file: Path, class_name: str, *names: str, **others: Any) -> Any:
    """Return a class with the methods `names` of a class in `file`, compiled as they stand there.

    Its module imports the whole SDK, which needs pandas and more; these methods need no more than `others`.
    """
    import logging
    import re
    from textwrap import dedent
    from typing import Optional

    tree = ast.parse(file.read_text())
    [found] = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == class_name]
    wanted = [node for node in found.body if isinstance(node, (ast.Assign, ast.FunctionDef))]
    found.body = [n for n in wanted if isinstance(n, ast.Assign) or n.name in names]
    found.bases = []
    module = ast.Module(body=[found], type_ignores=[])
    scope = {"re": re, "dedent": dedent, "Optional": Optional, "logger": logging.getLogger("sdk"), **others}
    exec(compile(module, str(file), "exec"), scope)
    return scope[class_name]


class DefaultIndex:
    """What pip asks where nobody tells it otherwise; it has acme-core 99 and acme-nothing, and remembers."""

    def __init__(self, folder: Path) -> None:
        for name in ("acme-core", "acme-nothing"):
            page = folder / "simple" / name
            page.mkdir(parents=True)
            wheel = build_wheel(page, name, "99.0")
            (page / "index.html").write_text(f'<a href="{wheel.name}">{wheel.name}</a>')
        self.asked: list[str] = []
        asked = self.asked

        class Handler(SimpleHTTPRequestHandler):
            def log_message(self, *words: object) -> None:
                asked.append(self.path)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
        self.url = f"http://127.0.0.1:{self.server.server_port}/simple/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Container:
    """A Python of its own, /opt/ml in a scratch folder, the variables of a job, and what can be observed.

    Args:
        root: the container's files.
        python: its Python; the folders `parts` are on its path.
        emulator: the emulated AWS, over https.
        default: the index that its pip is configured for.
        parts: folders that `install` filled.
    """

    def __init__(
        self, root: Path, python: Path, emulator: Emulator, default: DefaultIndex, *parts: Path
    ) -> None:
        self.root, self.python, self.emulator, self.default = root, python, emulator, default
        self.ml = root / "opt/ml"
        home = root / "home"
        (home / ".config/pip").mkdir(parents=True)
        (home / ".config/pip/pip.conf").write_text(f"[global]\nindex-url = {default.url}\n")
        self.ml.mkdir(parents=True)
        self.env = {
            "PATH": f"{python.parent}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
            "HOME": str(home),
            "XDG_CONFIG_DIRS": str(root / "etc/xdg"),
            "LANG": "C.UTF-8",
            "PYTHONPATH": os.pathsep.join(map(str, parts)),
            "RECORD_ARGV": str(root / "argv"),
            "SAGEMAKER_BASE_DIR": str(self.ml),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            **emulator.environment(),
        }

    def run(self, *command: str | Path, cwd: Path | None = None, **variables: str) -> Any:
        """Run a command and keep what it printed as the log."""
        words = [str(word) for word in command]
        done = subprocess.run(
            words,
            env={**self.env, **variables},
            cwd=cwd or self.root,
            capture_output=True,
            text=True,
            timeout=120,
        )
        self.log = done.stdout + done.stderr
        return done

    def write(self, path: str, text: str) -> Path:
        """Write a file below /opt/ml and return it."""
        file = self.ml / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def localized(self, script: str, name: str) -> Path:
        """Write a generated shell script whose /opt/ml is this container's."""
        return self.write(name, script.replace("/opt/ml", str(self.ml)))

    def without_aws_cli(self) -> str:
        """Return a PATH that has all these scripts need but the AWS CLI."""
        tools = self.root / "tools"
        tools.mkdir()
        for name in ("bash", "tar", "gzip", "ls", "cat", "chmod"):
            (tools / name).symlink_to(str(shutil.which(name)))
        for name in ("python", "python3", "pip"):
            (tools / name).write_text(f'#!/bin/sh\nexec "{self.python.parent / name}" "$@"\n')
            (tools / name).chmod(0o755)
        return str(tools)

    def without_boto3(self) -> str:
        """Return a PYTHONPATH on which boto3 cannot be imported."""
        blocked = self.root / "blocked"
        blocked.mkdir()
        (blocked / "boto3.py").write_text("raise ImportError('no boto3 in this image')\n")
        return os.pathsep.join([str(blocked), self.env["PYTHONPATH"]])

    def without_arrays(self) -> None:
        """Let numpy, scipy and pandas be importable and empty: the parts that run here only import them."""
        folder = self.root / "arrays"
        (folder / "scipy").mkdir(parents=True)
        for name in ("numpy.py", "scipy/__init__.py", "scipy/sparse.py"):
            (folder / name).touch()
        (folder / "pandas.py").write_text("class DataFrame: ...\n")
        self.env["PYTHONPATH"] += f"{os.pathsep}{folder}"

    @property
    def served(self) -> set[str]:
        """The principals for which the secure index served files."""
        calls = self.emulator.calls()["calls"]
        return {call["principal"] for call in calls if call.get("kind") == "file" and call["status"] == 200}

    @property
    def argv(self) -> str:
        """The command lines of all Pythons that ran."""
        file = self.root / "argv"
        lines = file.read_text().splitlines() if file.exists() else []
        return "\n".join(" ".join(json.loads(line)) for line in lines)


def make_python(folder: Path) -> Path:
    """Make a virtual environment that sees pip, boto3 and the like of this one, and return its Python.

    The pip that `venv` would bring is older, and takes seconds to read what all that requires.
    """
    python = borrowing.bare(folder)
    [packages] = (folder / "lib").glob("python*/site-packages")
    (packages / "recorder.py").write_text(_RECORDER)
    (packages / "recorder.pth").write_text("import recorder\n")
    for name in ("pip", "pip3"):
        script = python.with_name(name)
        script.write_text(f'#!/bin/sh\nexec "{python}" -m pip "$@"\n')
        script.chmod(0o755)
    borrowing.borrow(python, borrowing.folders(folder), links=False)
    return python


def remove_samples(python: Path) -> None:
    """Take the emulator's packages out of a virtual environment again."""
    [packages] = (python.parents[1] / "lib").glob("python*/site-packages")
    for path in packages.glob("acme_*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
