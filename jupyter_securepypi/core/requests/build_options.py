"""Options that hand words to a build: none that could name a command of ``setup.py`` gets through.

setuptools takes each word for a command, or for an option of the command before it. ``easy_install --index-url=…`` and
``setopt --filename=…`` go around the index, and so do abbreviations of them. A word that begins with two dashes and
carries no value is a switch of the project's own, such as ``--cuda_ext``.
"""

from __future__ import annotations

import re

from ..errors import RequestRefused
from .options import Given

_SWITCH = re.compile(r"--[A-Za-z][A-Za-z0-9_-]*")
# The one switch of distutils that takes its value from the next word, and names modules with commands.
_PACKAGES = "--command-packages"
# A setting whose name begins with dashes is setuptools' way to the options of setup.py.
_SETTING = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.-]*(=.*)?", re.DOTALL)


def refuse_commands(given: Given, where: str, *, in_file: bool) -> None:
    """Refuse an option of that kind where it could name a command.

    Args:
        given: the option.
        where: the place that errors name.
        in_file: it stands in a requirements file, which somebody else may have written.

    Raises:
        RequestRefused: naming the option.
    """
    value = given.value or ""
    if given.option.name == "--config-settings":
        harmless = bool(_SETTING.fullmatch(value))
    else:
        harmless = bool(_SWITCH.fullmatch(value)) and not _PACKAGES.startswith(value.replace("_", "-"))
    if in_file or not harmless:
        raise RequestRefused(
            f"{given.option.name} is not allowed {'in a file or a cell' if in_file else 'with this value'} ({where}).",
            why="it hands words to the build, and a word may be a command of setup.py that goes around the index",
            remedy="give it on the command line"
            if in_file and harmless
            else "have a wheel added to the repository, which needs no build here",
        )
