"""Whether uv's cache is the user's own: uv believes what it finds there, hashes included."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

NOT_USED = "uv's cache is not used"
"""How the line begins that says so."""


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder of uv's cache, as uv finds it on every system but Windows."""
    base = environ.get("XDG_CACHE_HOME") or Path(environ.get("HOME") or Path.home(), ".cache")
    return Path(environ.get("UV_CACHE_DIR") or Path(base, "uv")).absolute()


def why_not_ours(folder: Path) -> str:
    """Return why others may have written what `folder` holds, with the remedy; empty where only the user can.

    It is made where it is not there, before somebody else does. A folder that leads there may be open to others only
    where they cannot rename what is in it (sticky, as ``/tmp``).
    """
    if os.name != "posix":
        return ""
    with suppress(OSError):  # uv says it better
        folder.mkdir(parents=True, exist_ok=True)
    real = Path(os.path.realpath(folder))
    leading = (*folder.parents, *real.parents)
    for place in dict.fromkeys((folder, *leading, real, *_inside(folder))):
        try:
            found = place.stat()
        except OSError:
            continue
        if found.st_uid not in (0, os.geteuid()):
            why = "belongs to another user"
        elif _is_open(found) and not (place in leading and found.st_mode & stat.S_ISVTX):
            why = "can be written by others"
        else:
            continue
        return (
            f"{place} {why}; set UV_CACHE_DIR to a folder of your own, or `chmod go-w` it and `rm -r {folder}`"
        )
    return ""


def _inside(folder: Path) -> Iterable[Path]:
    try:
        with os.scandir(folder) as found:
            return [Path(one.path) for one in found if one.is_dir()]
    except OSError:
        return ()


def _is_open(found: os.stat_result) -> bool:
    of_the_group = found.st_mode & stat.S_IWGRP and not _is_mine_alone(found.st_gid)
    return bool(found.st_mode & stat.S_IWOTH or of_the_group)


def _is_mine_alone(group: int) -> bool:
    """Return whether nobody but this user, and root, is in a group; not where this machine does not list its users."""
    import grp
    import pwd

    try:
        me, members = pwd.getpwuid(os.geteuid()).pw_name, set(grp.getgrgid(group).gr_mem)
    except KeyError:
        return False
    users = pwd.getpwall()
    members |= {one.pw_name for one in users if one.pw_gid == group}
    return me in {one.pw_name for one in users} and members <= {me, "root"}
