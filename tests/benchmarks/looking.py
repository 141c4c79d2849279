"""What people wait for when they look: every kernel's index in the panel, and the doctor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from jupyter_securepypi.demo.sandbox import Sandbox

from .findings import Finding, at_most
from .harness import in_turn
from .place import Place

_KERNELS = 50


def kernels(place: Place) -> Iterator[Finding]:
    with Sandbox(
        place.folder / "looking", place.aws.environment(), {"role_arn": place.aws.role_template}
    ) as sandbox:
        names = [f"k{number}" for number in range(_KERNELS)]
        for name in names:
            _kernel(sandbox, name)
        config = Path(sandbox.environ["JUPYTER_CONFIG_DIR"], "jupyter_server_config.json")
        settings = json.loads(config.read_text())
        settings["KernelSpecManager"]["allowed_kernelspecs"] = names
        config.write_text(json.dumps(settings))
        sandbox.start()
        times = in_turn({"kernels": lambda: _listed(sandbox)}, place.rounds(100, 20), warm_up=3)
    yield at_most(f"`GET kernels` with {_KERNELS} kernels", times["kernels"], 0.1)


def doctor(place: Place) -> Iterator[Finding]:
    environ = place.home()
    place.ours("configure", environ=environ)
    times = in_turn({"doctor": lambda: _examined(place, environ)}, place.rounds(7, 3))
    yield at_most("`jupyter securepypi doctor`", times["doctor"], 5.0)


def _kernel(sandbox: Sandbox, name: str) -> None:
    prefix = sandbox.root / name
    (prefix / "bin").mkdir(parents=True)
    (prefix / "pyvenv.cfg").write_text("home = /usr/bin\n", encoding="utf-8")
    python = prefix / "bin/python"
    python.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    python.chmod(0o755)
    file = Path(sandbox.environ["JUPYTER_DATA_DIR"], "kernels", name, "kernel.json")
    file.parent.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    file.write_text(json.dumps({"argv": argv, "display_name": name, "language": "python"}), encoding="utf-8")


def _listed(sandbox: Sandbox) -> None:
    assert len(sandbox.get("securepypi/kernels")["kernels"]) == _KERNELS


def _examined(place: Place, environ: dict[str, str]) -> None:
    # It may find something: a machine has its own kernels.
    place.ours("doctor", "--json", environ=environ)
