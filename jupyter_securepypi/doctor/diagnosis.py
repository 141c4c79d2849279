"""Make all checks, and apply their remedies, for the command line, the magic and the panel."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ..clients.base import Machine
from ..clients.standing import current_standings
from ..config import SecurePyPI, load_options
from ..core.check import OWN_NAMES, STORED, Check
from ..core.environment import PythonEnvironment
from ..core.errors import SecurePyPIError
from ..core.finding import Fix
from ..token.broker import TokenBroker
from ..token.status import current_status
from . import (
    clients,
    files,
    gate,
    kernels,
    named_files,
    projects,
    specifications,
    stale,
    token,
    versions,
)
from .provider import DEADLINE, ProviderExamination


def diagnose(
    environments: Callable[[], Sequence[PythonEnvironment]],
    folder: Path | None = None,
    *,
    deadline: float = DEADLINE,
    on_start: Callable[[ProviderExamination], object] = lambda _: None,
) -> list[Check]:
    """Return all checks, the provider's first. This takes a second or two, or up to `deadline` if a host hangs.

    Nothing is changed: the token that is minted for the check is thrown away.

    Args:
        environments: returns the kernels; it is called during the provider's examination.
        folder: the working folder, for project files; None leaves these out.
        deadline: seconds that the provider's examination may take.
        on_start: is called with the provider's examination, so that the caller can cancel it.
    """
    try:
        options = load_options()
        request = options.mint_request()
    except SecurePyPIError as error:
        failed = Check.of(error, "configuration")
        return [failed, *_of_this_machine(SecurePyPI(), environments(), folder, None)]
    configured = Check.passed("configuration", request.repository.id)
    examination = ProviderExamination(request, TokenBroker.of(options).peek(), deadline)
    on_start(examination)
    try:
        found = environments() if options.manage_kernels else ()
    finally:
        report = examination.report()
    checks = [_with_protection(_with_renewal(check, options), options) for check in report.checks]
    return [configured, *checks, *_of_this_machine(options, found, folder, report.index_url)]


def apply(checks: Iterable[Check], consent: Callable[[Check], bool]) -> list[str]:
    """Apply the fixes of the findings; return one sentence for each fix that was applied or failed.

    Args:
        checks: the checks that `diagnose` returned.
        consent: is called before a file is touched that is not ours.
    """
    sentences: list[str] = []
    done: set[str] = set()
    for check in checks:
        fix = check.fix
        if fix is None or fix.does in done:
            continue
        done.add(fix.does)  # several checks may ask for a new token: mint it once
        if not fix.ours and not consent(check):
            sentences.append(f"left alone: {check.name}: {fix.does}")
            continue
        try:
            sentences += fix.apply()
        except SecurePyPIError as error:
            sentences.append(f"could not {fix.does}: {error.message} {error.remedy}".rstrip())
        except OSError as error:
            sentences.append(f"could not {fix.does}: {error.strerror or error}")
    return sentences


def _with_renewal(check: Check, options: SecurePyPI) -> Check:
    """Return `check` with the fix that renews a refused token: the child process cannot pass a fix on."""
    if check.name != STORED or check.ok:
        return check
    return replace(check, finding=replace(check.finding, fix=token.renewal(options)))


def _with_protection(check: Check, options: SecurePyPI) -> Check:
    """Return `check` with the fix that keeps upstreams from answering for own names."""
    if check.name != OWN_NAMES or check.ok is not False:
        return check

    def apply() -> list[str]:
        # Imported here, because the other checks do not need it.
        from ..administration.protection import protect

        return [f"{one.state}: {one.what} ({one.why})" for one in protect(options).found]

    # What everybody installs changes with it.
    fix = Fix("keep upstreams of the repository from answering for what is published to it", apply, ours=False)
    return replace(check, finding=replace(check.finding, fix=fix))


def _of_this_machine(
    options: SecurePyPI, environments: Sequence[PythonEnvironment], folder: Path | None, index_url: str | None
) -> list[Check]:
    """Return the checks that only need this machine."""
    checks: list[Check] = []
    status, grant = current_status(options), None
    places = stale.configuration_files(options, environments, folder)
    if status.repository:
        grant = TokenBroker.of(options).peek()
        checks += token.token(options, status)
    checks += gate.gate(options, grant)
    checks += clients.other_servers(status)
    checks += kernels.kernels(environments, index_url, options, folder)
    checks += specifications.specifications(environments)
    checks += kernels.take_over(environments, options)
    standings = current_standings(options, folder=folder)
    checks += clients.clients(standings, grant, Machine(options, os.environ, environments, folder))
    if folder and grant:
        checks += named_files.named_files(environments, folder, grant)
    if folder:
        checks += projects.project_indexes(folder, index_url, grant.endpoint_url if grant else None)
    checks += stale.addresses(places, environments, grant, options)
    checks += stale.netrc_entries(options, grant, status)
    checks += files.modes(places)
    checks += files.leftovers(places)
    return [*checks, *versions.versions(environments)]
