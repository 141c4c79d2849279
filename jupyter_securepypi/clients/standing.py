"""How each client of the user's stands: configured, not installed, or led elsewhere, and by what.

pip is that of the environment which asks, as a terminal has it; each kernel's own is for the audit of kernels.
Only files and variables are read, and no program is run.
"""

from __future__ import annotations

import netrc as reader
import os
import sys
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..config import CLIENTS, SecurePyPI
from ..core.errors import SecurePyPIError
from ..core.grant import Grant
from ..core.masking import masked
from ..core.netrc import netrc_path
from ..core.providers.codeartifact.repository import LOGIN
from ..token.broker import TokenBroker
from . import originals, uploads
from .audit import Audit, Auditor
from .findings import Place
from .registry import in_force, is_installed

_UV_DEFAULTS = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "default-index", "index-url")
_PUBLIC = "nothing sets an index, so the public one is used"
_CONFIGURE = "run `jupyter securepypi configure`"
_NO_KERNELS = f"{_CONFIGURE}; where no kernel has this environment, name pip-user in the option `clients`"
NAMES = (*CLIENTS, "hatch")
"""Hatch is served by what the client ``twine`` writes."""


@dataclass(frozen=True)
class Standing:
    """One client; holds no secret.

    Attributes:
        name: as the option `clients` has it, or ``hatch``.
        enabled: whether the options have it served.
        installed: whether there is a program that would read its configuration.
        state: ``secure``, ``elsewhere`` (something leads away), ``unset`` (to be pointed at the index, and not so as
            yet), ``off`` (nobody asked for it), ``not_installed`` or ``unknown`` (the index is not known yet).
        index_url: where it goes, credentials masked; None where nothing says so.
        source: the file, with its section, or the variable that decides; empty where nothing does.
        message: what is the matter; empty where nothing is.
        remedy: what to do about that.
    """

    name: str
    enabled: bool
    installed: bool
    state: str
    index_url: str | None = None
    source: str = ""
    message: str = ""
    remedy: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the standing as JSON values."""
        return dict(vars(self))


def current_standings(
    options: SecurePyPI,
    broker: TokenBroker | None = None,
    folder: Path | None = None,
    managed: Container[Path] | None = None,
) -> list[Standing]:
    """Return how each client stands, from files alone, but many of them: tens of milliseconds.

    Args:
        options: the options in force.
        broker: the one to ask for the token; by default one for these options.
        folder: where one works, for uv's project files; None for none.
        managed: the prefixes of the kernels; None where they are not known.
    """
    try:
        grant = (broker or TokenBroker.of(options)).peek()
    except SecurePyPIError:
        grant = None  # nothing is configured; the status says so
    return standings(options, grant, os.environ, folder, managed)


def standings(
    options: SecurePyPI,
    grant: Grant | None,
    environ: Mapping[str, str],
    folder: Path | None = None,
    managed: Container[Path] | None = None,
) -> list[Standing]:
    """Return the standing of every client, in the order of the option `clients`.

    Args:
        options: the options in force.
        grant: names the index and has the token; None where there is none yet.
        environ: the variables that the clients see.
        folder: where one works, for uv's project files; None for none.
        managed: the prefixes of the kernels, whose pip the client ``pip`` is about; None where they are not known.
    """
    served = in_force(options)
    if managed is not None and Path(sys.prefix) not in managed and "pip" in served:
        served.remove("pip")  # no kernel has this environment, so nobody was asked to point its pip anywhere
    auditor = Auditor(grant.index_url if grant else None, folder)
    here = auditor.audit(Path(sys.prefix), environ)
    endpoint = grant.endpoint_url if grant else ""
    places: dict[str, Callable[[], Place]] = {
        "pip": lambda: _pip(here),
        "pip-user": lambda: _pip(auditor.audit(originals.data_folder() / "empty", environ)),
        "uv": lambda: _uv(here),
        "netrc": lambda: _netrc(grant, environ),
        "poetry": lambda: uploads.poetry_place(endpoint, environ),
        "twine": lambda: uploads.twine_place(endpoint, environ),
        "keyring": lambda: uploads.keyring_place(endpoint, environ),
        "hatch": lambda: uploads.hatch_place(endpoint, environ),
    }
    return [
        _standing(name, ("twine" if name == "hatch" else name) in served, places[name], grant, environ)
        for name in NAMES
    ]


def _standing(
    name: str, enabled: bool, find: Callable[[], Place], grant: Grant | None, environ: Mapping[str, str]
) -> Standing:
    if not is_installed(name, environ):
        return Standing(name, enabled, False, "not_installed")
    place = find()
    state = "unknown" if grant is None else place.state
    if place.state == "unset" and not enabled:
        state = "off"
    url = masked(place.url) if place.url else None
    message = "" if state == "unknown" else masked(place.message)
    return Standing(name, enabled, True, state, url, place.source, message, place.remedy if message else "")


def _pip(audit: Audit) -> Place:
    decided = audit.decided_by
    section = f" [{decided['section']}]" if decided["section"] else ""
    source = f"{decided['source']}{section}"
    if audit.state != "insecure":
        return Place("secure" if audit.state == "secure" else "unset", audit.index_url, source)
    found = [one for one in audit.findings if one.kind != "uv"]
    if decided["kind"] == "default":
        return Place("unset", None, "", _PUBLIC, _NO_KERNELS)
    return Place(
        "elsewhere",
        audit.index_url,
        source,
        " ".join(dict.fromkeys(one.message for one in found)),
        "; ".join(dict.fromkeys(one.remedy for one in found)),
    )


def _uv(audit: Audit) -> Place:
    used = [one for one in audit.sources if one.client == "uv" and one.in_force]
    chosen = next((one for one in used if one.option in _UV_DEFAULTS), None)
    foreign = [one for one in audit.findings if one.kind == "uv"]
    source = f"{chosen.source}{f' [{chosen.section}]' if chosen.section else ''}" if chosen else ""
    if foreign:
        return Place(
            "elsewhere",
            chosen.value if chosen else None,
            source or foreign[0].where,
            " ".join(dict.fromkeys(one.message for one in foreign)),
            "; ".join(dict.fromkeys(one.remedy for one in foreign)),
        )
    return Place("secure", chosen.value, source) if chosen else Place("unset", None, "", _PUBLIC, _CONFIGURE)


def _netrc(grant: Grant | None, environ: Mapping[str, str]) -> Place:
    path = netrc_path(environ)
    host = str(urlsplit(grant.endpoint_url).hostname) if grant else ""
    try:
        entry = reader.netrc(str(path)).hosts.get(host) if path.is_file() else None
    except (reader.NetrcParseError, OSError, UnicodeDecodeError):
        return Place("elsewhere", None, str(path), "its readers ignore all of it", "mend or remove the file")
    if grant and entry and entry[0] == LOGIN and entry[2] == grant.token.secret:
        return Place("secure", grant.index_url, str(path))
    if entry:
        message = "the entry is not the current token"
        return Place("elsewhere", None, str(path), message, "`jupyter securepypi refresh` renews it")
    return Place("unset", None, "", "the token is not there yet", _CONFIGURE)
