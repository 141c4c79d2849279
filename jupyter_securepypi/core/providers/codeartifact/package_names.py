"""The names of the packages in a repository and its upstreams: its index gives no list. Runs in the child.

AWS user guide, "Python compatibility": ``/simple/`` is not served. API reference, "ListPackages": packages of upstreams
are not among a repository's own, so the upstreams are asked, too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List, Tuple

from ...errors import SecurePyPIError
from ...grant import MintRequest
from .administration.api import FORMAT, Api
from .administration.own_names import Look
from .mint import Caller
from .repository import named_by

_SECONDS = 25.0
_TIMEOUTS = (2.0, 8.0)  # seconds to connect, and for an answer
_PAGE = 1000  # the most that one answer of ListPackages holds


def look_up(request: MintRequest) -> Tuple[List[str], List[str]]:
    """Return the names, and a sentence for each repository that could not be asked.

    Raises:
        SecurePyPIError: there are no credentials to ask with.
    """
    home = named_by(request)
    # Any patience turns the SDK's own retries off, and this small one allows a single attempt.
    caller = Caller(replace(request, patience=0.001), _TIMEOUTS)
    _, session = caller.assume()
    api = Api(caller.request, caller.client(session, "codeartifact", home.region), _SECONDS)
    names: Dict[str, None] = {}
    not_known: List[str] = []
    try:
        upstreams = Look(api, home).ways().upstreams
    except SecurePyPIError as error:
        upstreams = ()
        not_known.append(f"Which upstreams {home} has could not be seen: {error.message}")
    for repository in (home, *(replace(home, name=one) for one in upstreams)):
        asked = {"repository": repository.name, "format": FORMAT, "maxResults": _PAGE}
        try:
            for one in api.pages("ListPackages", "packages", home, repository.arn, **asked):
                names[str(one["package"])] = None
        except SecurePyPIError as error:
            not_known.append(f"The packages of {repository} could not be listed: {error.message}")
    return list(names), not_known
