"""All checks, and applying their remedies: what the command line and the magic call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ..clients.standing import current_standings
from ..config import SecurePyPI, load_options
from ..core.environment import PythonEnvironment
from ..core.errors import SecurePyPIError
from ..token.broker import TokenBroker
from ..token.status import current_status
from . import child as asking
from . import clients, files, indexes, kernels, stale, token, versions
from .check import Check, failed
from .permissions import STORED


def diagnose(
    environments: Callable[[], Sequence[PythonEnvironment]],
    folder: Path | None = None,
    *,
    deadline: float = asking.DEADLINE,
    on_asking: Callable[[asking.Asking], object] = lambda _: None,
) -> list[Check]:
    """Return all checks, those of AWS first; takes a second or two, and `deadline` when AWS hangs.

    Nothing is changed: the token that is minted to see whether it can be is thrown away.

    Args:
        environments: returns the kernels; is called while AWS is being asked.
        folder: where one works, for project files; None leaves these out.
        deadline: seconds that AWS may take.
        on_asking: gets what asks AWS, for whoever may have to cut that short.
    """
    try:
        options = load_options()
        request = options.mint_request()
    except SecurePyPIError as error:
        return [failed("configuration", error), *_here(SecurePyPI(), environments(), folder, None)]
    configured = Check("configuration", True, request.repository.arn)
    ask = asking.Asking(request, TokenBroker(request).peek(), deadline)
    on_asking(ask)
    told: asking.Told | None = None
    try:
        found = environments() if options.manage_kernels else ()
    finally:
        told = ask.finish()
    # The child cannot hand over what to do, only what it found.
    asked = [
        replace(check, fix=token.renewal(options)) if check.name == STORED and not check.ok else check
        for check in told.checks
    ]
    return [configured, *asked, *_here(options, found, folder, told.index_url)]


def apply(checks: Iterable[Check], consent: Callable[[Check], bool]) -> list[str]:
    """Apply the fixes of what was found, and return what was done and what could not be, a sentence each.

    Args:
        checks: as `diagnose` returned them.
        consent: is asked before anything that is not ours is touched.
    """
    said: list[str] = []
    done: set[str] = set()
    for check in checks:
        fix = check.fix
        if check.ok is not False or fix is None or fix.does in done:
            continue
        done.add(fix.does)  # a token is renewed once, however many lines ask for it
        if not fix.ours and not consent(check):
            said.append(f"left alone: {check.name}: {fix.does}")
            continue
        try:
            said += fix.apply()
        except SecurePyPIError as error:
            said.append(f"could not {fix.does}: {error.message} {error.remedy}".rstrip())
        except OSError as error:
            said.append(f"could not {fix.does}: {error.strerror or error}")
    return said


def _here(
    options: SecurePyPI, environments: Sequence[PythonEnvironment], folder: Path | None, index_url: str | None
) -> list[Check]:
    """Return the checks that need nobody but this machine."""
    checks: list[Check] = []
    status, grant = current_status(options), None
    places = stale.configuration_files(environments, folder)
    if status.repository:
        grant = TokenBroker(options.mint_request()).peek()
        checks += token.token(options, status)
    checks += kernels.kernels(environments, index_url, options, folder)
    checks += clients.clients(current_standings(options, folder=folder), options)
    if folder:
        checks += indexes.project_indexes(folder, index_url)
    checks += stale.addresses(places, environments, grant, options)
    checks += stale.netrc_entries(options, grant, status)
    checks += files.modes(places)
    checks += files.leftovers(places)
    return [*checks, *versions.versions(environments)]
