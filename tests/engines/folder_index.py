"""An index of pages in a folder, and an install from it in a process of its own."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path

INSTALL = """
import json, sys
from jupyter_securepypi.core.errors import SecurePyPIError
from jupyter_securepypi.core.installer import Index
from jupyter_securepypi.core.requirements import check_arguments
from jupyter_securepypi.engines.choice import install_with
engine, verify, url, *words = sys.argv[1:]
try:
    install_with(engine, check_arguments(words), Index(url + "simple/", url), verify=verify)
    print("installed")
except SecurePyPIError as error:
    print(json.dumps(error.to_dict()))
"""


def page(index: Path, name: str, links: dict[str, str]) -> None:
    (index / "simple" / name).mkdir(parents=True, exist_ok=True)
    text = "".join(f'<a href="{url}">{file}</a>\n' for file, url in links.items())
    (index / "simple" / name / "index.html").write_text(text)


def attempt(environment, engine, verify, url, *words, **variables):
    """Return "installed", or the error as a dict."""
    command = [str(environment.python), "-c", INSTALL, engine, verify, url, *words]
    env = {**os.environ, "NO_PROXY": "127.0.0.1", **variables}
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=environment.cwd, timeout=170)
    assert done.returncode == 0, done.stderr
    last = done.stdout.splitlines()[-1]
    return "installed" if last == "installed" else json.loads(last)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
