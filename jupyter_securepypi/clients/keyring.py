"""Let keyring find our backend in every environment, also where this package is not installed.

keyring looks for backends among the entry points on ``sys.path``, and its configuration file can add a folder to
that: ours holds a copy of the backend, which needs nothing but keyring, and says where the token is.
"""

from __future__ import annotations

import configparser
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from ..core.errors import FileProblem
from ..core.files import private_folder, safe_target, write_atomically
from ..core.grant import Grant
from . import originals
from .editing import Change, rewrite
from .ini import IniText

MODULE = "securepypi_keyring"
_SOURCE = Path(__file__).resolve().parents[1] / "keyring_backend" / "__init__.py"
# keyring's own choice where there are several backends; the file has to name one, or keyring warns at each start.
CHAIN = "keyring.backends.chainer.ChainerBackend"


def config_path(environ: Mapping[str, str]) -> Path:
    """Return keyring's configuration file (``keyring.util.platform_.config_root``)."""
    if os.name == "nt":
        root = environ.get("LOCALAPPDATA") or environ.get("ProgramData") or "."
        return Path(root, "Python Keyring", "keyringrc.cfg")
    home = Path(environ.get("HOME") or Path.home())
    return Path(environ.get("XDG_CONFIG_HOME") or home / ".config", "python_keyring", "keyringrc.cfg")


def folder() -> Path:
    """Return the folder that keyring is given."""
    return originals.data_folder() / "keyring"


def point_at(grant: Grant, token_file: Path, environ: Mapping[str, str]) -> Change:
    """Make keyring's users find the token; no file of this holds it, only the token store does.

    Args:
        grant: names the index.
        token_file: where the token store keeps its token.
        environ: the variables that clients see.

    Raises:
        FileProblem: a file cannot be read, understood or written.
    """
    path = config_path(environ)
    with originals.locked():
        installed = install(folder(), grant, token_file)
    before = _parsed(path)
    chosen = before.get("backend", "default-keyring", fallback=CHAIN).strip()
    added = before.get("backend", "keyring-path", fallback=str(folder())).strip()
    if chosen != CHAIN or Path(added).expanduser() != folder():
        what = f"chooses {chosen}" if chosen != CHAIN else "names another folder of backends"
        finding = f"{path} {what}, so keyring does not ask ours; it was left alone."
        return Change(path, installed, (finding,))

    def change(text: str) -> str:
        edited = IniText(text)
        for key, value in (("default-keyring", CHAIN), ("keyring-path", str(folder()))):
            if before.get("backend", key, fallback=None) is None:
                edited.set("backend", key, value)
        return str(edited)

    return Change(path, rewrite(path, change, "keyring") or installed)


def install(into: Path, grant: Grant, token_file: Path) -> bool:
    """Put the backend into the folder `into`, for its owner only; return whether anything was written.

    Raises:
        FileProblem: if that cannot be done.
    """
    place = {"endpoint_url": grant.endpoint_url, "token_file": str(token_file)}
    about = into / f"{MODULE}-1.dist-info"
    files = {
        into / f"{MODULE}.py": _SOURCE.read_bytes(),
        into / f"{MODULE}.json": json.dumps(place).encode(),
        about / "METADATA": f"Metadata-Version: 2.1\nName: {MODULE}\nVersion: 1\n".encode(),
        about / "entry_points.txt": f"[keyring.backends]\n{MODULE} = {MODULE}\n".encode(),
    }
    private_folder(into)
    private_folder(about)
    changed = False
    for path, content in files.items():
        if not path.is_file() or path.read_bytes() != content:
            write_atomically(path, content, mode=0o600)
            changed = True
    return changed


def withdraw() -> bool:
    """Remove our folder; return whether there was one. `originals.restore_all` mends keyring's own file."""
    there = folder().is_dir()
    shutil.rmtree(folder(), ignore_errors=True)
    return there


def _parsed(path: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser()
    try:
        parser.read(safe_target(path), encoding="utf-8")  # which refuses a pipe: reading one would never end
    except (configparser.Error, UnicodeDecodeError):
        raise FileProblem(
            f"{path} is not valid, so it was left as it is.",
            why="keyring itself cannot read it",
            remedy="mend or remove the file",
        ) from None
    return parser
