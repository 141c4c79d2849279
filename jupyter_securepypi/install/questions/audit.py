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
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from ...core.child import as_main, python_command
from ...core.errors import ConfigurationError, FileProblem, InstallFailed, Unreachable
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
    by_name = {canonicalize_name(one.name): one for one in packages}
    found = []
    for bug in _records(database):
        if "withdrawn" in bug:
            continue
        for affected in bug.get("affected", ()):
            one = by_name.get(canonicalize_name(str(affected.get("package", {}).get("name", ""))))
            if one and _is_affected(one.version, affected):
                found.append(Vulnerability(one.name, one.version, str(bug.get("id")), _fixes(affected)))
    return sorted(set(found), key=lambda one: (one.name, one.id))


def _records(database: Path) -> Iterator[Mapping[str, Any]]:
    try:
        with zipfile.ZipFile(database) as archive:
            for name in archive.namelist():
                if name.endswith(".json"):
                    yield json.loads(archive.read(name))
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise FileProblem(
            f"The vulnerability database {database} cannot be read: {error}.",
            remedy="give the zip file that OSV exports for PyPI (all.zip)",
        ) from None


def _is_affected(version: str, affected: Mapping[str, Any]) -> bool:
    if version in affected.get("versions", ()):
        return True
    try:
        return any(_in_range(Version(version), one.get("events", ())) for one in _ranges(affected))
    except InvalidVersion:
        return False


def _in_range(version: Version, events: Sequence[Mapping[str, str]]) -> bool:
    """Evaluate the events of a range, in order of version, as the OSV schema says."""
    inside = False
    for event in events:
        ((kind, text),) = event.items()
        reached = text == "0" or version >= Version(text)
        if kind == "introduced" and reached:
            inside = True
        elif (kind == "fixed" and reached) or (kind == "last_affected" and version > Version(text)):
            inside = False
    return inside


def _ranges(affected: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in affected.get("ranges", ()) if one.get("type") == "ECOSYSTEM"]


def _fixes(affected: Mapping[str, Any]) -> tuple[str, ...]:
    events = [event for one in _ranges(affected) for event in one.get("events", ())]
    return tuple(event["fixed"] for event in events if "fixed" in event)


def _not_installed() -> ConfigurationError:
    return ConfigurationError(
        "pip-audit is not installed here.", remedy=f"`jupyter securepypi install pip-audit`; {_offline()}"
    )


def _offline() -> str:
    return (
        "without internet, give the OSV database: `jupyter securepypi audit --database all.zip`, "
        "or a service within reach: `--osv-url URL`"
    )
