"""Which clients there are, which are installed, and how each is pointed at the secure index."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from .. import originals
from ..core.codeartifact import Grant
from ..core.files import private_folder
from . import keyring, pip, poetry, twine, uv
from .editing import Change

# The program without which a client's file would serve nobody; Hatch reads Twine's, too. The others are there, or
# (keyring) live inside of programs.
_PROGRAMS = {"uv": ("uv",), "poetry": ("poetry",), "twine": ("twine", "hatch"), "hatch": ("hatch",)}


def is_installed(name: str, environ: Mapping[str, str]) -> bool:
    """Return whether the client `name` has a program on the path or beside this Python."""
    folders = os.pathsep.join([environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])
    programs = _PROGRAMS.get(name)
    return programs is None or any(shutil.which(program, path=folders) for program in programs)


def pointers(
    enabled: Iterable[str], grant: Grant, token_file: Path, environ: Mapping[str, str]
) -> list[Callable[[], Change]]:
    """Return what points each enabled and installed client with a file of the user's own at the secure index.

    Args:
        enabled: the option `clients`; pip in kernels and netrc have ways of their own.
        grant: names the index; its token goes into none of these files.
        token_file: where the token store keeps the token, for keyring.
        environ: the variables that clients see.
    """
    known: dict[str, Callable[[], Change]] = {
        "pip-user": lambda: _point_user_pip(grant, environ),
        "uv": lambda: uv.point_at(grant, environ),
        "poetry": lambda: poetry.point_at(grant, environ),
        "twine": lambda: twine.point_at(grant, environ),
        "keyring": lambda: keyring.point_at(grant, token_file, environ),
    }
    return [known[name] for name in dict.fromkeys(enabled) if name in known and is_installed(name, environ)]


def _point_user_pip(grant: Grant, environ: Mapping[str, str]) -> Change:
    """Do with the user's file what is done with that of a kernel: in an environment that has none of its own."""
    nowhere = originals.data_folder() / "empty"
    private_folder(nowhere.parent)
    private_folder(nowhere)
    outcome = pip.point_at(nowhere, grant.index_url, environ, writable=lambda _: False)
    findings = tuple(f"pip: {one.message} {one.remedy}" for one in outcome.findings)
    return Change(outcome.path, outcome.changed, findings)
