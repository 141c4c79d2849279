"""The checks for a provider without checks of its own: there are credentials, and the index accepts them."""

from __future__ import annotations

from collections.abc import Callable

from ..check import Check
from ..errors import AccessDenied, NotFound, SecurePyPIError, TokenExpired, Unreachable
from ..grant import MintRequest
from ..index import Index
from ..reach import NoAnswer, Remedies, as_pip_does, index_status, reach
from .base import IndexProvider
from .registry import provider_of

READ = "reading the index"


def examine(
    request: MintRequest, report: Callable[[Check], None], stored: str = "", index_url: str = ""
) -> str:
    """Make all checks, and return the address of the index; empty if it is still unknown.

    Args:
        request: the request that minting would make.
        report: is called with each check as soon as it is made.
        stored: the secret that package managers have, or empty; it is the minted one, or an earlier one.
        index_url: the address of the index if it is known, or empty.
    """
    provider = provider_of(request.repository)
    try:
        grant = provider.mint(request)
    except SecurePyPIError as error:
        report(Check.of(error, "credentials"))
        report(Check.untried(READ, "not tried: there are no credentials"))
        return index_url
    index = Index.of(grant, provider.advice)
    words = f"user {index.login}" if index.password else "none are known; the index is asked without"
    report(Check.passed("credentials", words))
    remedies = _remedies(provider)
    contact = reach("index endpoint", index.url, as_pip_does, remedies)
    report(contact.check)
    if contact.check.ok:
        report(_read(index, provider, remedies))
    else:
        report(Check.untried(READ, "not tried: the index is out of reach"))
    return index.url


def _remedies(provider: IndexProvider) -> Remedies:
    return Remedies(
        unknown=f"{provider.advice.unreachable}; check this machine's DNS, or set HTTPS_PROXY",
        unreachable=f"{provider.advice.unreachable}; look at firewalls in between, or set HTTPS_PROXY",
        untrusted="set REQUESTS_CA_BUNDLE, or pip's `cert`, to its certificate authority",
    )


def _read(index: Index, provider: IndexProvider, remedies: Remedies) -> Check:
    try:
        status = index_status(index, remedies)
    except NoAnswer as missing:
        return Check.failed(READ, f"{index.url}: {missing}.", missing.remedy or "try again")
    if status == 200:
        return Check.passed(READ, "allowed")
    advice = provider.advice
    error: SecurePyPIError
    if status == 403:
        # Some servers give this answer to a wrong password, too.
        why = f"{advice.forbidden[0]}; or {advice.rejected[0]}"
        remedy = f"{advice.rejected[1]}; or {advice.forbidden[1]}"
        error = AccessDenied(f"The index may not be read (403 from {index.url}).", why=why, remedy=remedy)
    elif status == 401:
        why, remedy = advice.rejected
        what = f"The index does not accept the credentials (401 from {index.url})."
        error = TokenExpired(what, why=why, remedy=remedy)
    elif status == 404:
        error = NotFound(f"There is no index at {index.url} (404).", remedy=advice.unreachable)
    else:
        error = Unreachable(f"The index answers {status}.", remedy="try again in a while")
    return Check.of(error, READ)
