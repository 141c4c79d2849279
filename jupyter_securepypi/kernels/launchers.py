"""What a kernel's command starts: a Python here, something elsewhere, or a tool that makes an environment first.

A command is only asked for its Python where that changes nothing: see `hidden`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

# Programs that start the rest of their command line on another machine, in a container, or as another user.
_ELSEWHERE = """
    ssh mosh docker podman nerdctl kubectl oc srun sbatch salloc qrsh bsub singularity apptainer shifter enroot gcloud
    aws lxc nsenter chroot wsl sudo su runuser doas
"""
# Programs that change a setting and then run the rest of their command line on this machine.
_IN_FRONT = "env nice ionice nohup time timeout stdbuf setsid taskset"
# Tools that fetch, build or write an environment before they start its Python.
_MAKERS = """
    uv uvx pipx poetry pdm hatch pipenv rye pixi tox nox nix nix-shell nix-run guix devbox devenv direnv mise npx make
    just task bazel
"""
_CALLS_MAKER = re.compile(rf"(?:^|[\s;&|(`/]){'(?:' + '|'.join(_MAKERS.split()) + ')'}(?:\s|$)", re.MULTILINE)
# Modules that are the kernel itself, in the Python that runs them.
_KERNELS = "ipykernel_launcher ipykernel spyder_kernels.console xeus_python xpython debugpy"
_MOST_OF_A_SCRIPT = 65536  # bytes


def elsewhere(spec: Mapping[str, Any], argv: Sequence[str]) -> str:
    """Return why the kernel runs on another machine or as another user, or an empty string.

    Args:
        spec: the object in ``kernel.json``.
        argv: the command that Jupyter starts.
    """
    metadata = spec.get("metadata") or {}
    provisioner = (metadata.get("kernel_provisioner") or {}).get("provisioner_name", "local-provisioner")
    if provisioner != "local-provisioner":
        return f"the provisioner {provisioner} starts it elsewhere; configure pip there"
    proxy = (metadata.get("process_proxy") or {}).get("class_name", "")
    if proxy and not proxy.endswith(".LocalProcessProxy"):
        return f"the process proxy {proxy} starts it elsewhere; configure pip there"
    for program in _programs(argv):
        if program in _ELSEWHERE.split():
            return f"{program} starts it on another machine, in a container or as another user; configure pip there"
    return ""


def hidden(argv: Sequence[str], program: Path | None) -> str:
    """Return why the kernel's Python cannot be known without starting something that acts, or an empty string.

    Args:
        argv: the command that Jupyter starts.
        program: the file of its first word, None if it is not there.
    """
    for name in _programs(argv):
        if name in _MAKERS.split():
            return f"{name} hides the Python it starts, and may fetch or build before it does"
    for module in _modules(argv):
        if module not in _KERNELS.split():
            return f"the module {module} may hand over to another Python"
    if program is not None and (called := _called_by(program)):
        return (
            f"{program} calls {called}, which hides the Python it starts, and may fetch or build before it does"
        )
    return ""


def _programs(argv: Sequence[str]) -> Iterator[str]:
    """Yield the names of the program and of those that stand in front of it."""
    for word in argv:
        name = Path(word).name.lower().removesuffix(".exe")
        if name not in _IN_FRONT.split() and ("=" in word or word.startswith("-") or word.isdecimal()):
            continue  # of a program in front
        yield name
        if name not in _IN_FRONT.split():
            return


def _modules(argv: Sequence[str]) -> Iterator[str]:
    """Yield the modules that the command names, short of a script's own arguments."""
    for word, following in pairwise(argv):
        if word == "-m":
            yield following
        elif word.endswith(".py"):
            return


def _called_by(program: Path) -> str:
    """Return the tool that a script calls, or an empty string; of a program it says nothing."""
    try:
        with program.open("rb") as file:
            start = file.read(_MOST_OF_A_SCRIPT)
    except OSError:
        return ""
    found = _CALLS_MAKER.search(start.decode("utf-8", "replace")) if start.startswith(b"#!") else None
    return found.group().strip(" \t\n;&|(`/") if found else ""
