"""What a pip that a build starts with ``--isolated`` is told: it passes over variables and the user's file.

It reads the file that PIP_CONFIG_FILE names, and the global and the environment's own before (``iter_config_files`` in
``pip/_internal/configuration.py``, alike from pip 20.3 to 26.3). So ours takes back each word of those.
"""

from __future__ import annotations

from pathlib import Path
from typing import Dict, Mapping

from .configuration import Files, candidate_files
from .names import variable_key

LOG = "pip.log"
"""The log that all pips of one install write, those of builds, too."""


def variables_for_builds(folder: Path, prefix: str, variables: Mapping[str, str]) -> Dict[str, str]:
    """Return the variables that lead every pip to one log, and an isolated one to what the others are told.

    Args:
        folder: a private one, for the log and the file of settings.
        prefix: of the environment whose pip a build may start.
        variables: those of the install; what they say as ``PIP_*`` counts.
    """
    found = {"PIP_LOG": str(folder / LOG)}
    sections: Dict[str, Dict[str, str]] = {"global": {}}
    files = Files()
    for place in candidate_files(prefix, variables):
        parsed = files.parsed(place.path)
        if place.kind not in ("global", "site"):
            continue
        if parsed.problem or parsed.doubled:  # with it no pip runs that reads any file
            return found
        for section, options in parsed.sections.items():
            sections.setdefault(section, {}).update(dict.fromkeys(options, ""))
    for name, value in {**variables, **found}.items():
        if variable_key(name) and name != "PIP_CONFIG_FILE":
            sections["global"][variable_key(name)] = value.replace("\n", "\n  ")
    text = "".join(
        "[{}]\n{}".format(section, "".join("{} = {}\n".format(*option) for option in options.items()))
        for section, options in sections.items()
    )
    path = folder / "pip.conf"
    try:
        path.write_bytes(text.encode("ascii"))  # pip reads it as the locale says
    except UnicodeEncodeError:
        return found
    return {**found, "PIP_CONFIG_FILE": str(path)}
