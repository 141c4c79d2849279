"""Undo what was written for the token: every file as it was, and no trace of a token."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ..core.errors import SecurePyPIError
from ..token import store as token_store
from . import keyring, netrc, originals, retired


def restore() -> tuple[list[str], list[str]]:
    """Put every changed file back and remove our netrc entry.

    Returns:
        What was done and what could not be, a sentence each.

    Raises:
        FileProblem: if the folder of originals is out of reach.
    """
    done, findings = [], []
    if netrc.withdraw():
        done.append("the netrc entry was removed")
    if keyring.withdraw():
        done.append("the keyring backend was removed")
    for file in originals.restore_all():
        if file.problem:
            findings.append(f"{file.path}: {file.problem}")
        elif file.action != "unchanged":
            kept = f"; your later changes are in {file.kept}" if file.kept else ""
            done.append(f"{file.path}: {file.action}{kept}")
    retired.forget()
    return done, findings


def logout() -> tuple[list[str], list[str]]:
    """Remove every token and all that we wrote for it: the token store with its failures, then what `restore` undoes.

    The history of installs stays: it is a record, and holds no secret.

    Returns:
        What was done and what could not be, a sentence each.
    """
    done: list[str] = []
    findings = [
        f"the Jupyter server with process id {pid} is running and would write it all again: stop it, and log out again"
        for pid in _running_servers()
    ]
    for step in (_forget_tokens, restore):
        try:
            more, problems = step()
        except SecurePyPIError as error:
            more, problems = [], [str(error)]
        done += more
        findings += problems
    return done, findings


def _forget_tokens() -> tuple[list[str], list[str]]:
    removed = token_store.forget_all()
    plural = "" if removed == 1 else "s"
    return ([f"{removed} file{plural} of the token store removed"] if removed else []), []


def _running_servers() -> list[int]:
    """Return the process ids of this user's Jupyter servers, from the files that each keeps while it runs."""
    from jupyter_core.paths import jupyter_runtime_dir

    found = []
    for path in sorted(Path(jupyter_runtime_dir()).glob("jpserver-*.json")):
        try:
            pid = int(json.loads(path.read_bytes())["pid"])
            os.kill(pid, 0)
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a server that was killed leaves its file behind
        found.append(pid)
    return found
