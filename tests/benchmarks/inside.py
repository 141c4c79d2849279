"""What runs in a process of its own and measures itself there: ``python inside.py PART ...`` prints JSON."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def load() -> Any:
    """Return the seconds that ``%load_ext`` takes in a process as a kernel is, and what it imported."""
    import ipykernel.ipkernel  # noqa: F401
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    before = set(sys.modules)
    started = time.perf_counter()
    shell.run_line_magic("load_ext", "jupyter_securepypi")
    seconds = time.perf_counter() - started
    assert "secure_pip" in shell.magics_manager.magics["line"]
    return {"seconds": seconds, "modules": sorted(set(sys.modules) - before)}


def ask() -> Any:
    """Get ready, wait for a line on standard input, then ask for the token; return the seconds of that."""
    from jupyter_securepypi.config import load_options
    from jupyter_securepypi.token.broker import TokenBroker

    broker = TokenBroker(load_options().mint_request())
    print("ready", flush=True)
    sys.stdin.readline()
    started = time.perf_counter()
    broker.current()
    return {"seconds": time.perf_counter() - started}


def rewrite(count: str, folder: str) -> Any:
    """Point the pip of `count` kernels in as many environments at the index, three times; return each time's facts."""
    from jupyter_securepypi.clients.publish import publish
    from jupyter_securepypi.config import load_options
    from jupyter_securepypi.core.environment import PythonEnvironment
    from jupyter_securepypi.token.broker import TokenBroker

    options = load_options()
    grant = TokenBroker(options.mint_request()).current()
    kernels = []
    for number in range(int(count)):
        prefix = Path(folder, f"environment-{number:04}")
        prefix.mkdir(parents=True)
        kernels.append(PythonEnvironment(prefix.name, prefix.name, "python", prefix, "", os.environ))
    found = []
    for _ in range(3):
        before = _files(folder)
        started = time.perf_counter()
        done = publish(options, grant, kernels)
        seconds = time.perf_counter() - started
        after = _files(folder)
        written = sum(after[path] != before.get(path) for path in after)
        found.append({"seconds": seconds, "written": written, "findings": len(done.findings)})
    return found


def history(count: str) -> Any:
    """Fill a history of `count` installs and return the seconds of adding one and of reading the newest fifty."""
    from jupyter_securepypi.core.errors import SecurePyPIError
    from jupyter_securepypi.install.history import history_file, record
    from jupyter_securepypi.server.installs import recent_installs

    package: dict[str, Any] = {
        "name": "acme-core",
        "version": "1.4.0",
        "previous": None,
        "url": "https://index/" + "x" * 120,
    }
    package |= {"sha256": "0" * 64, "requested": True, "direct": False}
    entry = {
        "time": 1.0,
        "prefix": sys.prefix,
        "arguments": ["acme"],
        "repository": "arn",
        "seconds": 1.0,
        "ok": True,
    }
    line = json.dumps({**entry, "packages": [package] * 5}) + "\n"
    history_file().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    history_file().write_text(line * int(count), encoding="utf-8")
    found: dict[str, float] = {}
    for name, action in {
        "read the newest 50": lambda: recent_installs(50),
        "add one": lambda: record(["x"], repository="arn", outcome=SecurePyPIError("x"), seconds=1.0),
    }.items():
        times = []
        for _ in range(5):
            started = time.perf_counter()
            action()
            times.append(time.perf_counter() - started)
        found[name] = sorted(times)[2]
    return found


def credential(service: str) -> Any:
    """Return the seconds from the import of keyring until it has a password or knows that it has none."""
    started = time.perf_counter()
    import keyring
    from keyring.errors import NoKeyringError

    try:
        found = keyring.get_password(service, "aws") is not None
    except NoKeyringError:
        found = False
    return {"seconds": time.perf_counter() - started, "found": found}


def advisories(database: str) -> Any:
    """Return the seconds of looking 31 packages up in a `database`, and the most memory of this process, in bytes."""
    from jupyter_securepypi.core.gate.osv_database import OsvDatabase

    started = time.perf_counter()
    OsvDatabase(Path(database)).known([(f"package-{number * 100}", "1.1") for number in range(31)])
    seconds = time.perf_counter() - started
    # Not `ru_maxrss`, which a program inherits from whoever started it.
    most = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")
    )
    return {"seconds": seconds, "resident": int(most.split()[1]) * 1024}


def _files(folder: str) -> dict[str, tuple[int, int]]:
    """Return inode and time of every configuration file: a rewrite changes both."""
    return {
        str(path): (state.st_ino, state.st_mtime_ns)
        for path in Path(folder).glob("*/pip.conf")
        for state in [path.stat()]
    }


if __name__ == "__main__":
    parts: dict[str, Callable[..., Any]] = {
        "load": load,
        "ask": ask,
        "rewrite": rewrite,
        "history": history,
        "credential": credential,
        "advisories": advisories,
    }
    print(json.dumps(parts[sys.argv[1]](*sys.argv[2:])))
