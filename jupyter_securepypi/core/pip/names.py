"""What pip calls its options, in files and in variables."""

from __future__ import annotations

from ..effect import Effect, with_effect
from .effects import EFFECTS

INDEX_KEYS = ("index-url", "pypi-url", "extra-index-url", "find-links")
"""The options that decide where packages come from, every spelling of them."""

ALIASES = {"pypi-url": "index-url", "default-timeout": "timeout"}
"""The second names of options (``pip/_internal/cli/cmdoptions.py``)."""

HARMLESS = with_effect(EFFECTS, Effect.HARMLESS, Effect.DECIDING)
"""Settings that our own runs of pip obey: they do not change where packages come from."""

FILE_KEYS = ("constraint", "requirement", "build-constraint")
"""The options that name files of requirement lines, which may choose an index; what they hold decides."""

REDIRECTING = with_effect(EFFECTS, Effect.REDIRECTING) - {*INDEX_KEYS, *FILE_KEYS}
"""The other options that lead elsewhere: to projects in folders and scripts, to another pip, to words for a build."""

WEAKENING = with_effect(EFFECTS, Effect.WEAKENING)
"""The options that take away a check."""

CUMULATIVE = frozenset(("all-releases", "no-binary", "only-binary", "only-final"))
"""Every occurrence of these adds to the earlier ones; for all others the last one wins."""


def normalise(name: str) -> str:
    """Return an option's name as pip compares it: ``INDEX_URL`` and ``--index-url`` become ``index-url``."""
    name = name.lower().replace("_", "-")
    return name[2:] if name.startswith("--") else name


def variable_key(variable: str) -> str:
    """Return the option that an environment variable sets, as ``index-url``, or an empty string if none."""
    if not variable.startswith("PIP_") or variable[4:].lower() in ("version", "help"):
        return ""
    return normalise(variable[4:].lower())


def is_true(value: str) -> bool:
    """Return whether pip takes a value for yes."""
    return value.strip().lower() in ("y", "yes", "t", "true", "on", "1")
