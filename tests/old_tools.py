"""Versions of pip and uv, put into the environment that a test installs into."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from client_tools import Tools
from installing import Environment

# The oldest that is supported and the newest, which differ in all that we ask of pip by its version; at night, those
# of the years between.
_BETWEEN = ("21.3.1", "23.2.1", "24.0", "25.2") if os.environ.get("SECUREPYPI_NIGHTLY") else ()
PIPS = ("20.3.4", *_BETWEEN, "newest")
UVS = ("0.6.15", "newest")
TOOLS = [*(f"pip {version}" for version in PIPS), *(f"uv {version}" for version in UVS)]


@pytest.fixture(scope="session")
def _tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    return Tools(tmp_path_factory.mktemp("package-managers"))


@pytest.fixture(params=TOOLS)
def tool(request: pytest.FixtureRequest, environment: Environment, _tools: Tools) -> Iterator[str]:
    """The engine's name, in a version of the parameter's."""
    engine, _, version = request.param.partition(" ")
    requirement = engine if version == "newest" else f"{engine}=={version}"
    python = _tools.python(f"{engine}-{version}", requirement)
    with _uv(environment, python) if engine == "uv" else _linked(environment, python, "pip"):
        yield engine


@contextlib.contextmanager
def _uv(environment: Environment, python: Path) -> Iterator[None]:
    real = environment.bin("uv").rename(environment.bin("other-uv"))
    environment.bin("uv").symlink_to(python.with_name("uv"))
    try:
        yield
    finally:
        real.replace(environment.bin("uv"))


@pytest.fixture
def setuptools(environment: Environment, _tools: Tools) -> Iterator[None]:
    """The last setuptools that builds as it did for years, in the environment."""
    python = _tools.python("setuptools", "setuptools==69.5.1", "wheel==0.43.0")
    with _linked(environment, python, "setuptools", "pkg_resources", "_distutils_hack", "wheel"):
        yield


@contextlib.contextmanager
def _linked(environment: Environment, python: Path, *names: str) -> Iterator[None]:
    [packages] = python.parents[1].glob("lib/python*/site-packages")
    found = [path for path in packages.iterdir() if path.name.split("-")[0] in names]
    links = [environment.packages / path.name for path in found]
    for link, path in zip(links, found, strict=True):
        link.symlink_to(path)
    try:
        yield
    finally:
        for link in links:
            link.unlink()
