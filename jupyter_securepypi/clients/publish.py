"""Put a grant where package managers find it: the netrc entry, and each kernel's pip configuration."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from ..config import ADD_PIP, SecurePyPI
from ..core.environment import PythonEnvironment
from ..core.errors import ConfigurationError, SecurePyPIError
from ..core.grant import Grant
from ..core.netrc import netrc_path
from ..core.providers.codeartifact.repository import LOGIN
from ..core.token import TokenState
from ..token import store as token_store
from ..token.broker import TokenBroker
from ..token.status import Status, current_status
from . import netrc, originals, pip, registry, retired


@dataclass(frozen=True)
class Published:
    """What was written and what could not be.

    Attributes:
        written: the files that changed.
        findings: what stands in the way, a sentence each.
    """

    written: tuple[Path, ...] = ()
    findings: tuple[str, ...] = ()

    def __add__(self, other: Published) -> Published:
        return Published(self.written + other.written, self.findings + other.findings)


def publish(options: SecurePyPI, grant: Grant, kernels: Iterable[PythonEnvironment]) -> Published:
    """Point package managers at the secure index and give them the token; writes nothing that is so already.

    Never raises for one file: what cannot be written is a finding, and the rest is done.
    """
    served = registry.in_force(options)
    managed = kernels if pip.KERNELS in served else ()
    return (
        _retire(served)
        + _give(served, options, grant)
        + _with_index(
            options, grant, lambda url: _configure(url, managed) + _point(served, options, grant, url)
        )
    )


def publish_to(options: SecurePyPI, grant: Grant, kernel: PythonEnvironment) -> Published:
    """Point the pip of one kernel at the secure index because somebody asks for it, and give it the token.

    Raises:
        ConfigurationError: the options say that pip is not to be configured.
    """
    if pip.KERNELS not in options.clients:
        raise ConfigurationError(
            f"The pip of the kernel {kernel.name} is not ours to configure.",
            why="the option `clients` does not name pip",
            remedy=f"{ADD_PIP}, or configure that pip yourself",
        )
    given = _give(registry.in_force(options), options, grant)
    done = _with_index(options, grant, lambda url: _configure(url, (kernel,)))
    return Published(done.written, given.findings + done.findings)


def withdraw(
    options: SecurePyPI, grant: Grant | None = None, kernels: Iterable[PythonEnvironment] = ()
) -> Published:
    """Take an expired token away from package managers: a stale one costs more than none.

    Does nothing where another process has replaced it meanwhile.

    Args:
        options: the options in force.
        grant: the one that has expired, as far as it is known.
        kernels: whose pip configuration holds its token, where `credential_store` says so.
    """
    try:
        with originals.locked():
            held = token_store.TokenStore(options.mint_request()).load()
            if held and held.token.state(time.time()) is not TokenState.EXPIRED:
                return Published()
            done = _credentials(netrc.withdraw)
            if options.credential_store != "pip" or not grant:
                return done
            served = registry.in_force(options)
            done += _configure(grant.index_url, kernels if pip.KERNELS in served else ())
            return done + _point([name for name in served if name == pip.USER], options, grant, grant.index_url)
    except SecurePyPIError as error:
        return Published(findings=(str(error),))


def refresh(options: SecurePyPI, *, if_needed: bool = False) -> Status:
    """Mint a token and, where package managers were given one before, give them the new one.

    Args:
        options: the options in force.
        if_needed: be content with a token that is still good.

    Raises:
        SecurePyPIError: why there is none.
    """
    broker = TokenBroker.of(options)
    grant = broker.current(newer_than=None if if_needed else time.time())
    if options.credential_store == "netrc" and netrc.managed():
        _publish_netrc(options, grant)
    return current_status(options, broker)


def _retire(served: Iterable[str]) -> Published:
    try:
        files = retired.retire(served)
    except SecurePyPIError as error:
        return Published(findings=(str(error),))
    findings = [f"{file.path} could not be put back: {file.problem}" for file in files if file.problem]
    findings += [
        f"{file.path} was put back as it was before us; your later changes are in {file.kept}"
        for file in files
        if file.kept
    ]
    written = [file.path for file in files if file.action in ("restored", "removed")]
    return Published(tuple(written), tuple(findings))


def _give(served: Iterable[str], options: SecurePyPI, grant: Grant) -> Published:
    """Keep the netrc entry as the options want it."""
    if "netrc" in served:
        return _credentials(lambda: _publish_netrc(options, grant))
    return _credentials(netrc.withdraw)


def _credentials(action: Callable[[], bool]) -> Published:
    try:
        return Published((netrc_path(os.environ),) if action() else ())
    except SecurePyPIError as error:
        return Published(findings=(str(error),))


def _publish_netrc(options: SecurePyPI, grant: Grant) -> bool:
    with originals.locked():
        newest = _newest(options, grant)
        return netrc.publish(_host(newest), newest.token.secret)


def _with_index(options: SecurePyPI, grant: Grant, write: Callable[[str], Published]) -> Published:
    """Return what `write` does with the index's address, which holds the newest token where the options want that."""
    if options.credential_store != "pip":
        return write(grant.index_url)
    try:
        with originals.locked():
            return write(_with_credentials(_newest(options, grant)))
    except SecurePyPIError as error:
        return Published(findings=(str(error),))


def _newest(options: SecurePyPI, grant: Grant) -> Grant:
    """Return `grant`, or what has taken its place while the lock was waited for; hold that lock."""
    held = token_store.TokenStore(options.mint_request()).load()
    return held if held and held.token.minted_at > grant.token.minted_at else grant


def _configure(index_url: str, kernels: Iterable[PythonEnvironment]) -> Published:
    written: list[Path] = []
    findings: list[str] = []
    managed: list[tuple[PythonEnvironment, Path]] = []
    for kernel in kernels:
        if kernel.prefix is not None:
            managed.append((kernel, kernel.prefix))
        elif kernel.kind in ("remote", "unresolved"):
            findings.append(f"kernel {kernel.name}: {kernel.reason}")
    try:
        outcomes = pip.point_all([(prefix, kernel.environ) for kernel, prefix in managed], index_url)
    except SecurePyPIError as error:
        return Published(findings=(*findings, str(error)))
    for (kernel, _), outcome in zip(managed, outcomes, strict=True):
        if isinstance(outcome, SecurePyPIError):
            findings.append(f"kernel {kernel.name}: {outcome}")
            continue
        if outcome.changed:
            written.append(outcome.path)
        findings += [
            f"kernel {kernel.name}: {finding.message} {finding.remedy}" for finding in outcome.findings
        ]
    return Published(tuple(written), tuple(dict.fromkeys(findings)))


def _point(names: Iterable[str], options: SecurePyPI, grant: Grant, index_url: str) -> Published:
    token_file = token_store.TokenStore(options.mint_request()).token_file
    done = Published()
    for point in registry.pointers(names, grant, index_url, token_file, os.environ):
        try:
            change = point()
        except SecurePyPIError as error:
            done += Published(findings=(str(error),))
            continue
        done += Published((change.path,) if change.changed else (), change.findings)
    return done


def _host(grant: Grant) -> str:
    return str(urlsplit(grant.endpoint_url).hostname)


def _with_credentials(grant: Grant) -> str:
    split = urlsplit(grant.index_url)
    return split._replace(netloc=f"{LOGIN}:{quote(grant.token.secret, safe='')}@{split.netloc}").geturl()
