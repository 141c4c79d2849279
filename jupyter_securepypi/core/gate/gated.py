"""An install behind the gate, whichever engine makes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Optional

from ..index import Index
from ..proxy_and_trust import ProxyAndTrust
from ..report import InstalledPackage, InstallReport
from ..requests.request import Request
from .gate import Candidate, Gate
from .policy import Policy
from .review import Review
from .verdict import ALLOWED

Engine = Callable[[Optional[Review]], InstallReport]
"""Installs; with a review, it first shows it what it would install, and builds nothing."""


def gated(
    policy: Policy,
    request: Request,
    index: Index,
    proxy_and_trust: ProxyAndTrust,
    engine: Engine,
    on_phase: Optional[Callable[[str], None]] = None,
) -> InstallReport:
    """Return the report of `engine`, and in it what the gate said.

    A policy that only warns is looked at afterwards, and `engine` gets no review.

    Args:
        policy: what packages are held to.
        request: what is asked for.
        index: the only index.
        proxy_and_trust: how to reach it.
        engine: what installs.
        on_phase: is called with a few words before something that takes long.

    Raises:
        HeldBack: the gate holds back what is needed; nothing has been installed.
        ConfigurationError: the policy cannot be held.
        SecurePyPIError: what decides cannot be found out, or `engine` failed.
    """
    if not policy.is_on:
        return engine(None)
    gate = Gate(policy.checked(), index, proxy_and_trust, on_phase=on_phase or (lambda phase: None))
    if policy.holds_back:
        review = Review(gate, request)
        report = engine(review)
        return replace(report, held_back=tuple(review.held.values()), warnings=tuple(review.warnings))
    report = engine(None)
    verdicts = gate.judge([_candidate(one) for one in report.packages])
    warnings = tuple(one for one in verdicts if one.kind != ALLOWED)
    return replace(report, warnings=warnings, unchecked=tuple(gate.warned))


def _candidate(package: InstalledPackage) -> Candidate:
    return Candidate(package.name, package.version, package.url)
