"""What an administrator's copy is held to, and why a version of it is refused."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace

from ..core.gate.policy import Policy
from .resolution import Resolved


def audited(policy: Policy) -> Policy:
    """Return the policy that copies are held to.

    Where advisories can be looked up, they are: what is malicious is never copied, and what is vulnerable only where
    the policy says ``warn``, or a severity.

    Raises:
        ConfigurationError: the policy cannot be held.
    """
    if policy.osv_url or policy.osv_database:
        known = "low" if policy.vulnerabilities == "off" else policy.vulnerabilities
        policy = replace(policy, malware="block", vulnerabilities=known)
    return policy.checked()


def refusal(one: Resolved, source: str) -> str:
    """Return why a version is refused by itself, or an empty text; `source` is what people call the source."""
    if one.verdict.held_back:
        return one.verdict.clause
    if not one.files:
        return f"cannot be judged: {source} shows no file of it"
    without = [file.filename for file in one.files if not file.sha256]
    if without:
        return f"cannot be proven: {source} gives no SHA-256 for {', '.join(without)}"
    return ""


def spread(
    versions: Sequence[Resolved],
    refused: dict[tuple[str, str], str],
    there: Container[tuple[str, str]] = (),
) -> None:
    """Refuse what needs something that is refused, and so on; what is `there` already stays."""
    while True:
        names = {name for name, _ in refused}
        more = {
            (one.name, one.version): f"needs {', '.join(sorted(names & set(one.needs)))}, which is refused"
            for one in versions
            if names & set(one.needs)
            and (one.name, one.version) not in refused
            and (one.name, one.version) not in there
        }
        if not more:
            return
        refused.update(more)
