"""Jupyter servers that a test starts itself."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from jupyter_securepypi.demo.sandbox import served_port


def port_of(process: subprocess.Popen[bytes], runtime: Path, seconds: float = 90) -> int:
    """Wait until the Jupyter server `process` says which port it serves, and return that."""
    deadline = time.monotonic() + seconds
    while not (port := served_port(runtime, process.pid)):
        assert process.poll() is None, "the server ended"
        assert time.monotonic() < deadline, f"the server says no port after {seconds} seconds"
        time.sleep(0.1)
    return port
