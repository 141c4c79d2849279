"""An index of pages in a folder, an install from it in a process of its own, and a source archive."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import tarfile
from pathlib import Path

INSTALL = """
import json, sys
from jupyter_securepypi.core.errors import SecurePyPIError
from jupyter_securepypi.core.index import Index
from jupyter_securepypi.core.requests.reader import read_request
from jupyter_securepypi.install.engines.select import install_with
engine, verify, url, *words = sys.argv[1:]
try:
    install_with(engine, read_request(words), Index(url + "simple/", url), verify=verify)
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


# A build backend that needs nothing but Python, and does not tell what the package needs before it builds it.
BACKEND = {
    "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    "backend.py": """
import zipfile

def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "other-9.0-py3-none-any.whl"
    files = {
        "other.py": "",
        "other-9.0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: other\\nVersion: 9.0\\n",
        "other-9.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    files["other-9.0.dist-info/RECORD"] = "".join(f"{path},,\\n" for path in files)
    with zipfile.ZipFile(f"{folder}/{name}", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return name
""",
}


def source_archive(
    folder: Path, name: str, marker: Path | None = None, files: dict[str, str] | None = None
) -> Path:
    """A package of version 9.0 of these files; by default one that says that it ran when asked what it needs."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-9.0.tar.gz"
    setup = (
        f"open({str(marker)!r}, 'a').write('ran')\n"
        f"from setuptools import setup\nsetup(name={name!r}, version='9.0', py_modules=[])\n"
    )
    info = f"Metadata-Version: 2.1\nName: {name}\nVersion: 9.0\n"
    with tarfile.open(path, "w:gz") as archive:
        for file, text in {"PKG-INFO": info, **(files or {"setup.py": setup})}.items():
            entry = tarfile.TarInfo(f"{name}-9.0/{file}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return path
