"""Finds the answer: first on the index's page, and where that does not have it, from what the provider knows."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

from packaging.specifiers import SpecifierSet

from ....config import SecurePyPI
from ....core.errors import AccessDenied, ConfigurationError, NotFound, SecurePyPIError
from ....core.gate.gate import Gate
from ....core.index import Index
from ....core.installation import Tokens, with_index
from ....core.pip.misses import this_python
from ....core.proxy_and_trust import ProxyAndTrust
from ....core.requests.requirement import Requirement
from ....core.secret import without
from ...near_names import near_names
from ..package_facts import package_facts
from .answer import NO_PERMISSION, UNKNOWN, Answer
from .elsewhere import elsewhere
from .on_the_page import on_the_page
from .versions import Versions


def inquire(requirement: Requirement, options: SecurePyPI, tokens: Tokens, verify: str = "") -> Answer:
    """Return what is true of `requirement`: a name, and versions of it.

    Args:
        requirement: what is asked for.
        options: the options in force.
        tokens: of the secure index.
        verify: ``after`` or ``before``; by default that of the options.

    Raises:
        ConfigurationError: options are not valid, or the policy of the gate cannot be held.
    """
    where, policy = str(options.require_repository()), options.policy().checked()
    may_build = (verify or options.verify) != "before" and not policy.holds_back
    wanted = SpecifierSet(requirement.versions)

    def attempt(index: Index) -> Answer | list[str]:
        """Return the answer, or the versions of which none is asked for."""
        gate = Gate(policy, index, ProxyAndTrust.of(sys.prefix, os.environ))
        found = Versions(gate.page(requirement.name), wanted, may_build)
        if found.fitting:
            return on_the_page(requirement, where, found, gate).without(index.password)
        return [without(index.password, version) for version in found.all]

    try:
        answer: Answer | list[str]
        try:
            # A miss may stand for a token that the index has forgotten: with an old one it is asked once more.
            answer, _ = with_index(tokens, attempt)
        except NotFound:
            answer = []
        if isinstance(answer, list):
            facts = package_facts(options.mint_request(), requirement.project)
            index = Index.of(tokens.current(), tokens.advice)
            near = [] if answer else near_names(requirement.name, index)
            answer = elsewhere(requirement, where, answer, facts, near)
    except SecurePyPIError as error:
        answer = _unanswered(requirement, error)
    return replace(answer, facts=(("Repository", where), ("Python", this_python()), *answer.facts))


def _unanswered(requirement: Requirement, error: SecurePyPIError) -> Answer:
    """Return the answer where the index, what the gate asks, or whoever gives tokens does not say.

    Raises:
        ConfigurationError: that is what `error` is.
    """
    if isinstance(error, ConfigurationError):
        raise error
    said = f"{error.message}{f' Why: {error.why}.' if error.why else ''}"
    ways = (error.remedy,) if error.remedy else ()
    if isinstance(error, AccessDenied):
        unseen = f"Whether {requirement} can be installed may not be seen."
        return Answer(NO_PERMISSION, str(requirement), requirement.name, (unseen, said), ways)
    unknown = f"Whether {requirement} can be installed could not be found out."
    return Answer(UNKNOWN, str(requirement), requirement.name, (unknown,), ways, not_known=(said,))
