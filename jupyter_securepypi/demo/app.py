"""`jupyter securepypi demo`: emulator and JupyterLab with a welcome notebook, until Ctrl-C."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import webbrowser
from pathlib import Path

from ..core.child import as_main, python_command
from ..core.errors import InstallFailed
from .clouds import CLOUDS, Cloud
from .sandbox import Sandbox

_WELCOME = "Welcome.ipynb"
# What JupyterLab would have kept from a last time: the notebook and our panel are open.
_LAYOUT = "Welcome.jupyterlab-workspace"


def demo(cloud: str = "aws", *, requirements: Path | None = None, browser: bool = True) -> int:
    """Run the demo in the foreground and return the exit status.

    Args:
        cloud: which of `CLOUDS` is emulated.
        requirements: packages to download first, with this machine's own pip configuration, into the
            emulated repository.
        browser: open one.

    Raises:
        SecurePyPIError: if something does not start.
    """
    chosen = CLOUDS[cloud]("")
    _say(f"Starting the emulated {chosen.name} with its package index …")
    with tempfile.TemporaryDirectory(prefix="securepypi-demo-") as folder, chosen.emulator as emulator:
        if requirements:
            _say(f"Downloading the packages of {requirements} …")
            _download(requirements, emulator.packages_dir)
        _say("Making a home and an environment for the demo …")
        with Sandbox(Path(folder), emulator.environment(), chosen.options(), lab=True) as sandbox:
            (sandbox.work / _WELCOME).write_text(_welcome(chosen), encoding="utf-8")
            _say("Starting JupyterLab …")
            sandbox.start()
            layout = Path(__file__).with_name(_LAYOUT).read_text(encoding="utf-8")
            sandbox.put("lab/api/workspaces/default", json.loads(layout))
            address = f"{sandbox.url}lab/tree/{_WELCOME}?token={sandbox.token}"
            print(
                f"JupyterLab with an emulated {chosen.name}: {address}\n"
                "Press Ctrl-C to end it; nothing of it will stay."
            )
            if browser:
                webbrowser.open(address)
            try:
                return sandbox.wait()
            except KeyboardInterrupt:
                return 0


def _welcome(cloud: Cloud) -> str:
    """Return the notebook in the words of a cloud; what it has about SageMaker is for AWS only."""
    text = Path(__file__).with_name(_WELCOME).read_text(encoding="utf-8")
    if not cloud.words:
        return text
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        for said, instead in cloud.words.items():
            source = source.replace(said, instead)
        cell["source"] = source
    notebook["cells"] = [one for one in notebook["cells"] if not re.search("SageMaker|preview", one["source"])]
    return json.dumps(notebook)


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
