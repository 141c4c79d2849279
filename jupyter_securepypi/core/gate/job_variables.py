"""The policy as variables for a job, as short as SageMaker takes them; `environment` reads them there."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, Iterable, List, Tuple

from .environment import variable_of
from .policy import Policy

_MOST = 256
"""Characters of one variable: what CreateProcessingJob takes, the least of SageMaker's (botocore's service model)."""


def variables_of(policy: Policy) -> Dict[str, str]:
    """Return the variables that tell a job `policy`, from which `policy_of` reads it; none where it is off.

    A value that is too long for SageMaker goes into several variables; a reason that is, is cut.
    """
    found: Dict[str, str] = {}
    if policy.minimum_age:
        found[variable_of("minimum_age")] = f"{policy.minimum_age:.6f}".rstrip("0").rstrip(".")
        found[variable_of("unknown_age")] = policy.unknown_age
        found.update(_numbered("minimum_age_exempt", _joined(policy.exempt, ",".join)))
    for option in ("malware", "vulnerabilities"):
        if getattr(policy, option) != "off":
            found[variable_of(option)] = getattr(policy, option)
    for option in ("osv_url", "osv_database") if policy.looks_up else ():
        if getattr(policy, option):
            found[variable_of(option)] = getattr(policy, option)
    blocked = [(str(one.requirement), one.reason) for one in policy.blocked]
    return {**found, **_numbered("blocked", _joined([_cut(*one) for one in blocked], _object_of))}


def _numbered(option: str, texts: Iterable[str]) -> Dict[str, str]:
    name = variable_of(option)
    return {f"{name}_{n}" if n > 1 else name: text for n, text in enumerate(texts, 1)}


def _joined(parts: Iterable[Any], join: Callable[[List[Any]], str]) -> List[str]:
    """Return texts of as many `parts` each as fit into a variable."""
    found: List[List[Any]] = []
    for part in parts:
        if found and len(join([*found[-1], part])) <= _MOST:
            found[-1].append(part)
        else:
            found.append([part])
    return [join(one) for one in found]


def _object_of(pairs: List[Tuple[str, str]]) -> str:
    return json.dumps(dict(pairs), ensure_ascii=False)


def _cut(requirement: str, reason: str) -> Tuple[str, str]:
    """Return both, with as much of the reason as fits into a variable."""
    shown, kept = reason, len(reason)
    while kept > 1 and len(_object_of([(requirement, shown)])) > _MOST:
        kept -= 1
        shown = reason[:kept].rstrip() + "…"
    return requirement, shown
