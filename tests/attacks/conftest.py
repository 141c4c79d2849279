"""An environment to install into, with pip or uv in any version; packages to add to the index; an index and a host."""

import shutil

import pytest
from attacked import SECRET, Attacked, Web
from installing import _environment, engine, environment, packages, serve
from old_tools import _tools, setuptools, tool

__all__ = ["_environment", "_tools", "engine", "environment", "packages", "serve", "setuptools", "tool"]


@pytest.fixture
def servers():
    """The index, and another host, by the name localhost: storage, or whoever."""
    both = Web.start(), Web.start()
    both[1].url = both[1].url.replace("127.0.0.1", "localhost")
    yield both
    for one in both:
        one.close()


@pytest.fixture
def index(servers):
    return servers[0]


@pytest.fixture
def elsewhere(servers):
    return servers[1]


@pytest.fixture(scope="session")
def _attacked(tmp_path_factory):
    return Attacked(tmp_path_factory.mktemp("attacked"))


@pytest.fixture
def bare(_attacked, tmp_path):
    """An environment with nothing in it, in which nothing is set up."""
    _attacked.work = tmp_path / "work"
    _attacked.work.mkdir()
    yield _attacked
    for path in _attacked.packages.glob("acme*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.fixture
def attacked(bare, home, index, monkeypatch):
    """The same where `index` is the secure one, whose password stands in the user's netrc file."""
    (home / ".netrc").write_text(f"machine 127.0.0.1 login reader password {SECRET}\n")
    (home / ".netrc").chmod(0o600)
    monkeypatch.setenv("SECURE_PYPI_INDEX", f"{index.url}team/simple/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    return bare
