"""A Jupyter server in this process, with the extension and a kernel whose prefix is the test's own."""

from __future__ import annotations

import json

import pytest
from administrator import lock

__all__ = ["lock"]


@pytest.fixture
def prefix(tmp_path):
    """The Python prefix of the only kernel: as much of a virtual environment as the fast path needs."""
    folder = tmp_path / "prefix"
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("home = /usr/bin\n")
    (folder / "bin/python").write_text("#!/bin/sh\nexit 1\n")
    (folder / "bin/python").chmod(0o755)
    return folder


@pytest.fixture
def options():
    """What the configuration file says; tests change it before they ask for the server."""
    return {"poll_interval": 0.2}


@pytest.fixture
def jp_server_config(aws, prefix, options, jp_config_dir, jp_data_dir):
    """One kernel, the extension, and our configuration file."""
    kernel = jp_data_dir / "kernels/acme/kernel.json"
    kernel.parent.mkdir(parents=True, exist_ok=True)
    argv = [str(prefix / "bin/python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel.write_text(json.dumps({"argv": argv, "display_name": "acme", "language": "python"}))
    jp_config_dir.mkdir(parents=True, exist_ok=True)
    chosen = {"role_arn": aws.role_template, **options}
    (jp_config_dir / "jupyter_securepypi_config.json").write_text(json.dumps({"SecurePyPI": chosen}))
    return {
        "ServerApp": {"jpserver_extensions": {"jupyter_securepypi": True}},
        "KernelSpecManager": {"ensure_native_kernel": False, "allowed_kernelspecs": {"acme"}},
    }
