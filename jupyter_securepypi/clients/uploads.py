"""Where Poetry, Twine and Hatch upload to, whose token keyring answers with, and what decides that.

Read, in the order of each tool's own documentation, from its variables and the user's files; no program is run.
"""

from __future__ import annotations

import configparser
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from ..core.address import same_address
from . import keyring, poetry, twine
from .editing import REPOSITORY
from .findings import Place

_PUBLIC = "the public index"
# As the copy that we install, and where this package itself is installed.
_BACKENDS = (f"{keyring.MODULE}.SecurePyPIKeyring", "jupyter_securepypi.keyring_backend.SecurePyPIKeyring")
_ONLY_HERE = "keyring finds the token only where this package is installed"


def poetry_place(endpoint_url: str, environ: Mapping[str, str]) -> Place:
    """Return where ``poetry publish --repository securepypi`` goes ("Using environment variables" in its manual)."""
    variable = f"POETRY_REPOSITORIES_{REPOSITORY.upper()}_URL"
    if environ.get(variable):
        return _place(environ[variable], variable, endpoint_url, f"unset {variable}")
    path = poetry.config_path(environ)
    url = _at(_toml(path), "repositories", REPOSITORY, "url")
    if isinstance(url, str):
        return _place(url, f"{path} [repositories.{REPOSITORY}]", endpoint_url, _CONFIGURE)
    return Place("unset", None, "", "Poetry knows no repository of ours to publish to", _CONFIGURE)


def twine_place(endpoint_url: str, environ: Mapping[str, str]) -> Place:
    """Return where ``twine upload --repository securepypi`` goes (``twine.utils.get_repository_from_config``)."""
    variable = "TWINE_REPOSITORY_URL"
    if environ.get(variable):  # beats a repository that is named on the command line
        return _place(environ[variable], variable, endpoint_url, f"unset {variable}")
    path = twine.config_path(environ)
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return Place(
            "unset", None, str(path), f"{path} cannot be read by Twine either", "mend or remove the file"
        )
    named = REPOSITORY in parser.get("distutils", "index-servers", fallback="").split()
    url = parser.get(REPOSITORY, "repository", fallback="") if named else ""
    if not url:
        message = f"Twine uploads to {_PUBLIC}, its default, or to what its command line names"
        return Place("unset", None, "", message, _CONFIGURE)
    if parser.has_option(REPOSITORY, "password"):
        message = "Twine prefers the password there to the token"
        return Place("elsewhere", url, f"{path} [{REPOSITORY}]", message, "remove the password")
    return _place(url, f"{path} [{REPOSITORY}]", endpoint_url, _CONFIGURE)


def hatch_place(endpoint_url: str, environ: Mapping[str, str]) -> Place:
    """Return where ``hatch publish`` goes (``hatch.publish.index``); we write no configuration of Hatch's."""
    path = _hatch_config(environ)
    index = _at(_toml(path), "publish", "index")
    index = index if isinstance(index, dict) else {}
    chosen, source = environ.get("HATCH_INDEX_REPO"), "HATCH_INDEX_REPO"
    if not chosen:
        chosen, source = index.get("repo"), f"{path} [publish.index]"
    if not isinstance(chosen, str) or chosen == "main":
        message = f"Hatch uploads to {_PUBLIC}, its default"
        return Place("unset", None, "", message, "upload with `jupyter securepypi exec -- hatch publish`")
    known = _at(index, "repos", chosen)
    url = known.get("url") if isinstance(known, dict) else known
    return _place(url if isinstance(url, str) else chosen, source, endpoint_url, f"take it out of {source}")


def keyring_place(endpoint_url: str, environ: Mapping[str, str]) -> Place:
    """Return who answers when keyring is asked for the token (``keyring.core``)."""
    variable = "PYTHON_KEYRING_BACKEND"
    backend = environ.get(variable)
    if backend:
        if backend in _BACKENDS:
            return Place("secure", endpoint_url, variable)
        if backend == keyring.CHAIN:  # keyring then does not read its file, which names our folder
            return Place("unset", None, variable, _ONLY_HERE, f"unset {variable}")
        return Place("elsewhere", None, variable, f"keyring asks {backend} only", f"unset {variable}")
    path = keyring.config_path(environ)
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return Place(
            "unset", None, str(path), f"{path} cannot be read by keyring either", "mend or remove the file"
        )
    backend = parser.get("backend", "default-keyring", fallback="").strip()
    folder = parser.get("backend", "keyring-path", fallback="").strip()
    if backend and backend not in (keyring.CHAIN, *_BACKENDS):
        message, remedy = f"keyring asks {backend} only", "take default-keyring out of the file"
        return Place("elsewhere", None, f"{path} [backend]", message, remedy)
    if folder and Path(folder).expanduser() == keyring.folder():
        return Place("secure", endpoint_url, f"{path} [backend]")
    return Place("unset", None, "", _ONLY_HERE, _CONFIGURE)


_CONFIGURE = "run `jupyter securepypi configure`"


def _place(url: str, source: str, endpoint_url: str, remedy: str) -> Place:
    if same_address(url, endpoint_url):
        return Place("secure", url, source)
    return Place("elsewhere", url, source, "uploads go elsewhere", remedy)


def _hatch_config(environ: Mapping[str, str]) -> Path:
    """Return Hatch's configuration file ("Configuration" in its manual; the folder is platformdirs')."""
    if environ.get("HATCH_CONFIG"):
        return Path(environ["HATCH_CONFIG"])
    home = Path(environ.get("HOME") or Path.home())
    if os.name == "nt":
        return Path(environ.get("LOCALAPPDATA", ""), "hatch", "config.toml")
    if sys.platform == "darwin":
        return home / "Library/Application Support/hatch/config.toml"
    return Path(environ.get("XDG_CONFIG_HOME") or home / ".config", "hatch", "config.toml")


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _at(table: Any, *names: str) -> Any:
    for name in names:
        table = table.get(name) if isinstance(table, dict) else None
    return table
