"""A failed install ends with the answer to ``why`` for the package that failed."""

from __future__ import annotations

import logging

from ....config import SecurePyPI
from ....core.errors import HeldBack, InstallFailed, NotFound, RequestRefused, SecurePyPIError
from ....core.gate.versions import clauses
from ....core.installation import Tokens
from ....core.requests.request import Request
from ....core.requests.requirement import Requirement, parse
from .answer import ABSENT, AVAILABLE, NO_FILE, NO_PERMISSION, NO_VERSION, UNKNOWN, Answer
from .inquiry import inquire

# What these say, the error says already, or it contradicts them because it knows more.
_NO_BETTER = (ABSENT, AVAILABLE, NO_PERMISSION, NO_VERSION, UNKNOWN)


def explained(
    error: SecurePyPIError, request: Request, options: SecurePyPI, tokens: Tokens, verify: str
) -> SecurePyPIError:
    """Return `error` with the answer to ``why`` in it, where that says more; else `error` itself.

    Args:
        error: why an install failed.
        request: what was to be installed.
        options: the options in force.
        tokens: of the secure index.
        verify: ``after`` or ``before``, as it was for the install.
    """
    failed = _failed(error, request)
    if failed is None:
        return error
    try:
        answer = inquire(failed, options, tokens, verify)
    except Exception:  # whatever fails here must not hide why the install did
        logging.getLogger(__name__).debug("No further reason was found", exc_info=True)
        return error
    return _better(error, answer)


def _failed(error: SecurePyPIError, request: Request) -> Requirement | None:
    """Return the requirement that could not be met, as far as it is known; None where no package is to blame."""
    if isinstance(error, HeldBack) and error.verdicts:
        first = error.verdicts[0]
        text = f"{first.name}=={first.version}"
    elif isinstance(error, (NotFound, InstallFailed)) and error.unmet:
        text = error.unmet
    else:
        return None
    try:
        found = parse(text, "a failed install")
    except RequestRefused:
        return None
    same = [one for one in request.requirements if one.project == found.project]
    asked = same[0].versions if same and not found.versions else found.versions
    return Requirement(found.name, versions=asked) if clauses(asked) is not None else None


def _better(error: SecurePyPIError, answer: Answer) -> SecurePyPIError:
    ways = "; ".join(answer.ways_on)
    if answer.kind in _NO_BETTER or not ways:
        return error
    if isinstance(error, HeldBack):
        command = f"`jupyter securepypi why {answer.name}` lists what is allowed"
        return error.reworded(error.why, f"{ways}; {command}")
    if answer.kind == NO_FILE:
        # The error names the files; the answer may know another version.
        instead = answer.ways_on[:-1]
        return (
            error.reworded(error.why, "; ".join([*instead, f"otherwise {error.remedy}"])) if instead else error
        )
    return error.reworded(error.need + " ".join(answer.sentences).rstrip("."), ways)
