"""Authorization tokens and endpoints."""

from __future__ import annotations

from ..pages import invalid
from ..permissions import authorize
from .asked import Answer, Asked, Routes, one_of

_LONGEST, _SHORTEST = 43_200, 900  # seconds


def _get_authorization_token(asked: Asked) -> Answer:
    given = asked.get("duration", str(_LONGEST))
    if not given.isdigit() or not (int(given) == 0 or _SHORTEST <= int(given) <= _LONGEST):
        raise invalid(
            f"Invalid duration '{given}': it must be 0, or between {_SHORTEST} and {_LONGEST} seconds"
        )
    domain = asked.domain("GetAuthorizationToken")
    context = {"sts:AWSServiceName": "codeartifact.amazonaws.com", "sts:DurationSeconds": given}
    authorize(asked.who, "sts:GetServiceBearerToken", "*", asked.state.faults, context=context)
    # 0 means the rest of the caller's temporary credentials; a user's never end, so they get the longest time.
    wanted = float(given) or min(asked.who.seconds_left, float(_LONGEST))
    lifetime = asked.state.faults.token_lifetime
    token, expires_at = asked.state.tokens.issue(domain, asked.who, wanted if lifetime is None else lifetime)
    expiration = round(expires_at + asked.state.faults.clock_skew, 3)
    return {"authorizationToken": token, "expiration": expiration}


def _get_repository_endpoint(asked: Asked) -> Answer:
    wanted = asked.format()
    kind = asked.get("endpointType", "ipv4")
    one_of("endpointType", kind, ("dualstack", "ipv4"))
    repo = asked.repository("GetRepositoryEndpoint")
    return {"repositoryEndpoint": asked.state.endpoint_of(repo, wanted, kind)}


ROUTES: Routes = {
    ("POST", "/v1/authorization-token"): ("GetAuthorizationToken", _get_authorization_token),
    ("GET", "/v1/repository/endpoint"): ("GetRepositoryEndpoint", _get_repository_endpoint),
}
