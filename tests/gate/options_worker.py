"""A process of another user that loads the options, again and again, after its user has changed files and variables.

It reads a JSON object a line: ``files`` (path → text, or null to remove it), ``variables`` and ``call`` (option → value
that a single call gives). It answers with the options in force, or with the error.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from jupyter_core import paths

OPTIONS = (
    *(
        "minimum_age",
        "minimum_age_exempt",
        "unknown_age",
        "malware",
        "vulnerabilities",
        "blocked",
        "osv_database",
    ),
    *("verify", "allow_public", "allow_direct", "use_secure_pypi", "repository"),
)


def answer(said):
    from jupyter_securepypi.config import load_options
    from jupyter_securepypi.core.errors import ConfigurationError

    os.environ.clear()
    os.environ.update(said["variables"])
    for name, text in said["files"].items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True) if text is None else path.write_text(text)
    try:
        options = load_options()
        given = {name: options.tightened(name, value) for name, value in said.get("call", {}).items()}
    except ConfigurationError as error:
        return {"error": str(error)}
    found = {name: getattr(options, name) for name in OPTIONS} | given
    return {"options": found, "files": dict(options.locks.files), "not_held": list(options.locks.not_held)}


if __name__ == "__main__":
    paths.SYSTEM_CONFIG_PATH[:] = [sys.argv[1]]
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
