"""The checks of files with secrets: only their owner can read them, and killed processes left none behind."""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from ..clients import originals
from ..core.check import Check
from ..core.files import INTERRUPTED
from ..core.finding import Fix
from ..core.netrc import netrc_path
from ..core.secret import SecretBytes
from ..token.store import runtime_folder

_PASSWORD = re.compile(rb"://[^\s/@]+:[^\s/@]+@|^\s*(password|pypi-token)\b", re.MULTILINE | re.IGNORECASE)
_REMAINS = re.compile(r"\..+\.securepypi-\w+")  # temporary files of `core.files.write_atomically`
# Seconds after which no process uses it any more: a temporary file, and the folder of an install.
_ABANDONED_FILE, _ABANDONED_FOLDER = 60.0, 7200.0


def modes(others: Iterable[Path]) -> list[Check]:
    """Return the checks that files and folders with secrets are for their owner only.

    Args:
        others: configuration files of package managers; only those with a password are checked.
    """
    if os.name != "posix":
        return [Check.untried("file modes", "not a matter of modes on this system")]
    ours = [(path, True) for path in _own()]
    theirs = [
        (path, False) for path in dict.fromkeys((netrc_path(os.environ), *others)) if _holds_password(path)
    ]
    checks = []
    for path, own in (*ours, *theirs):
        try:
            state = path.stat()
        except OSError:
            continue
        wide = stat.S_IMODE(state.st_mode) & 0o077
        if state.st_uid != os.geteuid():
            # A file of another user is a problem only if it is one of our own.
            if own:
                message = f"{path} belongs to another user"
                checks.append(Check.failed("file modes", message, "remove it, or have it given to you"))
        elif wide:
            mode = 0o700 if path.is_dir() else 0o600
            message = f"{path} has mode {stat.S_IMODE(state.st_mode):04o}: others on this machine may read it"
            checks.append(
                Check.failed("file modes", message, f"chmod {mode:o} {path}", _tighten(path, mode, own))
            )
    return checks or [Check.passed("file modes", "what holds secrets is for its owner only")]


def leftovers(others: Iterable[Path], now: float | None = None) -> list[Check]:
    """Return the checks for our temporary files and folders that no process uses any more.

    Args:
        others: files of package managers that we may have edited; their folders are searched.
        now: epoch seconds.
    """
    now = time.time() if now is None else now
    folders = [runtime_folder(), originals.data_folder(), originals.data_folder() / "originals"]
    folders += [netrc_path(os.environ).parent, *(path.parent for path in others)]
    checks = [
        _leftover(path, path.unlink)
        for folder in dict.fromkeys(folders)
        for path in _entries(folder)
        if _REMAINS.fullmatch(path.name) and _abandoned(path, now - _ABANDONED_FILE)
    ]
    checks += [
        _interrupted(path)
        for folder in dict.fromkeys(folders)
        for path in _entries(folder)
        if path.name.startswith(".") and path.name.endswith(INTERRUPTED) and path.is_file()
    ]
    for path in _entries(Path(tempfile.gettempdir())):
        is_ours = path.name.startswith("securepypi-") and not path.name.startswith("securepypi-emulator-")
        if is_ours and path.is_dir() and not path.is_symlink() and _abandoned(path, now - _ABANDONED_FOLDER):
            checks.append(_leftover(path, partial(shutil.rmtree, path)))
    return checks or [Check.passed("leftovers", "no temporary file was left behind")]


def _own() -> Iterator[Path]:
    for folder in (runtime_folder(), originals.data_folder(), originals.data_folder() / "originals"):
        if folder.is_dir():
            yield folder
    for folder in (runtime_folder(), originals.data_folder() / "originals"):
        yield from (path for path in _entries(folder) if path.suffix == ".json")


def _holds_password(path: Path) -> bool:
    try:
        content = SecretBytes(path.read_bytes())
    except OSError:
        return False
    return bool(_PASSWORD.search(content)) or (path == netrc_path(os.environ) and b"password" in bytes(content))


def _tighten(path: Path, mode: int, own: bool) -> Fix:
    def apply() -> Sequence[str]:
        path.chmod(mode)
        return [f"set the mode of {path} to {mode:04o}"]

    return Fix(f"set the mode of {path} to {mode:04o}", apply, ours=own)


def _leftover(path: Path, delete: Callable[[], object]) -> Check:
    def apply() -> Sequence[str]:
        delete()
        return [f"removed {path}"]

    message = f"{path} was left by a process that was killed, and may hold a token"
    return Check.failed("leftovers", message, "remove it", Fix(f"remove {path}", apply))


def _interrupted(copy: Path) -> Check:
    file = copy.with_name(copy.name[1 : -len(INTERRUPTED)])
    message = f"writing {file} was interrupted, so it may be damaged; {copy} has its whole content"
    return Check.failed("leftovers", message, f"copy the right content into {file}, and remove {copy}")


def _abandoned(path: Path, before: float) -> bool:
    try:
        state = path.lstat()
    except OSError:
        return False
    mine = os.name != "posix" or state.st_uid == os.geteuid()
    return mine and state.st_mtime < before


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
