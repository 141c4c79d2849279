"""``why``: the question as a face puts it, answered with the token that all processes share."""

from __future__ import annotations

from ....config import SecurePyPI
from ....core.errors import RequestRefused
from ....core.gate.versions import clauses
from ....core.requests.requirement import Requirement, parse
from ...service import BrokerTokens
from .answer import Answer
from .inquiry import inquire


def why(options: SecurePyPI, text: str) -> Answer:
    """Return what an install of `text` would take here, or what stands in the way.

    Within a second where the index answers at once; where that does not have it, the provider is asked, too.

    Args:
        options: the options in force.
        text: a name, and versions of it, such as ``pandas==3.0``.

    Raises:
        RequestRefused: it is something else, or the public index is chosen.
        ConfigurationError: options are not valid.
    """
    requirement = read(text)
    if not options.use_secure_pypi:
        raise RequestRefused(
            "USE_SECURE_PYPI is false: this asks the secure index only.", remedy="unset USE_SECURE_PYPI"
        )
    return inquire(requirement, options, BrokerTokens.of(options))


def read(text: str) -> Requirement:
    """Return the requirement that is asked about.

    Raises:
        RequestRefused: it is none, or has a marker, which would make two questions of one.
    """
    found = parse(text, "the question")
    if found.marker.text or clauses(found.versions) is None:
        raise RequestRefused(
            f"{text[:120]!r} is more than a name and versions.", remedy="write pandas, or pandas==3.0"
        )
    return found
