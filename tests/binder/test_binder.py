"""The scripts in binder/, run for real in a virtual environment: a fresh one at night.

By day it has what the demo needs, so that pip installs this checkout only.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import machine
import pytest
import throwaway
from servers import port_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CHECKOUT = Path(__file__).parents[2]
TOKEN = "binder"


@pytest.fixture(scope="module")
def image(tmp_path_factory, nightly):
    """What repo2docker makes: a copy of the checkout, and an environment in which postBuild ran."""
    root = tmp_path_factory.mktemp("binder")
    copy = root / "checkout"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
        shutil.copy(CHECKOUT / name, copy)
    unwanted = shutil.ignore_patterns("node_modules", "__pycache__", "lib", "lib-test", ".yarn")
    # With the front end that is built already: building it is another test's business.
    for name in ("jupyter_securepypi", "labextension", "binder"):
        shutil.copytree(CHECKOUT / name, copy / name, ignore=unwanted)
    environ = machine.registry()
    if nightly:
        subprocess.run([sys.executable, "-m", "venv", str(root / "env")], check=True)
    else:
        have_the_needed(throwaway.with_pip(root / "env"), copy / "pyproject.toml")
        environ["PIP_NO_BUILD_ISOLATION"] = "0"  # pip reads it as the option is stored: no isolation
    environ["PATH"] = f"{root / 'env/bin'}{os.pathsep}{os.environ['PATH']}"
    # ... but nothing of JupyterLab's in this machine's own home.
    environ["JUPYTERLAB_WORKSPACES_DIR"] = str(root / "workspaces")
    done = subprocess.run(
        ["binder/postBuild"], cwd=copy, env=environ, capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr
    return copy, root


def have_the_needed(python, project):
    """Have an environment hold what the demo needs, and what its wheel is built with."""
    builders = tomllib.loads(project.read_text())["build-system"]["requires"]
    try:
        throwaway.uv("pip", "install", "--python", python, "-r", project, "--extra", "demo", *builders)
    except throwaway.NotMade as error:
        throwaway.not_made(error)


@pytest.fixture
def server(image, home):
    """The server that binder/start becomes; yields its address."""
    copy, root = image
    environ = {
        **os.environ,
        "PATH": f"{root / 'env/bin'}{os.pathsep}{os.environ['PATH']}",
        "JUPYTERLAB_WORKSPACES_DIR": str(root / "workspaces"),
        "JUPYTER_TOKEN": TOKEN,
        "no_proxy": "127.0.0.1",
    }
    command = ["binder/start", "jupyter", "lab", "--no-browser", "--allow-root"]
    log = root / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=copy,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        port = port_of(process, Path(os.environ["JUPYTER_RUNTIME_DIR"]))
        yield f"http://127.0.0.1:{port}/", process, log
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)


def get(address, path):
    request = urllib.request.Request(address + path, headers={"Authorization": f"token {TOKEN}"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as found:
        return json.load(found)


@pytest.mark.timeout(600)
def test_binder_opens_the_demo_with_a_fresh_token(image, server):
    copy, _ = image
    address, process, log = server
    assert json.loads((copy / "Welcome.ipynb").read_text())["cells"]
    deadline = time.monotonic() + 90
    status = None
    while not status or status["state"] != "fresh":
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, (status, log.read_text()[-2000:])
        try:
            status = get(address, "securepypi/status")
        except (OSError, urllib.error.URLError):
            time.sleep(0.3)
    assert status["repository"]["label"] == "acme/shared-pypi"
    assert "SecurePyPIReadRole" in status["identity"]
    page_config = get(address, "lab/api/settings/jupyter-securepypi:panel")
    assert page_config["schema"]["title"] == "Secure PyPI"
    layout = get(address, "lab/api/workspaces/default")["data"]["layout-restorer:data"]
    assert layout["left"]["current"] == "jupyter-securepypi-panel"
    assert layout["main"]["current"] == "notebook:Welcome.ipynb"
