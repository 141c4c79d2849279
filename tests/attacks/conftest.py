"""An environment to install into, with pip or uv in any version; packages to add to the index."""

from installing import _environment, engine, environment, packages, serve
from old_tools import _tools, setuptools, tool

__all__ = ["_environment", "_tools", "engine", "environment", "packages", "serve", "setuptools", "tool"]
