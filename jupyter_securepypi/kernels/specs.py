"""The kernel specifications that a Jupyter server would find, for commands that run without a server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from traitlets.config.loader import Config, ConfigFileNotFound, JSONFileConfigLoader


def all_specs() -> Mapping[str, Any]:
    """Return the result that ``KernelSpecManager.get_all_specs()`` has in a server."""
    specs: Mapping[str, Any] = KernelSpecManager(config=_jupyter_config()).get_all_specs()
    return specs


def _jupyter_config() -> Config:
    """Return the settings for kernel specs in Jupyter's own files, so that a command finds the server's kernels."""
    from jupyter_core.paths import jupyter_config_path

    merged = Config()
    for folder in reversed(jupyter_config_path()):
        for name in ("jupyter_config.json", "jupyter_server_config.json"):
            try:
                merged.merge(JSONFileConfigLoader(name, path=folder).load_config())
            except ConfigFileNotFound:
                continue
    return merged
