"""Install Python packages in notebooks from a company's private package index, and only from there.

Importing this package is cheap: names load when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .core.errors import SecurePyPIError as SecurePyPIError
    from .core.providers.codeartifact.repository import Repository as Repository
    from .install.packages import install_packages as install_packages

__all__ = ["Repository", "SecurePyPIError", "__version__", "install_packages", "load_ipython_extension"]


def __getattr__(name: str) -> Any:
    if name == "install_packages":
        return _install_packages()
    if name == "Repository":
        from .core.providers.codeartifact.repository import Repository

        return Repository
    if name == "SecurePyPIError":
        from .core.errors import SecurePyPIError

        return SecurePyPIError
    if name == "__version__":
        from ._version import __version__

        return __version__
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _install_packages() -> Any:
    """Return the function of the whole package, or the core's if there is only the core, as in the bundle."""
    try:
        from .install.packages import install_packages
    except ModuleNotFoundError as error:
        if error.name != f"{__name__}.install":
            raise
        from .core.job import install_packages
    return install_packages


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Return the module and class of the extension, for Jupyter Server."""
    from .server.extension import SecurePyPIExtension

    return [{"module": "jupyter_securepypi", "app": SecurePyPIExtension}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Return the folder of the built front end, for JupyterLab."""
    return [{"src": "labextension", "dest": "jupyter-securepypi"}]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register ``%secure_pip`` with IPython, and stand in front of ``%pip`` and ``%uv``.

    ``%load_ext jupyter_securepypi`` calls this.
    """
    from .notebook.magics import register

    register(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take ``%secure_pip`` away, and put IPython's own ``%pip`` and ``%uv`` back; ``%unload_ext`` calls this."""
    from .notebook.magics import unregister

    unregister(shell)
