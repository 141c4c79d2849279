"""The gate: judges versions of packages by a policy, and says which versions of a project it lets through."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence, Tuple

from ..errors import SecurePyPIError
from ..index import Index
from ..page_requests import page_of
from ..project_name import normalized
from ..project_page import PageFile, base_name
from ..proxy_and_trust import ProxyAndTrust
from .advisories import Advisory, Pair, Source
from .osv_database import OsvDatabase
from .osv_service import OsvService
from .policy import SEVERITIES, Policy
from .verdict import AGE_UNKNOWN, ALLOWED, BLOCKED, MALICIOUS, TOO_YOUNG, VULNERABLE, Verdict
from .versions import fits_here

_AT_ONCE = 8


@dataclass(frozen=True)
class Candidate:
    """A file that may be installed.

    Attributes:
        name: of its package.
        version: of it.
        url: its address.
        uploaded: the time of its upload, in epoch seconds; None where it is not known yet.
    """

    name: str
    version: str
    url: str = ""
    uploaded: Optional[float] = None


@dataclass
class Gate:
    """The gate before one index.

    Attributes:
        policy: what it holds packages to.
        index: where packages come from; it says when they were uploaded.
        proxy_and_trust: how to reach it, and the service for advisories.
        clock: returns the time in epoch seconds.
        on_phase: is called with a few words before something that takes long.
        warned: warnings about what could not be looked up, where that only warns.
    """

    policy: Policy
    index: Index
    proxy_and_trust: ProxyAndTrust
    clock: Callable[[], float] = time.time
    on_phase: Callable[[str], None] = lambda phase: None
    warned: List[str] = field(default_factory=list)
    _pages: Dict[str, List[PageFile]] = field(default_factory=dict, repr=False)
    _advisories: Dict[Pair, Tuple[Advisory, ...]] = field(default_factory=dict, repr=False)

    def judge(self, candidates: Sequence[Candidate]) -> List[Verdict]:
        """Return the verdict on each of `candidates`, in their order.

        Raises:
            SecurePyPIError: what decides cannot be found out, for example because the index does not answer.
        """
        aged = self._with_times(candidates)
        known = self._known(aged)
        return [self._verdict(one, advisories) for one, advisories in zip(aged, known)]

    def versions(self, name: str) -> List[Verdict]:
        """Return the verdict on each version of the project `name` with a file for this Python, in the index's order.

        Raises:
            SecurePyPIError: as `judge`; NotFound where the index has none.
        """
        files = [file for file in self.page(name) if fits_here(file.filename, file.requires_python)]
        return self.best(name, files)

    def best(self, name: str, files: Sequence[PageFile]) -> List[Verdict]:
        """Return the verdict on each version that has one of `files`; of several files, the one with the best counts.

        Raises:
            SecurePyPIError: as `judge`.
        """
        verdicts = self.judge([Candidate(name, one.version, one.url, one.uploaded) for one in files])
        best: Dict[str, Verdict] = {}
        for verdict in verdicts:
            known = best.get(verdict.version)
            if known is None or (known.held_back and (not verdict.held_back or _sooner(verdict, known))):
                best[verdict.version] = verdict
        return list(best.values())

    def page(self, name: str) -> List[PageFile]:
        """Return what the index has of the project `name`; it is asked once."""
        key = normalized(name)
        if key not in self._pages:
            self._pages[key] = page_of(name, self.index, self.proxy_and_trust)
        return self._pages[key]

    def _with_times(self, candidates: Sequence[Candidate]) -> List[Candidate]:
        """Return `candidates` with the times of upload that the index knows, where an age is asked for."""
        if not self.policy.minimum_age:
            return list(candidates)
        lacking = [one for one in candidates if one.uploaded is None and not self.policy.is_exempt(one.name)]
        names = sorted({normalized(one.name) for one in lacking} - set(self._pages)) if self.index.url else []
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(self.page, names))
        return [self._with_time(one) if one in lacking else one for one in candidates]

    def _with_time(self, candidate: Candidate) -> Candidate:
        wanted = base_name(candidate.url)
        pages = self._pages.get(normalized(candidate.name), ())
        times = [file.uploaded for file in pages if file.filename == wanted]
        if not times or None in times:
            return candidate
        # Of a name that is listed twice an installer may take either.
        return replace(candidate, uploaded=max(filter(None, times), default=0.0))

    def _known(self, candidates: Sequence[Candidate]) -> List[Tuple[Advisory, ...]]:
        if not (self.policy.looks_up and candidates):
            return [()] * len(candidates)
        pairs = [(normalized(one.name), one.version) for one in candidates]
        new = [one for one in dict.fromkeys(pairs) if one not in self._advisories]
        try:
            self._advisories.update(zip(new, self._source().known(new) if new else ()))
        except SecurePyPIError as error:
            if self.policy.malware == "block" or self.policy.vulnerabilities in SEVERITIES:
                raise
            self.warned.append(error.message)
            return [()] * len(candidates)
        return [self._advisories[one] for one in pairs]

    def _source(self) -> Source:
        if self.policy.osv_database:
            return OsvDatabase(Path(self.policy.osv_database).expanduser(), self.on_phase)
        return OsvService(self.policy.osv_url, self.proxy_and_trust)

    def _verdict(self, one: Candidate, advisories: Tuple[Advisory, ...]) -> Verdict:
        policy = self.policy
        for blocked in policy.blocked:
            if blocked.matches(one.name, one.version):
                return Verdict(one.name, one.version, BLOCKED, True, reason=blocked.reason)
        malware = tuple(advisory for advisory in advisories if advisory.is_malware)
        if malware and policy.malware == "block":
            return Verdict(one.name, one.version, MALICIOUS, True, advisories=malware)
        others = tuple(advisory for advisory in advisories if not advisory.is_malware)
        severe = tuple(advisory for advisory in others if self._is_severe(advisory))
        if severe:
            return Verdict(one.name, one.version, VULNERABLE, True, advisories=severe)
        young = self._age_verdict(one)
        if young:
            return young
        if malware and policy.malware == "warn":
            return Verdict(one.name, one.version, MALICIOUS, advisories=malware)
        if others and policy.vulnerabilities != "off":
            return Verdict(one.name, one.version, VULNERABLE, advisories=others)
        return Verdict(one.name, one.version, ALLOWED)

    def _is_severe(self, advisory: Advisory) -> bool:
        """Return whether a vulnerability blocks; one of unknown severity does where any may."""
        limit = self.policy.vulnerabilities
        if limit not in SEVERITIES:
            return False
        return not advisory.severity or SEVERITIES.index(advisory.severity) >= SEVERITIES.index(limit)

    def _age_verdict(self, one: Candidate) -> Optional[Verdict]:
        policy = self.policy
        if not policy.minimum_age or policy.is_exempt(one.name):
            return None
        if one.uploaded is None:
            refused = policy.unknown_age == "refuse"
            return Verdict(one.name, one.version, AGE_UNKNOWN, True) if refused else None
        age = self.clock() - one.uploaded
        if age >= policy.minimum_age:
            return None
        until = one.uploaded + policy.minimum_age
        return Verdict(one.name, one.version, TOO_YOUNG, True, age=max(age, 0.0), until=until)


def _sooner(one: Verdict, other: Verdict) -> bool:
    return one.until is not None and (other.until is None or one.until < other.until)
