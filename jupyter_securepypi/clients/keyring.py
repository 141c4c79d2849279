"""keyring: our backend is found in every environment, even without this package.

keyring finds backends by the entry points on ``sys.path``, and its configuration file can add a folder to that path.
Our folder holds a copy of the backend, which only needs keyring, and a file that names the place of the token.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from ..core.errors import FileProblem
from ..core.files import private_folder, safe_target, write_atomically
from ..core.finding import Finding
from ..core.grant import Grant
from . import locations, originals
from .base import CONFIGURE, Client, Machine, Place
from .change import Changes
from .editing import rewrite
from .reading import read_ini
from .rehearsal import noted

MODULE = "securepypi_keyring"
_SOURCE = Path(__file__).resolve().parents[1] / "keyring_backend" / "__init__.py"
# The backend's name in the copy that we install, and in an environment with this package.
COPY = f"{MODULE}.SecurePyPIKeyring"
"""The backend in our folder, in the form for the variable PYTHON_KEYRING_BACKEND."""
_BACKENDS = (COPY, "jupyter_securepypi.keyring_backend.SecurePyPIKeyring")
# keyring's own choice among several backends; the file must name a backend, or keyring warns at each start.
_CHAIN = "keyring.backends.chainer.ChainerBackend"
_VARIABLE = "PYTHON_KEYRING_BACKEND"
_ONLY_HERE = "keyring finds the token only where this package is installed"


class Keyring(Client):
    """The tools that ask keyring; no file of this client holds the token, only the token store does."""

    name = "keyring"
    help = "a backend that gives Twine, Hatch and PDM the token to publish with"
    credential_stores = ("netrc", "pip")

    def files(self, machine: Machine) -> tuple[Path, ...]:
        """Return keyring's configuration."""
        return (locations.KEYRING.path(machine.environ),)

    def point(self, grant: Grant, machine: Machine) -> Changes:
        """Install our backend and name its folder; a backend that the user has chosen stays and is reported."""
        from .ini import IniText

        (path,) = self.files(machine)
        with originals.locked():
            installed = install(folder(), grant, machine.store.token_file)
        safe_target(path)
        before = read_ini(path)
        chosen = before.get("backend", "default-keyring", fallback=_CHAIN).strip()
        added = before.get("backend", "keyring-path", fallback=str(folder())).strip()
        if chosen != _CHAIN or not _is_ours(added):
            does = f"chooses {chosen}" if chosen != _CHAIN else "names another folder of backends"
            what = f"{path} {does}, so keyring does not ask ours; it was left alone."
            return installed + Changes(findings=(Finding(str(path), what),))

        def change(text: str) -> str:
            edited = IniText(text)
            for key, value in (("default-keyring", _CHAIN), ("keyring-path", str(folder()))):
                if before.get("backend", key, fallback=None) is None:
                    edited.set("backend", key, value)
            return str(edited)

        return installed + rewrite(path, change, self.name)

    def place(self, grant: Grant | None, machine: Machine) -> Place:
        """Return the backend that answers for the token (``keyring.core``)."""
        url = grant.endpoint_url if grant else None
        backend = machine.environ.get(_VARIABLE)
        if backend:
            if backend in _BACKENDS:
                return Place("secure", url, _VARIABLE)
            if backend == _CHAIN:  # keyring then does not read its file, so it does not find our folder
                return Place("unset", None, _VARIABLE, _ONLY_HERE, f"unset {_VARIABLE}")
            return Place("elsewhere", None, _VARIABLE, f"keyring asks {backend} only", f"unset {_VARIABLE}")
        (path,) = self.files(machine)
        try:
            found = read_ini(path)
        except FileProblem as problem:
            message = f"{path} cannot be read by keyring either"
            return Place("unset", None, str(path), message, problem.remedy or "mend or remove the file")
        backend = found.get("backend", "default-keyring", fallback="").strip()
        added = found.get("backend", "keyring-path", fallback="").strip()
        if backend and backend not in (_CHAIN, *_BACKENDS):
            message, remedy = f"keyring asks {backend} only", "take default-keyring out of the file"
            return Place("elsewhere", None, f"{path} [backend]", message, remedy)
        if added and _is_ours(added):
            return Place("secure", url, f"{path} [backend]")
        return Place("unset", None, "", _ONLY_HERE, CONFIGURE)

    def remove(self) -> Changes:
        """Remove our folder of backends."""
        was_there = folder().is_dir()
        shutil.rmtree(folder(), ignore_errors=True)
        return Changes(done=("the keyring backend was removed",)) if was_there else Changes()


def folder() -> Path:
    """Return our folder of backends for keyring."""
    return originals.data_folder() / "keyring"


def _is_ours(path: str) -> bool:
    """Return whether `path`, as keyring's configuration has it, is our folder."""
    try:
        return Path(path).expanduser() == folder()
    except RuntimeError:  # it names the home of a user that there is not
        return False


def install(into: Path, grant: Grant, token_file: Path) -> Changes:
    """Write the backend into the folder `into`, for its owner only; the changes name the file if it was written.

    In a rehearsal nothing is written: these files are our own.

    Args:
        into: the folder.
        grant: names the index; no file of the backend holds its token.
        token_file: the token store's file with the token.

    Raises:
        FileProblem: if that cannot be done.
    """
    if noted() is not None:
        return Changes()
    where = {"endpoint_url": grant.endpoint_url, "login": grant.login, "token_file": str(token_file)}
    about = into / f"{MODULE}-1.dist-info"
    files = {
        into / f"{MODULE}.py": _SOURCE.read_bytes(),
        into / f"{MODULE}.json": json.dumps(where).encode(),
        about / "METADATA": f"Metadata-Version: 2.1\nName: {MODULE}\nVersion: 1\n".encode(),
        about / "entry_points.txt": f"[keyring.backends]\n{MODULE} = {MODULE}\n".encode(),
    }
    private_folder(into)
    private_folder(about)
    stale = [path for path, content in files.items() if not path.is_file() or path.read_bytes() != content]
    for path in stale:
        write_atomically(path, files[path], mode=0o600)
    return Changes(written=(into,) if stale else ())
