"""Everything that a user can make this package do, failures included, one part after another."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from typing import Any

from canary_support import Canary

from jupyter_securepypi.core.errors import SecurePyPIError
from jupyter_securepypi.demo.kernel import Kernel
from jupyter_securepypi.emulator.samples import build_wheel
from jupyter_securepypi.server.openapi import description

FAULTS: list[dict[str, Any]] = [
    {"deny": ["sts:AssumeRole"]},
    {"deny": ["codeartifact:GetAuthorizationToken"]},
    {"deny": ["codeartifact:GetRepositoryEndpoint"]},
    {"error": 503},
    {"throttle": 0},
    {"unreachable": True},
    {"expired_credentials": True},
    {"clock_skew": 7200},
]
BODIES = {
    "/preview": {"step": "training", "route": "v3-model-trainer", "image": "pytorch"},
    "/kernels/fix": {"kernel": "acme"},
}
QUERIES = {"/why": "?requirement=acme-does-not-exist"}
CELLS = [
    "%xmode Verbose",
    "%secure_pip status",
    "%secure_pip status --json",
    "%secure_pip refresh",
    "%secure_pip install acme-features -vvv --engine pip",
    "%secure_pip install acme-plots -v --engine uv",
    "%secure_pip install acme-plots --verify before --force-reinstall",
    "%%secure_pip install --engine pip\nacme-core",
    "%secure_pip install acme-broken -vvv --engine pip",
    "%secure_pip install acme-broken -v --engine uv",
    "%secure_pip install no-such-package --engine pip",
    "%secure_pip install no-such-package --engine uv",
    "%secure_pip install -i https://evil.example.com acme-core",
    "%secure_pip list",
    "%secure_pip show-origin acme-features",
    "%secure_pip search-versions acme-core",
    "%secure_pip why acme-core",
    "%secure_pip why acme-does-not-exist --json",
    "%secure_pip sbom --upload-times",
    "%secure_pip download -d wheels acme-core",
    "open('r.txt', 'w').write('acme-core')\n%secure_pip lock -o pylock.toml r.txt",
    "%secure_pip install -r pylock.toml",
    "%secure_pip preview training",
    "%pip install -vvv acme-plots --force-reinstall",
    "%pip install -vvv acme-broken",
    "!pip config list; pip config debug; env",
    "import os, sys; print(dict(os.environ), sys.argv)",
    "from jupyter_securepypi.token.broker import TokenBroker; from jupyter_securepypi.config import load_options\n"
    "grant = TokenBroker(load_options().mint_request()).current(); print(grant, vars(grant)); 1 / 0",
    # A fault of our own, where the token is at hand: the longest traceback there is, values of variables and all.
    "import jupyter_securepypi.core.netrc as inside\n"
    "def broken(*_, **__): raise RuntimeError('a fault of our own')\n"
    "inside.set_entry = broken\n"
    "%secure_pip install acme-core --force-reinstall --engine pip",
    "%secure_pip install acme-core --force-reinstall --engine uv",
    "%tb",
]


def server(canary: Canary) -> None:
    """Start, refresh, ask every verb, and fail in each way there is."""
    canary.box.start("--ServerApp.log_level=DEBUG", "--LabApp.expose_app_in_browser=True")
    canary.until("fresh")
    canary.listen()
    for path, verbs in description()["paths"].items():
        for verb in verbs:
            canary.ask(verb.upper(), path + QUERIES.get(path, ""), BODIES.get(path))
    for fault in FAULTS:
        canary.aws.faults(**fault)
        canary.ask("POST", "/refresh")
        canary.ask("GET", "/status")
        canary.aws.clear()
    canary.aws.faults(deny=["sts:GetServiceBearerToken"])
    canary.cli("refresh")
    canary.aws.clear()


def notebook(canary: Canary) -> None:
    """Run every magic, failing ones and faults of our own included."""
    kernel = Kernel(canary.box)
    for number, cell in enumerate(CELLS):
        try:
            canary.keep(f"output of the cell {number}: {cell[:60]!r}", kernel.run(cell))
        except SecurePyPIError as error:
            canary.keep(f"output of the cell {number}: {cell[:60]!r}", error.why)
    canary.keep("every message of the kernel", json.dumps(kernel.outputs))
    (canary.box.work / "Untitled.ipynb").write_text(json.dumps(kernel.outputs))
    kernel.close()


def rejected(canary: Canary) -> None:
    """Install while the index no longer takes the token."""
    for status, engine in ((401, "pip"), (404, "uv")):
        canary.aws.faults(rejected_status=status, token_lifetime=1)
        canary.cli("refresh")
        time.sleep(1.2)
        canary.aws.faults(deny=["codeartifact:GetAuthorizationToken"])
        canary.cli("install", "acme-core", "--force-reinstall", "--engine", engine)
        canary.aws.clear()


def terminal(canary: Canary) -> None:
    """Run our commands and each package manager, as in a terminal."""
    for words in ("status --json", "refresh", "configure", "list --json", "doctor", "preview processing"):
        canary.cli(*words.split())
    build_wheel(canary.box.work / "dist", "acme-mine", "1.0.0")
    twine = ("twine", "upload", "--verbose", "--non-interactive", "dist/acme_mine-1.0.0-py3-none-any.whl")
    assert "100%" in canary.cli("exec", "--", *twine)
    canary.cli("exec", "--", *twine)  # it is there already: a failure
    canary.cli("exec", "--", "env")
    canary.cli("exec", "--", "pip", "download", "-vvv", "-d", "wheels", "acme-plots")
    canary.run("twine", "upload", "-r", "securepypi", *twine[2:])
    canary.run("uv", "pip", "install", "-vv", "--python", canary.python, "--target", "here", "acme-core")
    canary.run("uv", "pip", "install", "-vv", "--python", canary.python, "--target", "here", "acme-broken")
    canary.run(canary.python, "-m", "pip", "install", "-vvv", "--target", "there", "acme-core", "acme-broken")


def jobs(canary: Canary) -> None:
    """Install and run a failing script as a training or processing job does, out of the bundle."""
    canary.cli("bundle", "-o", "securepypi.pyz")
    (canary.box.work / "train.py").write_text(
        "import os, sys, subprocess\nprint(sys.argv, dict(os.environ))\n"
        "subprocess.run([sys.executable, '-m', 'pip', 'install', '-vvv', '--target', 'job', 'acme-broken'])\n"
        "from jupyter_securepypi import install_packages\ninstall_packages(['acme-plots'])\n"
        "install_packages(['acme-broken'])\n"
    )
    for words in (["install", "acme-core", "acme-broken"], ["install", "acme-core"], ["run", "train.py"]):
        canary.run(canary.python, "-I", "securepypi.pyz", *words)
    canary.run(canary.python, "train.py", PYTHONPATH="securepypi.pyz")


def crash(canary: Canary) -> None:
    """Abort an install in its middle, with a dump of every thread's stack."""
    canary.aws.faults(hang=60, operations=["index:*"])
    process = subprocess.Popen(
        [canary.python, "-m", "jupyter_securepypi.cli", "install", "acme-core", "--force-reinstall"],
        env=canary.box.environ,
        cwd=canary.box.work,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not list((canary.root / "tmp").glob("securepypi-netrc-*/netrc")):
        assert time.monotonic() < deadline, "the install did not begin"
        time.sleep(0.05)
    process.send_signal(signal.SIGABRT)
    canary.aws.clear()
    canary.keep("dump of a crash", process.communicate(timeout=60)[0])
    assert "Fatal Python error: Aborted" in canary.outputs["dump of a crash"]
    # What it left goes with the next install.
    canary.cli("install", "acme-core")
