"""Kernels whose programs say nothing when they are asked for their environment, as slow ones of conda's for a while."""

from __future__ import annotations

import json
from pathlib import Path

from jupyter_securepypi.demo.sandbox import Sandbox


def silent_kernels(sandbox: Sandbox, number: int, *others: str) -> str:
    """Make so many kernel specifications, and return the server's option that lists them and `others`."""
    program = sandbox.home / "silent"
    program.write_text("#!/bin/sh\nsleep 600 & wait\n")
    program.chmod(0o755)
    names = [f"silent{n}" for n in range(number)]
    for name in names:
        spec = Path(sandbox.environ["JUPYTER_DATA_DIR"], "kernels", name, "kernel.json")
        spec.parent.mkdir(parents=True)
        argv = [str(program), name, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec.write_text(json.dumps({"argv": argv, "display_name": name, "language": "python"}))
    return "--KernelSpecManager.allowed_kernelspecs=" + repr({*names, *others})
