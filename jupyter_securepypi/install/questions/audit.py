"""Known vulnerabilities of what is installed: asked of pip-audit, or looked up in a database file without internet.

The database is the export that OSV publishes for PyPI (``all.zip``, one JSON object a vulnerability, in the OSV
schema); an administrator fetches it where there is internet and puts it where notebooks can read it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from packaging.utils import canonicalize_name

from ...core.child import as_main, python_command
from ...core.errors import ConfigurationError, InstallFailed, Unreachable
from ...core.gate.osv_database import OsvDatabase
from ...core.masking import masked
from ...core.proxy_address import refuse_unreadable
from ...core.proxy_and_trust import ProxyAndTrust
from .origins import Origin

_SECONDS = 300.0


@dataclass(frozen=True)
class Vulnerability:
    """A vulnerability that one installed package has.

    Attributes:
        name: of the package.
        version: that is installed.
        id: of the vulnerability, like PYSEC-2024-1.
        fixed_in: versions without it; empty where there is none yet.
    """

    name: str
    version: str
    id: str
    fixed_in: tuple[str, ...]


def with_pip_audit(packages: Sequence[Origin], osv_url: str = "") -> tuple[list[Vulnerability], list[str]]:
    """Return what pip-audit finds for exactly these versions, and the names that its service does not know.

    It sends the names of all packages to that service.

    Args:
        packages: what to audit.
        osv_url: where to ask a service that speaks OSV's API (``…/v1/query``); empty for pip-audit's default.

    Raises:
        ConfigurationError: pip-audit is not installed, or the proxy's address or the certificate authorities cannot
            be read.
        Unreachable: its service cannot be asked, or knows nothing at all.
    """
    if find_spec("pip_audit") is None:
        raise _not_installed()
    proxy_and_trust = ProxyAndTrust.of(sys.prefix, os.environ)
    refuse_unreadable(osv_url or "https:", os.environ, proxy_and_trust.proxy)
    with tempfile.TemporaryDirectory(prefix="securepypi-") as folder:
        pins = Path(folder, "pins.txt")
        pins.write_text("".join(f"{one.name}=={one.version}\n" for one in packages), encoding="utf-8")
        command = python_command(sys.executable, as_main("pip_audit"), "--disable-pip", "--no-deps")
        command += ["--progress-spinner", "off", "--format", "json", "-r", str(pins)]
        command += ["--vulnerability-service", "osv", "--osv-url", osv_url] if osv_url else []
        try:
            environ = proxy_and_trust.variables(os.environ, osv_url or "https:", Path(folder))
            done = subprocess.run(
                command, env=environ, capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise Unreachable("pip-audit did not get an answer in time.", remedy=_offline()) from None
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        # The last line is the exception that ended it, and what is above is pip-audit's source.
        why = masked((done.stderr.strip().splitlines() or [""])[-1].strip()[:400])
        if (
            "No module named pip_audit" in why
        ):  # a neighbour of the notebook has that name, which does not count
            raise _not_installed() from None
        if any(word in why for word in ("Connection", "connect", "Max retries", "resolve", "timed out")):
            raise Unreachable(
                "pip-audit cannot reach its vulnerability service.", why=why, remedy=_offline()
            ) from None
        raise InstallFailed("pip-audit failed.", why=why or "it printed nothing", remedy=_offline()) from None
    skipped = [str(one["name"]) for one in found if "skip_reason" in one]
    if len(skipped) == len(found):
        # So answers a mirror that has packages and no vulnerabilities: that must not read as "none known".
        raise Unreachable("pip-audit's vulnerability service knows none of the packages.", remedy=_offline())
    return [
        Vulnerability(one["name"], one["version"], one_bug["id"], tuple(one_bug.get("fix_versions", ())))
        for one in found
        for one_bug in one.get("vulns", ())
    ], skipped


def with_database(packages: Sequence[Origin], database: Path) -> list[Vulnerability]:
    """Return what the OSV export `database` knows about exactly these versions; nothing leaves this machine.

    Raises:
        FileProblem: it cannot be read.
    """
    pairs = [(canonicalize_name(one.name), one.version) for one in packages]
    known = OsvDatabase(database).known(pairs)
    found = [
        Vulnerability(one.name, one.version, bug.id, bug.fixed_in)
        for one, bugs in zip(packages, known, strict=True)
        for bug in bugs
    ]
    return sorted(set(found), key=lambda one: (one.name, one.id))


def _not_installed() -> ConfigurationError:
    return ConfigurationError(
        "pip-audit is not installed here.", remedy=f"`jupyter securepypi install pip-audit`; {_offline()}"
    )


def _offline() -> str:
    return (
        "without internet, give the OSV database: `jupyter securepypi audit --database all.zip`, "
        "or a service within reach: `--osv-url URL`"
    )
