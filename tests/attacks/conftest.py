"""An environment to install into, with pip or uv in any version; packages to add to the index; an index and a host."""

import pytest
from attacked import Web
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
