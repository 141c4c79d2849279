"""Put originals back: for clients that the options no longer name, or for all clients."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from ..core import schema
from ..core.files import write_atomically
from ..core.finding import Finding
from ..core.processes import lives
from ..core.secret_folder import remove_abandoned
from ..token import store as token_store
from . import originals, registry
from .base import Client
from .change import Changes, attempt


def restore_disabled(enabled: Iterable[Client]) -> Changes:
    """Restore the files of clients that were enabled at the last call and are not enabled now. Call it before writing.

    A file that another client relies on stays. A file that cannot be restored is tried again at the next call.

    Args:
        enabled: the clients that are pointed at the secure index from now on.

    Raises:
        FileProblem: if the folder of originals is out of reach.
    """
    names = {client.name for client in enabled}
    if served() == names:
        return Changes()
    changes = Changes()
    with originals.locked():
        before = served()
        left = set(names)
        for name in sorted(before - names):
            client = registry.find(name)
            restored = attempt(client.restore if client else partial(originals.release, name))
            changes += restored
            if restored.findings:
                left.add(name)
        if left != before:
            write_atomically(_served_file(), json.dumps(sorted(left)).encode(), mode=0o600)
    kept = (
        Finding(
            str(path),
            f"{path} was put back as it was before us; your later changes are in {beside}.",
            severity="info",
        )
        for path, beside in changes.kept
    )
    return changes + Changes(findings=tuple(kept))


def restore() -> Changes:
    """Put every original back, and remove the parts that are wholly ours.

    Raises:
        FileProblem: if the folder of originals is out of reach.
    """
    changes = Changes()
    for client in registry.ALL:
        changes += attempt(client.remove)
    changes += originals.restore_all()
    return changes + attempt(_forget_served)


def logout() -> Changes:
    """Do the same as `restore`, and remove every token, every remembered failure and what killed processes left.

    The install history stays: it is a record, and holds no secret.
    """
    servers = (
        f"The Jupyter server with process id {pid} is running and would write it all again."
        for pid in _running_servers()
    )
    running = (Finding("", what, remedy="stop it, and log out again") for what in servers)
    return (
        Changes(findings=tuple(running)) + attempt(restore) + attempt(_forget_tokens) + attempt(_forget_copies)
    )


def _served_file() -> Path:
    return originals.data_folder() / "clients.json"


def served() -> set[str]:
    """Return the names of the clients that were enabled at the last call of `restore_disabled`."""
    try:
        return set(schema.texts({"names": schema.parsed(_served_file().read_bytes())}, "names"))
    except (OSError, ValueError):
        return set()


def _forget_served() -> Changes:
    _served_file().unlink(missing_ok=True)
    return Changes()


def _forget_tokens() -> Changes:
    removed = token_store.forget_all()
    plural = "" if removed == 1 else "s"
    return Changes(done=(f"{removed} file{plural} of the token store removed",) if removed else ())


def _forget_copies() -> Changes:
    removed = remove_abandoned()
    plural = "" if removed == 1 else "s"
    return Changes(done=(f"{removed} temporary folder{plural} of killed processes removed",) if removed else ())


def _running_servers() -> list[int]:
    """Return the process ids of this user's Jupyter servers, from the file that each server keeps while it runs."""
    from jupyter_core.paths import jupyter_runtime_dir

    found = []
    for path in sorted(Path(jupyter_runtime_dir()).glob("jpserver-*.json")):
        try:
            pid = int(json.loads(path.read_bytes())["pid"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if lives(pid):  # a killed server leaves its file behind
            found.append(pid)
    return found
