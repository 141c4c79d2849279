"""Install Python packages in notebooks from a company's AWS CodeArtifact repository, and only from there.

Importing this package imports next to nothing: names load when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .core.errors import SecurePyPIError as SecurePyPIError
    from .core.job import install_packages as install_packages
    from .core.repository import Repository as Repository

_LAZY = {
    "Repository": ".core.repository",
    "SecurePyPIError": ".core.errors",
    "__version__": "._version",
    "install_packages": ".core.job",
}

__all__ = ["Repository", "SecurePyPIError", "__version__", "install_packages", "load_ipython_extension"]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Return what Jupyter Server asks for: the module and class of the extension."""
    from .server.extension import SecurePyPIExtension

    return [{"module": "jupyter_securepypi", "app": SecurePyPIExtension}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Return what JupyterLab asks for: where the built front end is."""
    return [{"src": "labextension", "dest": "jupyter-securepypi"}]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register ``%secure_pip`` with IPython: what ``%load_ext jupyter_securepypi`` calls."""
    from .notebook.magics import register

    register(shell)
