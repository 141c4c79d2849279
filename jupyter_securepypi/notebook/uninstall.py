"""``%secure_pip uninstall``: what the command line does, and a word where the kernel has imported what is gone."""

from __future__ import annotations

from ..config import load_options
from ..core.foreign_text import say
from ..install import uninstall_words as words
from .help import parser_of
from .restart import ImportedModules


def uninstall(arguments: list[str]) -> None:
    """Remove the packages that the words after ``%secure_pip uninstall`` name, and say what was done.

    Raises:
        RequestRefused: the words make no sense, or nobody can answer.
        SecurePyPIError: it could not be done.
    """
    given = parser_of("uninstall").parse_args(arguments)
    imported = ImportedModules()
    removal = words.remove(given, load_options())
    stale = [] if removal.dry_run or not removal.removed else imported.among(removal.modules)
    text = words.told(removal, given, stale)
    if text:
        say(text)
