"""Whether an upstream could answer for what is published to the repository. Runs in the child."""

from __future__ import annotations

from typing import Any

from ....check import OWN_NAMES, Check
from ....errors import AccessDenied, SecurePyPIError
from ....grant import MintRequest
from ..administration.api import Api
from ..administration.own_names import Look
from ..repository import named_by

_SECONDS = 6.0  # of those that the whole examination may take
_SHOWN = 5
_ALL = "`jupyter securepypi protect --plan` looks without a limit"


def own_names(request: MintRequest, client: Any) -> Check:
    """Return the check. What may not be asked, or takes too long, is no finding.

    Args:
        request: the request of the examination.
        client: boto3's client of CodeArtifact.
    """
    try:
        found = Look(Api(request, client, seconds=_SECONDS), named_by(request)).exposures(())
    except AccessDenied as error:
        return Check.untried(OWN_NAMES, f"not tried: {error.message} It is an administrator's to look; {_ALL}")
    except SecurePyPIError as error:
        return Check.untried(OWN_NAMES, f"not tried: {error.message} {_ALL}")
    if not found:
        return Check.passed(OWN_NAMES, "no upstream answers for what is published to this repository")
    names = list(dict.fromkeys(one.subject for one in found))
    shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    return Check.failed(
        OWN_NAMES,
        f"an upstream could answer for {shown}, which {'are' if len(names) > 1 else 'is'} published here: "
        "whoever publishes a higher version elsewhere is installed",
        "`jupyter securepypi protect` keeps upstreams out, or protect 'acme-*' for all names of yours",
    )
