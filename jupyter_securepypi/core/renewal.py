"""One new token and one more try, where the index refuses a token that looks good: it may have been revoked."""

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
    """Return what `attempt` returns, and the grant with which it did: `grant`, or once the one that `renew` mints.

    Args:
        attempt: what is to be done with a token.
        grant: the one to begin with.
        renew: has a new one minted.
        doubt_misses: says whether a package that is not there may be the answer to a bad token, as some
            indexes give it: asked only then.

    Raises:
        SecurePyPIError: what `attempt` or `renew` raised.
    """
    try:
        return attempt(grant), grant
    except (TokenExpired, NotFound) as error:
        if isinstance(error, VersionNotFound) or (isinstance(error, NotFound) and not doubt_misses()):
            raise
        renewed = renew()
        if renewed.token.secret == grant.token.secret:
            raise  # the user's own credentials: nothing else to try with
    grant = renewed
    try:
        return attempt(grant), grant
    except TokenExpired as error:
        raise TokenExpired(
            error.message,
            why="nor does it accept one that was minted just now, so the token's age is not the reason",
            remedy="check that repository, region and index host belong together: `jupyter securepypi doctor`",
        ) from None
