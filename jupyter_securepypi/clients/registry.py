"""Which clients there are, which are installed, and how each is pointed at the secure index."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from ..config import CLIENTS, SecurePyPI
from ..core.files import private_folder
from ..core.grant import Grant
from . import keyring, originals, pip, poetry, twine, uv
from .editing import Change

# The program without which a client's file would serve nobody; Hatch reads Twine's, too. The others are there, or
# (keyring) live inside of programs.
_PROGRAMS = {"uv": ("uv",), "poetry": ("poetry",), "twine": ("twine", "hatch"), "hatch": ("hatch",)}


def is_installed(name: str, environ: Mapping[str, str]) -> bool:
    """Return whether the client `name` has a program on the path or beside this Python."""
    folders = os.pathsep.join([environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])
    programs = _PROGRAMS.get(name)
    return programs is None or any(shutil.which(program, path=folders) for program in programs)


def in_force(options: SecurePyPI) -> list[str]:
    """Return the clients that these options have pointed at the secure index."""
    served = set(options.clients)
    if not options.manage_kernels:
        served.discard(pip.KERNELS)
    if options.credential_store == "pip":
        # Whoever reads netrc would find an index, but no token: only pip and keyring serve without it.
        served &= {pip.KERNELS, pip.USER, "keyring"}
    return [name for name in CLIENTS if name in served]


def pointers(
    enabled: Iterable[str], grant: Grant, index_url: str, token_file: Path, environ: Mapping[str, str]
) -> list[Callable[[], Change]]:
    """Return what points each enabled and installed client with a file of the user's own at the secure index.

    Args:
        enabled: what `in_force` returned; pip in kernels and netrc have ways of their own.
        grant: names the index; its token goes into none of these files.
        index_url: what goes into pip's file: as the grant has it, or with the token where netrc is not used.
        token_file: where the token store keeps the token, for keyring.
        environ: the variables that clients see.
    """
    # Where PIP_CONFIG_FILE takes the place of the user's file, both are written: some process may run without it.
    plain = {name: value for name, value in environ.items() if name != "PIP_CONFIG_FILE"}
    known: dict[str, list[Callable[[], Change]]] = {
        "pip-user": [
            partial(_point_user_pip, index_url, one)
            for one in ([plain] if len(plain) == len(environ) else [plain, environ])
        ],
        "uv": [partial(uv.point_at, grant, environ)],
        "poetry": [partial(poetry.point_at, grant, environ)],
        "twine": [partial(twine.point_at, grant, environ)],
        "keyring": [partial(keyring.point_at, grant, token_file, environ)],
    }
    return [point for name in enabled if name in known and is_installed(name, environ) for point in known[name]]


def _point_user_pip(index_url: str, environ: Mapping[str, str]) -> Change:
    """Do with the user's file what is done with that of a kernel: in an environment that has none of its own."""
    nowhere = originals.data_folder() / "empty"
    private_folder(nowhere.parent)
    private_folder(nowhere)
    outcome = pip.point_at(nowhere, index_url, environ, client=pip.USER, writable=lambda _: False)
    findings = tuple(f"{pip.USER}: {one.message} {one.remedy}" for one in outcome.findings)
    return Change(outcome.path, outcome.changed, findings)
