"""An environment behind the gate, packages of any age in the index, and a database of what is known against them."""

from __future__ import annotations

import json
import time
import zipfile

import pytest
from administrator import lock
from installing import _environment, environment, packages, serve
from old_tools import _tools, setuptools, tool

from jupyter_securepypi.emulator.samples import build_wheel

__all__ = ["_environment", "_tools", "environment", "lock", "packages", "serve", "setuptools", "tool"]
DAY = 86_400.0


# The gate decides alike whatever the engine is; what pip has a part in is marked `either_engine`.
@pytest.fixture(params=["uv", pytest.param("pip", marks=pytest.mark.nightly)])
def engine(request):
    return request.param


@pytest.fixture
def publish(packages):
    """Publish a wheel that was uploaded `days` ago."""

    def publish(name, version, days, requires=(), **more):
        return build_wheel(packages, name, version, requires, uploaded=time.time() - days * DAY, **more)

    return publish


@pytest.fixture
def table(publish):
    """``acme-table``: 1.0 is a month old, 1.1 two days."""
    publish("acme-table", "1.0", 30)
    publish("acme-table", "1.1", 2)
    return "acme-table"


@pytest.fixture
def database(tmp_path, home):
    """Write records into a file like OSV's export, and return its path."""

    def write(*records):
        path = tmp_path / "all.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for one in records:
                archive.writestr(f"{one['id']}.json", json.dumps(one))
        return path

    return write
