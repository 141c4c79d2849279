"""A scratch home for every test, and the emulated AWS."""

from __future__ import annotations

import atexit
import json
import os
import runpy
import shutil
import signal
import socketserver
import sys
import sysconfig
import tempfile
from pathlib import Path
from unittest import mock

import forked
import machine
import pytest
from hypothesis import settings

from jupyter_securepypi.demo import borrowing
from jupyter_securepypi.demo.sandbox import Sandbox
from jupyter_securepypi.emulator import Emulator

# Before any fixture, and any test file is imported.
_scratch = Path(tempfile.mkdtemp(prefix="tests-of-securepypi-"))
atexit.register(shutil.rmtree, _scratch, ignore_errors=True)
machine.isolate(_scratch)
_LAZILY = str(Path(__file__).with_name("lazily"))
runpy.run_path(f"{_LAZILY}/sitecustomize.py")

# Whoever develops meets new examples at each run; what decides over a landing must not be a matter of luck.
settings.register_profile("ci", derandomize=True)
# Not for every landing (CONTRIBUTING.md).
settings.register_profile(
    "nightly", max_examples=int(os.environ.get("NIGHTLY_EXAMPLES", "10000")), deadline=None, print_blob=True
)
if os.environ.get("SECUREPYPI_NIGHTLY"):
    settings.load_profile("nightly")
elif os.environ.get("CI"):
    settings.load_profile("ci")

# A shell that runs the tests in the background has interrupts ignored, and every child would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How often, in seconds, a server of a test looks whether it is to stop: of hundreds, each would wait for half a second.
socketserver.BaseServer.serve_forever.__defaults__ = (0.02,)

pytest_plugins = ["pytest_jupyter.jupyter_server"]

_OURS = (
    "AWS_",
    "CA_REPOSITORY_ARN",
    "SECURE_PYPI_",
    "USE_SECURE_PYPI",
    "JUPYTER_",
    "NETRC",
    "GOOGLE_",
    "GCE_",
    "CLOUDSDK_",
)


# Files that take a minute or more, longest first: what is begun last should be short.
_LONG = (
    *("e2e/test_cards", "e2e/test_hostile", "e2e/test_panel", "e2e/test_states"),
    *("secrecy/test_canary", "builds/test_dockerfile", "hub/test_jupyterhub", "attacks/test_builds", "binder/"),
    *("conformance/test_clients", "clusters/test_dask", "e2e/", "administration/test_mirror", "adoption/"),
    *(
        "conformance/",
        "clusters/",
        "sagemaker/",
        "engines/",
        "faults/",
        "terraform/",
        "notebook/",
        "gate/",
        "doctor/",
    ),
    *("attacks/", "administration/", "server/", "test_failures", "test_logins"),
)
_TOGETHER = (
    tuple(f"e2e/test_{name}.py" for name in ("cards", "hostile_pages", "panel", "states")),
    tuple(f"e2e/test_{name}.py" for name in ("packages_panel", "why_panel")),
)


def pytest_collection_modifyitems(config, items):
    """Order the files for those that run side by side; within a file nothing changes. Leave what is for the night."""
    late = [item for item in items if item.get_closest_marker("nightly")]
    if late and not os.environ.get("SECUREPYPI_NIGHTLY"):
        config.hook.pytest_deselected(items=late)
        items[:] = [item for item in items if item not in set(late)]

    def place(item):
        path = item.nodeid.removeprefix("tests/")
        return next((number for number, start in enumerate(_LONG) if path.startswith(start)), len(_LONG))

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give files that share a server and a browser to one process."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            return next((group[0] for group in _TOGETHER if file.endswith(group)), file)

    return Together(config, log)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home of the test's own; nothing of the machine's AWS, Jupyter or netrc shows through."""
    for name in list(os.environ):
        if name.startswith(_OURS) and name != "AWS_CA_BUNDLE":
            monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    for name, place in {
        "HOME": ".",
        "JUPYTER_CONFIG_DIR": ".jupyter",
        "JUPYTER_DATA_DIR": ".local/share/jupyter",
        "JUPYTER_RUNTIME_DIR": ".local/share/jupyter/runtime",
        "IPYTHONDIR": ".ipython",
        "XDG_CONFIG_HOME": ".config",
        "XDG_CONFIG_DIRS": "etc/xdg",
        "AWS_EC2_METADATA_DISABLED": "",
    }.items():
        monkeypatch.setenv(name, str(folder / place) if place else "true")
    return folder


@pytest.fixture(autouse=True)
def jp_server_cleanup(home, jp_server_cleanup):
    """Stop the server while the scratch home is still in force: its last look would go to the real one."""


@pytest.fixture(autouse=True)
def _own_environment():
    """No test may change the environment that runs it, which is its user's: pip's file, or what is installed."""
    config, packages = Path(sys.prefix, "pip.conf"), Path(sysconfig.get_path("purelib"))

    def state():
        installed = set(os.listdir(packages)) - {"__pycache__"}  # made by whoever imports a module first
        return config.read_bytes() if config.exists() else None, sorted(installed)

    before = state()
    yield
    assert state() == before, f"the test changed {config} or what is in {packages}"


@pytest.fixture(scope="session")
def python(tmp_path_factory):
    """The Python of an environment that has what this one has, but for the samples: they are for tests to install."""
    return str(borrowing.environment(tmp_path_factory.mktemp("environment") / "venv"))


@pytest.fixture
def prefix(home, tmp_path):
    """The environment of the only kernel: the one that runs the tests, whose kernel spec is found too, is kept out."""
    folder = tmp_path / "prefix"
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("home = /usr/bin\n")
    python = folder / "bin/python"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    spec = home / ".local/share/jupyter/kernels/acme/kernel.json"
    spec.parent.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": "acme", "language": "python"}))
    config = home / ".jupyter/jupyter_config.json"
    config.parent.mkdir(parents=True)
    chosen = {"ensure_native_kernel": False, "allowed_kernelspecs": ["acme"]}
    config.write_text(json.dumps({"KernelSpecManager": chosen}))
    return folder


@pytest.fixture(scope="session", autouse=True)
def _servers_start_at_once():
    """Jupyter servers of a sandbox are forked, or build at least no parsers that nobody asks (see `lazily`)."""
    start = Sandbox.start

    def lazily(self, *arguments, **more):
        path = os.pathsep.join(filter(None, (_LAZILY, self.environ.get("PYTHONPATH"))))
        with mock.patch.dict(self.environ, PYTHONPATH=path):
            start(self, *arguments, **more)

    with mock.patch.object(Sandbox, "start", lazily), forked.servers():
        yield


@pytest.fixture(scope="session")
def _emulator():
    with Emulator() as running:
        yield running


@pytest.fixture
def aws(_emulator, monkeypatch):
    """The emulated AWS, without faults, its variables set in this process.

    The packages that a test adds to it are gone afterwards.
    """
    _emulator.clear()
    for name, value in _emulator.environment().items():
        monkeypatch.setenv(name, value)
    before = set(_emulator.packages_dir.iterdir())
    yield _emulator
    _emulator.clear()
    for path in set(_emulator.packages_dir.iterdir()) - before:
        path.unlink()


@pytest.fixture(scope="session")
def nightly():
    """Whether tests that draw at random may take their time, and draw anew each time."""
    return bool(os.environ.get("SECUREPYPI_NIGHTLY"))
