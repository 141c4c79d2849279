"""Install into the Python of this process, which has neither this package nor what it needs.

It travels as pickled code. The install runs in a process of its own, from the bundle: nothing is imported here, and
what is done survives the end of this process.
"""

from __future__ import annotations

import importlib
import json
import os
import site
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

from .record import found

_NO_ANSWER = {
    "kind": "SecurePyPIError",
    "message": "The process that installs ended without an answer.",
    "why": "it was killed, or there is no memory or disk space left",
    "remedy": "look at the host's own log, then try again",
}


def install_here(payload: dict[str, Any], tell: Callable[[str], None], once: bool = False) -> dict[str, Any]:
    """Install what `payload` asks for, unless it is here already; wait for others who do the same.

    Args:
        payload: of `clusters.payload`.
        tell: is called with each line that pip prints, secrets masked.
        once: what was installed is good in any version: a later request may have changed it.

    Returns:
        What `child` puts out, as JSON values: ``packages`` and the like, and ``fresh`` if this call installed them; or
        ``error``. In any case ``host`` and ``prefix``, and in ``stale`` the modules imported here that have changed.
    """
    place = {"host": socket.gethostname(), "prefix": sys.prefix, "pid": os.getpid()}
    now = time.time()
    known = found(payload["digest"], now, once)
    outcome = {**known, "fresh": False} if known is not None else _asked(payload, now, once, tell)
    folder = site.getusersitepackages()
    # pip creates this folder if it may not write into Python's own. A Python that started before ignores it.
    if site.ENABLE_USER_SITE and Path(folder).is_dir() and folder not in sys.path:
        site.addsitedir(folder)
    importlib.invalidate_caches()
    return {**outcome, **place, "stale": _stale(outcome)}


def failure(outcome: dict[str, Any]) -> str:
    """Return the words for an outcome's error, in up to three lines; empty for none."""
    error = outcome.get("error")
    if not error:
        return ""
    lines = [f"On {outcome['host']} ({outcome['prefix']}): {error['message']}"]
    lines += [f"  why   {error['why']}"] if error["why"] else []
    lines += [f"  try   {error['remedy']}"] if error["remedy"] else []
    return "\n".join(lines)


def _asked(payload: dict[str, Any], now: float, once: bool, tell: Callable[[str], None]) -> dict[str, Any]:
    """Return what the process that installs answers."""
    bundle, question = payload["bundle"], payload["question"]
    try:
        child = subprocess.Popen(
            [sys.executable, *payload["program"], repr(now), str(int(once))],
            env={**os.environ, **payload["policy"]},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=os.name
            == "posix",  # what interrupts or ends this process does not end the install
        )
    except OSError as error:
        why = f"{error.strerror or error}"
        return {"error": {**_NO_ANSWER, "message": "The process that installs cannot be started.", "why": why}}
    answer: dict[str, Any] = {"error": _NO_ANSWER}
    with child:
        try:
            child.stdin.write(b"%d\n" % len(bundle) + bundle + question)  # type: ignore[union-attr]
            child.stdin.close()  # type: ignore[union-attr]
        except OSError:
            pass  # it has ended already
        for text in child.stdout:  # type: ignore[union-attr]
            try:
                said = json.loads(text)
            except ValueError:
                continue
            if "line" in said:
                tell(said["line"])
            else:
                answer = said.get("outcome", said)
    return answer


def _stale(outcome: dict[str, Any]) -> list[str]:
    """Return the modules that this process imported before the install replaced them."""
    replaced = [one["name"] for one in outcome.get("packages", ()) if one["previous"]]
    if not replaced or _started() > outcome["at"]:
        return []
    modules = set()
    for name in replaced:
        try:
            files = metadata.distribution(name).files or []
        except metadata.PackageNotFoundError:
            continue
        for path in files:
            if path.suffix in (".py", ".so", ".pyd") and not path.parts[0].endswith(
                (".dist-info", ".egg-info")
            ):
                modules.add(path.parts[0].partition(".")[0])
    return sorted(modules & {name.partition(".")[0] for name in sys.modules})


def _started() -> float:
    """Return when this process started, an epoch; 0 where that cannot be found out."""
    try:
        import psutil  # both engines bring it

        return float(psutil.Process().create_time())
    except Exception:  # noqa: BLE001 what cannot be known counts as long ago: then one restart too many
        return 0.0
