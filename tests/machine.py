"""This machine's own pip and uv: kept out of the tests, and let in where a tool comes from the registry it uses."""

from __future__ import annotations

import os
import site
import sys
from pathlib import Path

from jupyter_securepypi.core.pip.configuration import effective

# As this process was started.
_AT_START = dict(os.environ)
# What leads pip to its registry, and nothing that changes what is installed from there, or where.
_LEADING = ("index-url", "cert", "client-cert", "proxy", "trusted-host", "timeout", "retries")


def isolate(folder: Path) -> None:
    """Take all settings of pip and uv out of this process and of what it starts; `folder` becomes its home.

    Out of reach is ``/etc/pip.conf`` alone, which no variable moves.
    """
    os.environ.setdefault("PYENV_ROOT", str(Path.home() / ".pyenv"))
    if site.ENABLE_USER_SITE:
        # Packages that were installed with --user are found from any home.
        os.environ["PYTHONUSERBASE"] = site.getuserbase()
    for name in _of_package_managers():
        del os.environ[name]
    # Or every process would compile again all that it imports: in a throwaway environment, nothing is compiled yet.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # pip asks a `rustc` that it finds for its version, at every start, to tell its index; rustup's takes a fifth of a
    # second, and has no toolchain in a home of the tests' own.
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    os.environ["PATH"] = os.pathsep.join(
        one for one in folders if not os.path.exists(os.path.join(one, "rustup"))
    )
    os.environ.update(
        HOME=str(folder), XDG_CONFIG_HOME=str(folder / ".config"), XDG_CONFIG_DIRS=str(folder / "etc/xdg")
    )


def registry() -> dict[str, str]:
    """Return the variables of a process that gets something from the registry which this machine's pip uses.

    It has the home that this process was started with, so logins and caches serve, too.
    """
    others = set(_of_package_managers())
    found = {name: value for name, value in _AT_START.items() if name not in others}
    settings = effective(sys.prefix, _AT_START).settings
    found.update({_variable(key): settings[key].value for key in _LEADING if key in settings})
    found.update(PIP_CONFIG_FILE=os.devnull, PIP_DISABLE_PIP_VERSION_CHECK="1", UV_NO_CONFIG="1")
    for own, pips in {"UV_DEFAULT_INDEX": "PIP_INDEX_URL", "SSL_CERT_FILE": "PIP_CERT"}.items():
        if own in _AT_START or pips in found:
            found[own] = _AT_START.get(own) or found[pips]
    for name in ("PIP_CACHE_DIR", "UV_CACHE_DIR"):
        if name in _AT_START:
            found[name] = _AT_START[name]
    return found


def _of_package_managers() -> list[str]:
    return [name for name in _AT_START if name.upper().startswith(("PIP_", "UV_"))]


def _variable(key: str) -> str:
    return "PIP_" + key.upper().replace("-", "_")
