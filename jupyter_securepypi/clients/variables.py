"""The variables that would send package managers past the secure index."""

from __future__ import annotations

from collections.abc import MutableMapping

from ..core.pip.names import INDEX_KEYS, variable_key

# uv's variables, from its reference ("Environment variables"); the prefix catches a later UV_INDEX_*. pip turns
# every long option into a PIP_ variable, in several spellings: see `variable_key`.
_NAMES = frozenset(
    {
        "UV_INDEX_URL",
        "UV_DEFAULT_INDEX",
        "UV_INDEX",
        "UV_EXTRA_INDEX_URL",
        "UV_FIND_LINKS",
    }
)
_PREFIXES = ("UV_INDEX_",)
_HARMLESS = frozenset({"UV_INDEX_STRATEGY"})


def redirecting_variables(environ: MutableMapping[str, str]) -> list[str]:
    """Return the names in `environ` that choose or add an index, sorted."""
    return sorted(
        name
        for name in environ
        if name in _NAMES
        or variable_key(name) in (*INDEX_KEYS, "no-index")
        or (name.startswith(_PREFIXES) and name not in _HARMLESS)
    )


def clean(environ: MutableMapping[str, str]) -> list[str]:
    """Remove the variables that `redirecting_variables` finds from `environ`, and return their names."""
    names = redirecting_variables(environ)
    for name in names:
        del environ[name]
    return names
