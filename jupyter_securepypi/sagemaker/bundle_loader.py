"""The bundle's ``core/__init__.py``: imports the core's modules from one compressed file beside it.

A zip file compresses each module by itself; compressed together, and by bzip2, they take half as much.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import json
import os
import sys
from importlib.machinery import ModuleSpec
from types import CodeType
from typing import Any, Dict

NAME = "sources.bz2"
"""The compressed file: a JSON object that maps paths below ``core/`` to sources."""


class Sources(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds and loads the modules of one package.

    Args:
        package: its full name.
        folder: the folder that its files would be in.
        sources: path below the package, with slashes → source.
    """

    def __init__(self, package: str, folder: str, sources: Dict[str, str]) -> None:
        self._folder = folder
        self._paths = {f"{package}.{path[:-3].replace('/', '.')}": path for path in sources}
        for name, path in list(self._paths.items()):
            if name.endswith(".__init__"):
                self._paths[name[: -len(".__init__")]] = path
        self._sources = sources

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Return the spec of a module of the package; None for any other module."""
        if fullname not in self._paths:
            return None
        spec = importlib.util.spec_from_loader(fullname, self, origin=self.get_filename(fullname))
        if spec is not None:
            spec.has_location = True  # so that modules know their ``__file__``
        return spec

    def is_package(self, fullname: str) -> bool:
        """Return whether a module is a package."""
        return self._paths[fullname].endswith("__init__.py")

    def get_filename(self, fullname: str) -> str:
        """Return the path that its file would have."""
        return os.path.join(self._folder, *self._paths[fullname].split("/"))

    def get_source(self, fullname: str) -> str:
        """Return its source, which tracebacks show."""
        return self._sources[self._paths[fullname]]

    def get_code(self, fullname: str) -> CodeType:
        """Return its compiled source."""
        return self.source_to_code(self.get_source(fullname), self.get_filename(fullname))


def _install() -> Dict[str, str]:
    try:
        import bz2
    except ImportError as error:
        raise ImportError(f"securepypi.pyz needs Python's module bz2, which {sys.executable} lacks") from error
    folder = os.path.dirname(__file__)
    content = __loader__.get_data(os.path.join(folder, NAME))  # type: ignore[name-defined]
    sources: Dict[str, str] = json.loads(bz2.decompress(content).decode())
    sys.meta_path.insert(0, Sources(__name__, folder, sources))
    return sources


if __name__.endswith(".core"):
    SOURCES = _install()
