"""An environment to install into, packages to add to the index, and folders served as indexes."""

from installing import _environment, engine, environment, packages, serve

__all__ = ["_environment", "engine", "environment", "packages", "serve"]
