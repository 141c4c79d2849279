"""Dask and Ray are imported when somebody asks for them, and told of where they are missing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from jupyter_securepypi.emulator import Emulator


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_nothing_imports_them_before() -> None:
    code = """
import sys
import jupyter_securepypi, jupyter_securepypi.cli, jupyter_securepypi.clusters.install
import jupyter_securepypi.notebook.cluster, jupyter_securepypi.notebook.magics, jupyter_securepypi.server.extension
print([name for name in ("distributed", "dask", "ray", "cloudpickle") if name in sys.modules])
"""
    assert run(code) == "[]\n"


@pytest.mark.parametrize(("engine", "module"), [("dask", "distributed"), ("ray", "ray")])
def test_where_one_is_missing_the_extra_is_named(index: Emulator, engine: str, module: str) -> None:
    code = f"""
import sys
sys.modules[{module!r}] = None
from jupyter_securepypi.clusters.install import install_on
from jupyter_securepypi.config import load_options
from jupyter_securepypi.core.errors import ConfigurationError
try:
    install_on({engine!r}, load_options(), ["app-features"])
except ConfigurationError as error:
    print(error)
"""
    said = run(code)
    assert f"{engine.capitalize()} is not installed here." in said
    assert f'python -m pip install "jupyter_securepypi[{engine}]"' in said
