"""The environment of docs/jupyterhub.md: the hub, its proxy and this package, owned by root, for everybody to use."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import machine
from hub_page import block
from throwaway import NotMade, uv, wheel

# What hub, servers, kernels and commands import at their start.
_IMPORTED = (
    *("jupyterhub.app", "jupyterhub.services.auth", "jupyterhub.singleuser.app", "jupyterlab.labapp"),
    *("ipykernel.kernelapp", "boto3", "pip._internal.commands.install"),
    *("jupyter_securepypi.server.extension", "jupyter_securepypi.notebook", "jupyter_securepypi.cli"),
)


def hub_environment(prefix: Path) -> Path:
    """Make the environment in `prefix`, which everybody can enter, and return its ``bin`` folder.

    uv takes pip's place, because its cache makes this a matter of seconds, and a wheel of this checkout that of the
    released package; what is installed is what the page says.

    Raises:
        NotMade: something cannot be had from where this machine gets its packages.
    """
    install, npm = (line for line in block("npm install").splitlines() if "install" in line)
    packages = shlex.split(install.partition(" install ")[2])
    packages.remove("jupyter_securepypi[uv]")
    scripts = prefix / "bin"
    with ThreadPoolExecutor() as both:
        built = both.submit(wheel, prefix.parent / "wheel")
        uv("venv", "--python", python_for_everybody(), prefix)
        uv("pip", "install", "--python", scripts / "python", *packages, "pip", "uv", built.result())
    # `jsonschema` does without it, and each server would first build its 38 parsers of IRIs: two seconds of a core.
    uv("pip", "uninstall", "--python", scripts / "python", "rfc3987-syntax")
    _compile(scripts / "python")
    _npm(scripts, shlex.split(npm.partition(" install ")[2].replace("/opt/jupyterhub", str(prefix))))
    return scripts


def python_for_everybody() -> Path:
    """Return a Python that every account can run: this one, or that of the machine."""
    for name in (os.path.realpath(sys.executable), "/usr/bin/python3", "/usr/local/bin/python3"):
        path = Path(name)
        if path.exists() and all(_open_to_all(one) for one in (path.resolve(), *path.resolve().parents)):
            return path
    raise NotMade("no Python here can be run by every account")


def _compile(python: Path) -> None:
    """Compile what is needed for a start: no user may write it there, and all of it would be thrice as much."""
    environ = {**os.environ, "JUPYTER_CONFIG_DIR": os.devnull}
    subprocess.run([python, "-I", "-c", f"import {', '.join(_IMPORTED)}"], env=environ, check=True, timeout=170)


def _npm(scripts: Path, words: list[str]) -> None:
    environ = {**machine.registry(), "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    command = ["npm", "install", "--no-audit", "--no-fund", *words]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=170)
    if done.returncode:
        raise NotMade(f"npm install failed: {done.stderr[-500:]}")


def _open_to_all(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IXOTH)
