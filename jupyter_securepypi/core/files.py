"""Replace a file whole or not at all, and follow symbolic links only where that is safe."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
import time
from pathlib import Path
from typing import Callable, Dict, Optional

from .errors import FileProblem

INTERRUPTED = ".securepypi"
"""The end of the name of a file's whole content, which stays where overwriting that file was interrupted."""
_REMEDIES = {
    errno.EROFS: "it lies on a read-only file system: mount its folder writable, or use a file elsewhere",
    errno.ENOSPC: "free some space, and try again",
    errno.EDQUOT: "free some space, and try again",
}
_ABANDONED = 60.0  # seconds; an older temporary file has no writer any more


def write_atomically(
    path: Path,
    content: bytes,
    mode: Optional[int] = None,
    tidy: bool = True,
    still: Optional[Callable[[], bool]] = None,
) -> bool:
    """Replace `path` by `content`: a crash at any moment leaves the old file or the new one, whole.

    A file that is mounted by itself, as ``docker run -v`` does, cannot be replaced: it is overwritten, and until that
    is done its whole content stands beside it.

    Args:
        path: the file; its folder must exist. If it may be a link, pass the result of `safe_target`.
        content: all bytes of the new file.
        mode: permission bits of the new file; by default the old file's, or 0600 if there is none.
        tidy: remove what a killed process left of this file. For a large folder, call `remove_remains` once instead.
        still: is asked just before the replacement, when all else is done; False leaves the old file.

    Returns:
        Whether it was replaced.

    Raises:
        FileProblem: if it cannot be written; the old file is untouched.
    """
    if mode is None:
        try:
            mode = stat.S_IMODE(os.stat(path).st_mode)
        except OSError:
            mode = 0o600
    temporary = None
    prefix = f".{path.name}.securepypi-"
    try:
        handle, temporary = tempfile.mkstemp(dir=str(path.parent), prefix=prefix)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            if os.name == "posix":
                os.fchmod(file.fileno(), mode)
            file.flush()
            os.fsync(file.fileno())
        if still is not None and not still():
            return False
        try:
            os.replace(temporary, str(path))
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
            _overwrite(path, Path(temporary), mode)
        temporary = None
        if tidy:
            remove_remains(path.parent, prefix)
    except OSError as error:
        raise unwritten(path, error) from error
    finally:
        if temporary is not None:
            try:
                os.unlink(temporary)
            except OSError:
                pass
    return True


def unwritten(path: Path, error: OSError) -> FileProblem:
    """Return the error for a file that could not be written, and was left as it was."""
    if isinstance(error, FileNotFoundError) and not path.parent.is_dir():
        return FileProblem(
            f"Cannot write {path}: there is no folder {path.parent}.",
            remedy="make the folder, or name another",
        )
    return FileProblem(
        f"Cannot write {path}: {error.strerror or error}.",
        why="the file was left as it was",
        remedy=_REMEDIES.get(
            error.errno or 0, "make the file and its folder writable, or free some space, and try again"
        ),
    )


def _overwrite(path: Path, whole: Path, mode: int) -> None:
    """Write the content of `whole` over `path` in place, and remove `whole`.

    Until then `whole` has another name, which no tidying removes: after a crash it is the only whole copy.

    Raises:
        FileProblem: an earlier overwriting was interrupted; the whole content of then is kept.
        OSError: the file cannot be written.
    """
    copy = path.with_name(f".{path.name}{INTERRUPTED}")
    if copy.exists() and copy.read_bytes() != path.read_bytes():
        raise FileProblem(
            f"Writing {path} was interrupted earlier, so it may be damaged.",
            why=f"it is mounted by itself and has to be overwritten; its whole content is in {copy}",
            remedy=f"compare them, copy the right content into {path}, and remove {copy}",
        )
    content = whole.read_bytes()
    with open(str(path), "r+b") as file:
        if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) != mode:
            os.fchmod(file.fileno(), mode)
        os.replace(str(whole), str(copy))
        try:
            file.write(content)
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
        except OSError as error:
            raise FileProblem(
                f"Writing {path} was interrupted: {error.strerror or error}.",
                why="it is mounted by itself and has to be overwritten",
                remedy=f"free some space, and copy {copy} into it",
            ) from error
    os.unlink(str(copy))


def usual_mode() -> int:
    """Return the permission bits of a new file without a secret in it, as this process's umask has them."""
    try:
        status = Path("/proc/self/status").read_bytes()
        umask = int(status.partition(b"\nUmask:")[2].split(None, 1)[0], 8)
    except (OSError, ValueError, IndexError):
        # Elsewhere it can be read only by setting it, for an instant for all threads: to the strictest.
        umask = os.umask(0o077)
        os.umask(umask)
    return 0o666 & ~umask


def file_state(path: Path) -> str:
    """Return a text that differs once the file has changed, and that holds nothing of its content."""
    try:
        state = path.stat()
    except OSError:
        return "-"
    return f"{state.st_mtime_ns}:{state.st_size}:{state.st_ino}"


def remove_remains(folder: Path, prefix: str = ".", age: float = _ABANDONED) -> None:
    """Remove temporary files of killed processes, which may hold a token.

    Those younger than `age` (seconds) stay: they may be in use.
    """
    for entry in os.listdir(str(folder)):
        if entry.startswith(prefix) and ".securepypi-" in entry:
            path = os.path.join(str(folder), entry)
            try:
                if time.time() - os.stat(path).st_mtime >= age:
                    os.unlink(path)
            except OSError:
                continue


def private_folder(path: Path) -> Path:
    """Create `path` with mode 0700 (its parents as usual) and return it; tighten a wider mode.

    Raises:
        FileProblem: if it cannot be created, or belongs to another user.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
        state = os.lstat(path)
        if os.name == "posix":
            if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.geteuid():
                raise FileProblem(
                    f"{path} is not a folder of your own.",
                    **(
                        owned_by_another(path)
                        or {
                            "why": "tokens are kept there",
                            "remedy": "remove it, or set JUPYTER_RUNTIME_DIR and JUPYTER_DATA_DIR to your own folders",
                        }
                    ),
                )
            if stat.S_IMODE(state.st_mode) != 0o700:
                os.chmod(path, 0o700)
    except OSError as error:
        raise FileProblem(
            f"Cannot create the folder {path}: {error.strerror or error}.",
            **(
                owned_by_another(path)
                or {"remedy": "make its parent writable, or set JUPYTER_RUNTIME_DIR and JUPYTER_DATA_DIR"}
            ),
        ) from error
    return path


def owned_by_another(path: Path) -> Dict[str, str]:
    """Return cause and remedy (`why`, `remedy`) if one run with sudo left `path` to root in this user's home.

    If `path` is missing, its next parent counts. Empty if nothing there is root's.
    """
    home = Path(os.path.expanduser("~"))
    for place in (path, *path.parents):
        if home not in (place, *place.parents):
            return {}
        try:
            owner = os.lstat(place).st_uid
        except FileNotFoundError:
            continue
        except OSError:
            return {}
        if os.name != "posix" or owner != 0 or os.geteuid() == 0:
            return {}
        user = _user(os.geteuid())
        return {
            "why": f"{place} belongs to root, as after a run with sudo",
            "remedy": f"`sudo chown -R {user} {place}`",
        }
    return {}


def _user(number: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def safe_target(path: Path) -> Path:
    """Return the file to write for `path`: itself, or the target of a symbolic link of the same owner.

    Raises:
        FileProblem: for a dangling or circular link, a file that is not regular, and a file of another user.
    """
    try:
        state = os.lstat(path)
    except FileNotFoundError:
        return path
    except OSError as error:
        raise FileProblem(f"Cannot look at {path}: {error.strerror or error}.") from error
    target = path
    if stat.S_ISLNK(state.st_mode):
        try:
            target = path.resolve(strict=True)
            state = os.stat(target)
        except (OSError, RuntimeError) as error:
            raise FileProblem(
                f"{path} is a symbolic link that leads nowhere.",
                why=str(error),
                remedy="remove the link or create the file it points at",
            ) from error
    if not stat.S_ISREG(state.st_mode):
        raise FileProblem(f"{path} is not a regular file.", remedy="replace it by a regular file")
    if os.name == "posix" and state.st_uid != os.geteuid():
        raise FileProblem(
            f"{path} belongs to another user, so it is left alone.",
            remedy="copy it to a file of your own, or ask its owner",
        )
    return target
