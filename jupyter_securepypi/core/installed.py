"""Which distributions an environment has, read from folder names: nothing of them is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Dict, Iterable, List

from .child import python_command
from .project_name import normalized

_ASK = "print('\\n'.join(sys.path))"


def installed_versions(python: str = sys.executable) -> Dict[str, str]:
    """Return normalized name → version of what `python`'s path holds; what comes first on the path wins."""
    found: Dict[str, str] = {}
    for folder in _search_path(python):
        for name, version in _distributions(folder):
            found.setdefault(name, version)
    return found


def _search_path(python: str) -> List[str]:
    if python == sys.executable:
        return [folder for folder in sys.path if folder]
    answer = subprocess.run(
        python_command(python, _ASK),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=False,
        timeout=30,
    )
    return answer.stdout.decode(errors="replace").splitlines()


def _distributions(folder: str) -> Iterable[List[str]]:
    try:
        entries = os.listdir(folder)
    except OSError:
        return
    for entry in entries:
        stem, suffix = os.path.splitext(entry)
        # NAME-VERSION.dist-info (PEP 376) or NAME-VERSION-pyX.Y.egg-info (setuptools).
        if suffix in (".dist-info", ".egg-info") and "-" in stem:
            name, version = stem.split("-")[:2]
            yield [normalized(name), version]
