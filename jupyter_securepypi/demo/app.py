"""`jupyter securepypi demo`: emulator and JupyterLab with a welcome notebook, until Ctrl-C."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import webbrowser
from pathlib import Path

from ..core.child import as_main, python_command
from ..core.errors import InstallFailed
from ..emulator import Emulator
from .sandbox import Sandbox

_WELCOME = "Welcome.ipynb"
# What JupyterLab would have kept from a last time: the notebook and our panel are open.
_LAYOUT = "Welcome.jupyterlab-workspace"


def demo(*, requirements: Path | None = None, browser: bool = True) -> int:
    """Run the demo in the foreground and return the exit status.

    Args:
        requirements: packages to download first, with this machine's own pip configuration, into the
            emulated repository.
        browser: open one.

    Raises:
        SecurePyPIError: if something does not start.
    """
    _say("Starting the emulated AWS with its package index …")
    with tempfile.TemporaryDirectory(prefix="securepypi-demo-") as folder, Emulator() as aws:
        if requirements:
            _say(f"Downloading the packages of {requirements} …")
            _download(requirements, aws.packages_dir)
        _say("Making a home and an environment for the demo …")
        with Sandbox(Path(folder), aws.environment(), {"role_arn": aws.role_template}, lab=True) as sandbox:
            shutil.copy(Path(__file__).with_name(_WELCOME), sandbox.work)
            _say("Starting JupyterLab …")
            sandbox.start()
            layout = Path(__file__).with_name(_LAYOUT).read_text(encoding="utf-8")
            sandbox.put("lab/api/workspaces/default", json.loads(layout))
            address = f"{sandbox.url}lab/tree/{_WELCOME}?token={sandbox.token}"
            print(
                f"JupyterLab with an emulated AWS: {address}\nPress Ctrl-C to end it; nothing of it will stay."
            )
            if browser:
                webbrowser.open(address)
            try:
                return sandbox.wait()
            except KeyboardInterrupt:
                return 0


def _say(text: str) -> None:
    """Tell what takes the next seconds; the address stays alone on standard output."""
    print(text, file=sys.stderr, flush=True)


def _download(requirements: Path, folder: Path) -> None:
    words = ("download", "--no-input", "-r", str(requirements), "-d", str(folder))
    command = python_command(sys.executable, as_main("pip"), *words)
    if subprocess.run(command, check=False).returncode:
        raise InstallFailed(
            f"The packages of {requirements} cannot be downloaded.",
            why="pip's own message is above",
            remedy="leave --requirements out: the sample packages need no network",
        )
