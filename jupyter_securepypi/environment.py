"""The variables that would send package managers past the secure index."""

from __future__ import annotations

from collections.abc import MutableMapping

# pip turns every long option into a PIP_ variable (pip documentation, "Configuration"); uv's are listed in its
# reference under "Environment variables". Later additions of the same form are caught by the prefixes.
_NAMES = frozenset(
    {
        "PIP_INDEX_URL",
        "PIP_PYPI_URL",
        "PIP_EXTRA_INDEX_URL",
        "PIP_FIND_LINKS",
        "PIP_NO_INDEX",
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
        if name.upper() in _NAMES or (name.upper().startswith(_PREFIXES) and name.upper() not in _HARMLESS)
    )


def clean(environ: MutableMapping[str, str]) -> list[str]:
    """Remove what `redirecting_variables` finds from `environ` and return the names."""
    names = redirecting_variables(environ)
    for name in names:
        del environ[name]
    return names
