"""A token's age: two windows, scaled to its lifetime."""

from __future__ import annotations

import pytest

from jupyter_securepypi.core.token import Token, TokenState


def token(lifetime: float) -> Token:
    return Token("s3cret", expires_at=1000.0 + lifetime, minted_at=1000.0)


@pytest.mark.parametrize(
    ("lifetime", "left", "state"),
    [
        (43200, 43200, TokenState.FRESH),
        (43200, 7201, TokenState.FRESH),
        (43200, 7199, TokenState.STALE),
        (43200, 299, TokenState.EXPIRING),
        (43200, 0, TokenState.EXPIRED),
        (4, 1.1, TokenState.FRESH),
        (4, 0.9, TokenState.STALE),
        (4, 0.1, TokenState.EXPIRING),
        (4, -1, TokenState.EXPIRED),
    ],
)
def test_the_windows_scale_with_the_lifetime(lifetime, left, state):
    some = token(lifetime)
    assert some.state(some.expires_at - left) is state


def test_a_token_from_the_future_is_stale_because_the_clock_went_back():
    assert token(43200).state(1000.0 - 3600) is TokenState.STALE


def test_the_secret_is_in_no_representation():
    assert "s3cret" not in repr(token(10)) + str(token(10))
