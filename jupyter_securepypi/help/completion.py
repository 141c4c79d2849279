"""What can stand where somebody presses TAB: the same in a notebook and in a shell."""

from __future__ import annotations

import re

from ..core.project_name import NAME

INDEX, INSTALLED = "index", "installed"
NAMES = {
    "install": INDEX,
    "download": INDEX,
    "why": INDEX,
    "search-versions": INDEX,
    "uninstall": INSTALLED,
    "show": INSTALLED,
    "show-origin": INSTALLED,
}
"""Commands whose words are names of packages: those of the index, or those that are installed."""
_NAME = re.compile(NAME)
MOST = 200
"""How many names are offered at once: nobody reads more."""


def installed_names() -> list[str]:
    """Return the names of what is installed in this process's environment, as their metadata folders spell them."""
    from importlib import metadata  # with it comes a fifth of what a command imports to start

    found = set()
    for one in metadata.distributions():
        folder = getattr(one, "_path", None)
        # The name of the folder is a hundred times quicker than the metadata in it.
        stem = getattr(folder, "name", "").partition("-")[0] if folder is not None else ""
        found.add(stem.replace("_", "-") if stem else str(one.metadata["Name"] or ""))
    return sorted(found - {""}, key=str.lower)


def beginning_with(prefix: str, names: list[str] | tuple[str, ...]) -> list[str]:
    """Return up to `MOST` of `names` that begin with `prefix`, whatever stands for a dash in it.

    What is no name by the standard is left out: an index may list anything, and this is typed for somebody.
    """
    wanted = prefix.lower().replace("_", "-").replace(".", "-")
    found = (
        name
        for name in names
        if name.lower().replace("_", "-").replace(".", "-").startswith(wanted) and _NAME.fullmatch(name)
    )
    return [name for name, _ in zip(found, range(MOST), strict=False)]
