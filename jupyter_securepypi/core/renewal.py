"""One new token and one more try if the index refuses a token that looks good: it may have been revoked."""

from __future__ import annotations

from typing import Callable, Tuple, TypeVar

from .errors import NotFound, TokenExpired, VersionNotFound
from .grant import Grant

T = TypeVar("T")


def with_token(
    attempt: Callable[[Grant], T],
    grant: Grant,
    renew: Callable[[], Grant],
    doubt_misses: Callable[[], bool] = lambda: True,
) -> Tuple[T, Grant]:
    """Return the result of `attempt`, and the grant that it succeeded with: `grant`, or a new one from `renew`.

    Args:
        attempt: the function that needs a grant.
        grant: the grant for the first attempt.
        renew: returns a new grant.
        doubt_misses: returns whether the index may answer "not found" to a bad token, as some indexes do. It is
        called only after such an answer.

    Raises:
        SecurePyPIError: `attempt` or `renew` raised it.
    """
    try:
        return attempt(grant), grant
    except (TokenExpired, NotFound) as error:
        if isinstance(error, VersionNotFound) or (isinstance(error, NotFound) and not doubt_misses()):
            raise
        renewed = renew()
        if renewed.token.secret == grant.token.secret:
            raise  # these are the user's own credentials, and there are no others to try
    grant = renewed
    try:
        return attempt(grant), grant
    except TokenExpired as error:
        raise TokenExpired(
            error.message,
            why="nor does it accept one that was minted just now, so the token's age is not the reason",
            remedy="check that repository, region and index host belong together: `jupyter securepypi doctor`",
        ) from None
