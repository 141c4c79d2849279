"""What a pip that a build starts with ``--isolated`` is told: it passes over variables and the user's file.

It reads the file that PIP_CONFIG_FILE names, and the global and the environment's own before (``iter_config_files`` in
``pip/_internal/configuration.py``, alike from pip 20.3 to 26.3). So ours takes back each word of those.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Dict, Mapping

from ..child import as_main
from .configuration import Files, candidate_files
from .names import variable_key

LOG = "pip.log"
"""The log that all pips of one install write, those of builds, too."""
_SETTINGS = "pip.conf"
# pip that reads no file itself, while what it starts finds `settings`.
_FOR_BUILDS = """\
from pip._internal.configuration import Configuration

load = Configuration.load

def load_nothing(self):
    os.environ["PIP_CONFIG_FILE"] = os.devnull
    load(self)
    os.environ["PIP_CONFIG_FILE"] = {settings!r}

Configuration.load = load_nothing
"""


def one_log(folder: Path) -> Dict[str, str]:
    """Return the variable that leads every pip of an install, those of builds, too, to one log in `folder`."""
    return {"PIP_LOG": str(folder / LOG)}


def told_to_builds(folder: Path, prefix: str, variables: Mapping[str, str]) -> Dict[str, str]:
    """Return the variable by which an isolated pip is told what the others are told; its file is put into `folder`.

    Args:
        folder: a private one.
        prefix: of the environment whose pip may be started.
        variables: those in force; what they say as ``PIP_*`` counts.
    """
    sections: Dict[str, Dict[str, str]] = {"global": {}}
    files = Files()
    for place in candidate_files(prefix, variables):
        parsed = files.parsed(place.path)
        if place.kind not in ("global", "site"):
            continue
        if parsed.problem or parsed.doubled:  # with it no pip runs that reads any file
            return {}
        for section, options in parsed.sections.items():
            sections.setdefault(section, {}).update(dict.fromkeys(options, ""))
    for name, value in variables.items():
        if variable_key(name) and name != "PIP_CONFIG_FILE":
            sections["global"][variable_key(name)] = value.replace("\n", "\n  ")
    text = "".join(
        "[{}]\n{}".format(section, "".join("{} = {}\n".format(*option) for option in options.items()))
        for section, options in sections.items()
    )
    path = folder / _SETTINGS
    try:
        path.write_bytes(text.encode("ascii"))  # pip reads it as the locale says
    except UnicodeEncodeError:
        return {}
    return {"PIP_CONFIG_FILE": str(path)}


def pip_for(told: Mapping[str, str]) -> str:
    """Return the Python program that is pip, which reads no file of settings while what it starts is `told` one."""
    settings = told.get("PIP_CONFIG_FILE", os.devnull)
    return _FOR_BUILDS.format(settings=settings) + as_main("pip")
