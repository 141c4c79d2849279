"""The checks of the gate: which policy is in force, what of it is locked, and whether it can be held."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from ..config import CONFIG_NAME, SecurePyPI
from ..config.places import administrators
from ..core.check import Check
from ..core.errors import FileProblem, SecurePyPIError
from ..core.gate.gate import Candidate, Gate
from ..core.gate.policy import Policy
from ..core.grant import Grant
from ..core.index import Index
from ..core.masking import masked
from ..core.page_requests import page_of
from ..core.providers.registry import provider_of
from ..core.proxy_and_trust import ProxyAndTrust
from ..install import history

GATE, LOCKED, ADVISORIES, AGES = "gate", "locked options", "known malware", "upload times"
_ANY = Candidate("pip", "1.0")
"""What is looked up to see whether anything can be: it tells nobody what is installed here."""


def gate(options: SecurePyPI, grant: Grant | None) -> list[Check]:
    """Return the checks of the policy; none where it is off and nothing is locked.

    Args:
        options: the options in force.
        grant: opens the index, to see whether that tells when files were uploaded; None where there is none.
    """
    found = options.in_force()
    checks = [Check.passed(GATE, found.text)] if found.text else []
    if found.locked:
        checks.append(Check.passed(LOCKED, found.locked_text))
    checks += [_not_held(file) for file in options.locks.not_held]
    checks += _advisories(found.policy)
    if found.policy.minimum_age and found.policy.unknown_age == "refuse":
        checks.append(_ages(options, grant))
    return checks


def _not_held(file: str) -> Check:
    folder = next(iter(administrators()), None)
    where = f"{folder}/{CONFIG_NAME}.json" if folder else "a folder that its users cannot write"
    return Check.failed(
        LOCKED,
        f"`locked` in {file} does not count: you can write that file yourself",
        f"an administrator puts it into {where}; or remove `locked` from {file}",
    )


def _advisories(policy: Policy) -> Iterator[Check]:
    """Yield whether advisories can be looked up, where the policy does so."""
    if not policy.looks_up:
        return
    try:
        policy.checked()
        if policy.osv_database:
            _open_database(policy.osv_database)
        else:
            # Held to block, it says what is in the way, also where the policy would only warn.
            only_known = Policy(malware="block", osv_url=policy.osv_url)
            Gate(only_known, Index(url="", origin=""), _trust()).judge([_ANY])
    except SecurePyPIError as error:
        yield Check.of(error, ADVISORIES)
    else:
        place = masked(policy.osv_database or policy.osv_url)
        yield Check.passed(ADVISORIES, f"{place} {'can be read' if policy.osv_database else 'answers'}")


def _open_database(path: str) -> None:
    """Read one record of OSV's export: an install that is the first one reads them all, which takes half a minute.

    Raises:
        FileProblem: it cannot be read.
    """
    try:
        with zipfile.ZipFile(Path(path).expanduser()) as archive:
            name = next(one for one in archive.namelist() if one.endswith(".json"))
            json.loads(archive.read(name))["id"]
    except StopIteration:
        why = "it holds no record"
    except (OSError, ValueError, LookupError, TypeError, zipfile.BadZipFile, NotImplementedError) as error:
        why = str(getattr(error, "strerror", None) or error)
    else:
        return
    raise FileProblem(
        f"The file of known malware and vulnerabilities cannot be read ({path}).",
        why=why,
        remedy="put OSV's export for PyPI (all.zip) there, or name another place with osv_database or osv_url",
    )


def _ages(options: SecurePyPI, grant: Grant | None) -> Check:
    """Return whether the index tells when files were uploaded, as it does for the package installed last."""
    if grant is None:
        return Check.untried(AGES, "not tried: there is no token")
    repository = options.require_repository()
    name = _installed_last(repository.id)
    if not name:
        return Check.untried(AGES, "not tried: nothing has been installed from this index yet")
    index = Index.of(grant, provider_of(repository).advice)
    try:
        files = page_of(name, index, _trust())
    except SecurePyPIError as error:
        return Check.untried(AGES, f"not known: {error.message}")
    if any(one.uploaded is not None for one in files):
        return Check.passed(AGES, f"the index tells them, of {name} for example")
    return Check.failed(
        AGES,
        f"the index tells none, of {name} for example: with a minimum age, everything but exempt names is held back",
        "let the index serve its JSON pages with upload times, name what is exempt in `minimum_age_exempt`, or set "
        "`unknown_age` to allow",
    )


def _trust() -> ProxyAndTrust:
    return ProxyAndTrust.of(sys.prefix, os.environ)


def _installed_last(repository: str) -> str:
    """Return the name of a package that came from the repository, as the history says; empty where there is none."""
    for record in history.read(20):
        for package in record["packages"] if record["ok"] and record["repository"] == repository else ():
            if not package["direct"]:
                return str(package["name"])
    return ""
