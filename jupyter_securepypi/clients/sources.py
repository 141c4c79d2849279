"""Every place with a setting about indexes, in the form for display: credentials masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..core.masking import masked
from ..core.pip.configuration import ConfigFile, Effective, Files
from ..core.pip.names import FILE_KEYS, INDEX_KEYS, REDIRECTING, WEAKENING, variable_key
from .addresses import has_no_index
from .uv_audit import UvSource

COMMANDS = ("install", "download", "wheel")
"""The pip commands that fetch packages, each of which may have a section of its own."""
_OTHERS = frozenset((*FILE_KEYS, *REDIRECTING, *WEAKENING))
_KEYS = frozenset((*INDEX_KEYS, "no-index", *_OTHERS))


@dataclass(frozen=True)
class Source:
    """One place with a setting about indexes.

    Attributes:
        client: ``pip`` or ``uv``.
        option: the option as the place spells it, ``index-url`` for example.
        value: the option's value, credentials masked.
        kind: ``global``, ``user``, ``site`` or ``env`` (a file), ``project`` (uv only) or ``variable``.
        source: the file or the variable.
        section: the section of the file, or empty.
        in_force: True if it decides for at least one of `COMMANDS`.
    """

    client: str
    option: str
    value: str
    kind: str
    source: str
    section: str
    in_force: bool


def pip_sources(
    places: Iterable[ConfigFile], files: Files, environ: Mapping[str, str], found: Mapping[str, Effective]
) -> list[Source]:
    """Return every file and variable with a setting for pip, weakest first.

    Args:
        places: pip's configuration files.
        files: the files that this pass has read so far.
        environ: the variables that pip sees.
        found: the settings in force for each of `COMMANDS`.
    """
    deciding = {
        (one.source, one.section, one.key)
        for result in found.values()
        if not result.problems
        for key, one in result.settings.items()
        if not has_no_index(result) or key in ("find-links", "no-index", *_OTHERS)
    }
    mentions = [
        (place.kind, place.path, section, key, value)
        for place in places
        for section, options in files.parsed(place.path).sections.items()
        if section in ("global", *COMMANDS)
        for key, value in options.items()
        if key in _KEYS
    ]
    mentions += [
        ("variable", name, "", variable_key(name), value)
        for name, value in environ.items()
        if variable_key(name) in _KEYS
    ]
    return [
        Source(
            "pip",
            key,
            masked(" ".join(value.split())),
            kind,
            source,
            section,
            (source, section, key) in deciding,
        )
        for kind, source, section, key, value in mentions
    ]


def uv_source(one: UvSource) -> Source:
    """Return the source for a place with a setting for uv."""
    return Source("uv", one.option, masked(one.value), one.kind, one.source, one.section, one.in_force)
