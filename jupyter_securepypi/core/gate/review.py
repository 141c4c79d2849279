"""The review of one install: plans pass the gate, or are made again without the versions that it holds back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Callable, Dict, List, Optional, Sequence, Tuple

from ..duration import exactly
from ..errors import HeldBack, InstallFailed, NotFound, SecurePyPIError
from ..project_name import normalized
from ..requests.request import Request
from ..requests.requirement import Requirement
from .gate import Candidate, Gate
from .policy import Policy
from .verdict import AGE_UNKNOWN, ALLOWED, BLOCKED, TOO_YOUNG, Verdict
from .versions import parsed

_ROUNDS = 25
"""Each round leaves out a further version at least; what is not settled then will not be."""


@dataclass
class Review:
    """The review of one request.

    Attributes:
        gate: it judges.
        request: what was asked for.
        held: what was held back so far, the version of each project that came first.
        warnings: verdicts that warn only.
    """

    gate: Gate
    request: Request
    held: Dict[str, Verdict] = field(default_factory=dict)
    warnings: List[Verdict] = field(default_factory=list)
    _excluded: Dict[str, Tuple[str, ...]] = field(default_factory=dict)
    _rounds: int = 0

    @property
    def exclusions(self) -> Tuple[Requirement, ...]:
        """Constraints that leave out the versions that are held back.

        What is no version by the standard cannot stand in one: pip before 24.1 may plan it, and then it is refused.
        """
        clauses = {
            name: ",".join(f"!={one}" for one in versions if parsed(one) is not None)
            for name, versions in self._excluded.items()
        }
        return tuple(
            Requirement(name, versions=said, where="held back") for name, said in clauses.items() if said
        )

    def narrowed(self, request: Request) -> Request:
        """Return `request` without the versions that are held back."""
        return replace(request, constraints=(*request.constraints, *self.exclusions))

    def heard(self, on_line: Optional[Callable[[str], None]]) -> Optional[Callable[[str], None]]:
        """Return who hears the lines of the engine's next plan: nobody, once something is held back."""
        return None if self.held else on_line

    def passes(self, candidates: Sequence[Candidate]) -> bool:
        """Return whether a plan of `candidates` may be carried out; if not, plan again with the `exclusions`.

        Raises:
            HeldBack: it may not, and no other plan can be made: a version that is asked for is held back, or all are.
            SecurePyPIError: what decides cannot be found out.
        """
        self._rounds += 1
        verdicts = self.gate.judge(candidates)
        held = [one for one in verdicts if one.held_back]
        if not held:
            self.warnings = [one for one in verdicts if one.kind != ALLOWED]
            return True
        for one in held:
            self.held.setdefault(normalized(one.name), one)
            self._exclude(one)
        if self._rounds >= _ROUNDS:
            raise self.refusal()
        return False

    def explained(self, error: SecurePyPIError) -> SecurePyPIError:
        """Return the error that tells the truth where the engine found no versions: it was not shown all of them."""
        return self.refusal() if self.held and not isinstance(error, HeldBack) and _is_a_miss(error) else error

    def refusal(self) -> HeldBack:
        """Return the error that names all that is held back."""
        return refusal(list(self.held.values()), self.gate.policy)

    def _exclude(self, verdict: Verdict) -> None:
        name = normalized(verdict.name)
        pinned = [one for one in self.request.requirements if one.project == name and one.pins]
        if pinned or name in self._excluded or not self.gate.index.url:
            further: Sequence[Verdict] = ()
        else:
            further = [one for one in self.gate.versions(name) if one.held_back]
        known = self._excluded.get(name, ())
        self._excluded[name] = tuple(
            dict.fromkeys((*known, verdict.version, *(one.version for one in further)))
        )
        if pinned:
            raise self.refusal()


def refusal(held: Sequence[Verdict], policy: Policy) -> HeldBack:
    """Return the error about what is `held` back by `policy`, which leaves nothing to install."""
    shown = [str(one) for one in held[:5]] + ([f"{len(held) - 5} more"] if len(held) > 5 else [])
    first = held[0]
    why, remedy = _why_and_remedy(first, policy)
    error = HeldBack(f"Held back: {'; '.join(shown)}. Nothing has been installed.", why=why, remedy=remedy)
    error.verdicts = tuple(held)
    return error


def _why_and_remedy(verdict: Verdict, policy: Policy) -> Tuple[str, str]:
    name = verdict.name
    if verdict.kind == TOO_YOUNG:
        return (
            f"packages must be {exactly(policy.minimum_age)} old here, and no older version fits what is asked for",
            f"wait until then, allow an older version of {name}, or ask your administrator to exempt it; "
            f"`jupyter securepypi why {name}` lists what is allowed",
        )
    if verdict.kind == AGE_UNKNOWN:
        return (
            f"packages must be {exactly(policy.minimum_age)} old here, and what has no time cannot be held to it",
            "an administrator can let the index serve its JSON pages, exempt the package, "
            "or allow an unknown age with `unknown_age`",
        )
    if verdict.kind == BLOCKED:
        return "your administrator blocks it", f"`jupyter securepypi why {name}` lists what is allowed"
    return (
        "it is on record for that",
        f"do not install it from anywhere; `jupyter securepypi why {name}` lists what is allowed",
    )


def _is_a_miss(error: SecurePyPIError) -> bool:
    return isinstance(error, (NotFound, InstallFailed))
