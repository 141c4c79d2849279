"""A notebook that a test runs cell by cell, in a kernel of any environment."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import forked
import forked_kernels
from jupyter_client.manager import KernelManager


class Notebook:
    """Runs cells; a cell that raises is an AssertionError with what it showed.

    Args:
        python: of the kernel's environment.
        cwd: where the kernel runs.
    """

    def __init__(self, python: str, cwd: Path) -> None:
        self.manager = KernelManager()
        assert self.manager.kernel_spec
        self.manager.kernel_spec.argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        with forked_kernels.launching():
            self.manager.start_kernel(cwd=str(cwd))
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.run("%load_ext jupyter_securepypi")

    def execute(self, code: str) -> tuple[str, str]:
        """Run a cell; return its status and what it shows, as text."""
        shown: list[dict[str, Any]] = []
        reply = self.client.execute_interactive(code, timeout=120, output_hook=shown.append)
        texts = []
        for message in shown:
            content = message["content"]
            texts.append(content.get("text") or content.get("data", {}).get("text/plain") or "")
            texts += content.get("traceback", [])
        return reply["content"]["status"], re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(texts))

    def run(self, code: str) -> str:
        """Return what a cell shows that ends well."""
        status, text = self.execute(code)
        assert status == "ok", text
        return text

    def fails(self, code: str) -> str:
        """Return what a cell shows that raises."""
        status, text = self.execute(code)
        assert status == "error", text
        return text

    def close(self) -> None:
        """End the kernel."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def empty(python: str) -> None:
    """Remove from an environment what the emulator's index has, as after an uninstall; `python` is its interpreter."""
    [packages] = Path(python).parents[1].glob("lib/python*/site-packages")
    for path in [*packages.glob("acme*"), *packages.glob("__pycache__/acme*")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def log_in(python: str, home: Path, aws: Any, known: dict[Any, dict[str, bytes]] = {}) -> None:  # noqa: B006 kept
    """Have the token that an earlier test got from this emulator; the first one asks for it, as `python` does."""
    store = home / ".local/share/jupyter/runtime/securepypi"
    key = (aws.url, os.environ.get("SECURE_PYPI_ROLE_ARN"))
    if key not in known:
        forked.run([python, "-m", "jupyter_securepypi.cli", "refresh"], capture_output=True, check=True)
        known[key] = {path.name: path.read_bytes() for path in store.glob("*.json")}
        aws.clear()  # the test counts its own calls
        return
    store.mkdir(parents=True, mode=0o700)
    for name, content in known[key].items():
        (store / name).touch(mode=0o600)
        (store / name).write_bytes(content)
