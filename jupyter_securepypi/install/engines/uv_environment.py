"""The variables that uv gets, and what its own variables, set by the user, say about an install."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from ...clients.uv_variables import variables_with
from ...core.effect import Effect
from ...core.pip.isolated import one_log, told_to_builds
from ...core.requests.reader import check_file
from .uv_request import Translated, refused

SETTINGS = "uv.toml"
"""The name of the file of settings, in the folder of an install."""
_TRUE = ("y", "yes", "t", "true", "on", "1")
FALSE = ("n", "no", "f", "false", "off", "0", "")
"""The values that switch a setting off."""
# uv's own variables that decide which versions count, and what says the same to every step of an install.
_RESOLVING_VARIABLES = {
    "UV_EXCLUDE_NEWER": "--exclude-newer",
    "UV_PRERELEASE": "--prerelease",
    "UV_RESOLUTION": "--resolution",
}
_FORMAT_VARIABLES = {
    "UV_NO_BINARY": ("--no-binary", True),
    "UV_NO_BINARY_PACKAGE": ("--no-binary", False),
    "UV_NO_BUILD": ("--only-binary", True),
    "UV_NO_BUILD_PACKAGE": ("--only-binary", False),
}
# Of these, our runs leave no choice: there is one index, and no other source.
_WITHOUT_CHOICE = frozenset(("UV_INDEX_STRATEGY", "UV_NO_SOURCES", "UV_NO_SOURCES_PACKAGE"))
# Every other variable that decides is refused, those of a new uv, too.
_REFUSED_VARIABLES = (
    variables_with(Effect.DECIDING)
    - {"UV_REQUIRE_HASHES", *_RESOLVING_VARIABLES, *_FORMAT_VARIABLES}
    - _WITHOUT_CHOICE
) | {"UV_OVERRIDE"}
_KEPT = variables_with(Effect.HARMLESS)


def environment(environ: Mapping[str, str], translated: Translated, url: str, folder: Path) -> dict[str, str]:
    """Return `environ` for a uv that sees no index, no file and no credentials but what it is given.

    A build gets no PYTHONPATH: what lies there would come before the standard library.

    Args:
        environ: the variables in force.
        translated: the request.
        url: the index.
        folder: a private, temporary one.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if name.upper() in _KEPT or not name.upper().startswith(("PIP_", "UV_", "PYTHONPATH"))
    }
    kept = translated.proxy_and_trust.variables({**kept, **translated.variables}, url, folder)
    kept.update(
        # For the uv and the pip that a build starts.
        UV_CONFIG_FILE=str(folder / SETTINGS),
        PIP_CONFIG_FILE=os.devnull,
        PIP_NO_INPUT="1",
        **({"PIP_INDEX_URL": url} if url else {}),
        UV_NO_SOURCES="1",  # a source archive may name other sources for what it needs
        UV_NO_PROGRESS="1",
        UV_NO_WRAP="1",  # its sentences are read, and a terminal's width must not cut them
        UV_PYTHON_DOWNLOADS="never",
        UV_CREDENTIALS_DIR=str(folder),
        NO_COLOR="1",
    )
    if kept.pop("UV_NO_CACHE", "").lower() in _TRUE:
        kept["UV_CACHE_DIR"] = str(folder / "cache")  # the steps share one all the same
    kept.pop("FORCE_COLOR", None)
    kept.pop("CLICOLOR_FORCE", None)
    kept.update(one_log(folder))
    return {**kept, **told_to_builds(folder, sys.prefix, kept)}


def take_own_variables(result: Translated, environ: Mapping[str, str]) -> None:
    """Take over what uv's own variables say about which versions count; refuse what cannot be.

    Those that name an index, a file of settings or a credential are no part of this: the secure index is in their
    place.

    Raises:
        NotForUv: naming a variable that has to be refused.
        RequestRefused: a file of constraints leads elsewhere or cannot be read.
    """
    said = {name: value.strip() for name, value in environ.items() if value.strip()}
    for name in sorted(_REFUSED_VARIABLES):
        if said.get(name, "").lower() not in FALSE:
            raise refused(f"the variable {name}")
    for name, option in _RESOLVING_VARIABLES.items():
        result.resolving.extend([f"{option}={said[name]}"] if name in said else [])
    for name, (option, is_switch) in _FORMAT_VARIABLES.items():
        value = said.get(name, "")
        if not is_switch:
            result.formats.extend(f"{option}={project}" for project in value.split())
        elif value.lower() not in FALSE:
            result.formats.append(f"{option}=:all:")
    if said.get("UV_REQUIRE_HASHES", "").lower() not in FALSE:
        result.plan.append("--require-hashes")
    for name, into in (
        ("UV_CONSTRAINT", result.constraints),
        ("UV_BUILD_CONSTRAINT", result.build_constraints),
    ):
        for path in said.get(name, "").split():
            into.extend(check_file(Path(path), constraint=True).constraints)
