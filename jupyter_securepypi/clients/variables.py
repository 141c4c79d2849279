"""The variables that would send package managers past the secure index, or take away a check of theirs.

Which names these are follows from `core.pip.effects` and `uv_variables`; a variable that names files counts if one of
them leads elsewhere. A variable that chooses another project's folder stays: the audit reads the file there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from itertools import chain
from pathlib import Path

from ..core.effect import Effect
from ..core.grant import Grant
from ..core.pip.names import FILE_KEYS, INDEX_KEYS, REDIRECTING, WEAKENING, variable_key
from .constraint_files import ConstraintFiles
from .uv_variables import FILE_VARIABLES, FOLDER_VARIABLES, effect_of

_LEFT = frozenset((*FILE_VARIABLES, *FOLDER_VARIABLES))
_PIPS = frozenset((*INDEX_KEYS, "no-index")) | REDIRECTING | WEAKENING


def redirecting_variables(environ: Mapping[str, str]) -> list[str]:
    """Return the names in `environ` that lead past the index, or weaken a check, sorted."""
    return sorted(name for name in environ if _redirects(name, environ))


def clean(
    environ: MutableMapping[str, str], grant: Grant | None = None, folder: Path | None = None
) -> list[str]:
    """Remove the variables that lead past the index, and those with credentials that are read in place of the token.

    Args:
        environ: the variables, which are changed.
        grant: names the index; None if it is not known, and then credentials for another kind of index stay.
        folder: the working folder, for a project's files; None leaves these out.

    Returns:
        The names of the removed variables, sorted.
    """
    from . import registry  # here, because clients import this module

    own = (client.credential_variables(environ, grant, folder) for client in registry.ALL)
    names = sorted({*redirecting_variables(environ), *chain.from_iterable(own)})
    for name in names:
        del environ[name]
    return names


def _redirects(name: str, environ: Mapping[str, str]) -> bool:
    key = variable_key(name)
    if key in FILE_KEYS or name in FILE_VARIABLES:
        return _leads_elsewhere(key or "constraint", environ[name], environ)
    if name == "PIP_CONFIG_FILE":
        return environ[name] == os.devnull  # pip then reads no file, and not the one that we write
    if name == "UV_CONFIG_FILE":
        return not Path(environ[name]).is_file()  # a file is pointed at the index like the user's own, see `uv`
    return key in _PIPS or (name not in _LEFT and effect_of(name) in (Effect.REDIRECTING, Effect.WEAKENING))


def _leads_elsewhere(key: str, value: str, environ: Mapping[str, str]) -> bool:
    """Return whether a file leads elsewhere; one whose name is relative is another file in each kernel's folder."""
    absolute = (word for word in value.split() if Path(word).is_absolute())
    return any(one.leads_elsewhere for one in ConstraintFiles(None).refusals(" ".join(absolute), key, environ))
