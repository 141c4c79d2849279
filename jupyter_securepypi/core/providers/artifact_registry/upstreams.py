"""What a repository takes in from elsewhere: a virtual one that joins your own packages with public PyPI confuses them.

Artifact Registry, "Virtual repositories overview": priorities decide between upstreams that have the same version;
pip and uv take the highest version that any upstream has.
"""

from __future__ import annotations

from typing import Any, Callable, Iterator, Mapping

from ...check import Check
from ...errors import SecurePyPIError

UPSTREAMS = "upstreams"
"""Name of the check that no public index answers for your own names."""
Described = Mapping[str, Any]
_MOST = 20  # repositories that are looked at


def upstreams(described: Described, look: Callable[[str], Described]) -> Check:
    """Return the check of what a repository takes in.

    Args:
        described: the API's description of it (REST reference, `Repository`).
        look: returns the description of another one, or raises `SecurePyPIError`.
    """
    own, outside, unknown = [], [], []
    for name, one in _all(described, look):
        short = name.rpartition("/")[2]
        if one is None:
            unknown.append(short)
        elif one.get("mode") == "REMOTE_REPOSITORY":
            outside.append(f"{_source(one)} (by {short})")
        elif one.get("mode") != "VIRTUAL_REPOSITORY":
            own.append(short)
    unseen = f"not looked at: {', '.join(unknown)}"
    blind = f"; {unseen}" if unknown else ""
    if outside and own:
        what = (
            f"it joins your own packages ({', '.join(own)}) with {', '.join(outside)}: of a name of yours the highest "
            f"version is taken, whoever published it{blind}"
        )
        remedy = (
            "point at the repository with your own packages, and mirror into it what you need from outside; "
            "upstream priorities do not help, they decide between equal versions only"
        )
        return Check.failed(UPSTREAMS, what, remedy)
    if outside:
        what = f"everything comes from {', '.join(outside)}: only the gate holds anything back{blind}"
        return Check.untried(UPSTREAMS, what)
    if unknown:
        return Check.untried(UPSTREAMS, unseen)
    return Check.passed(UPSTREAMS, "none leads to another index")


def _all(described: Described, look: Callable[[str], Described]) -> Iterator[tuple[str, Described | None]]:
    """Yield the repository and everything below it, each with its description.

    That is None where it may not be looked at, and where there are too many.
    """
    waiting: list[tuple[str, Described | None]] = [(str(described.get("name", "")), described)]
    seen = {waiting[0][0]}
    while waiting:
        name, one = waiting.pop(0)
        yield name, one
        policies = ((one or {}).get("virtualRepositoryConfig") or {}).get("upstreamPolicies") or []
        for policy in policies:
            below = str(policy.get("repository", ""))
            if below in seen:
                continue
            seen.add(below)
            try:
                waiting.append((below, look(below) if len(seen) <= _MOST else None))
            except SecurePyPIError:
                waiting.append((below, None))


def _source(one: Described) -> str:
    """Return in words where a remote repository gets its packages from."""
    remote = one.get("remoteRepositoryConfig") or {}
    python = remote.get("pythonRepository") or {}
    if python.get("publicRepository"):
        return "public PyPI"
    uri = (python.get("customRepository") or remote.get("commonRepository") or {}).get("uri")
    return str(uri or "another index")
