"""AWS away for an hour and for ever, credentials that come back, and clocks that jump: seen by a server."""

from __future__ import annotations

import netrc

import pytest
from sequence_world import AWS, World

from jupyter_securepypi.core.errors import ClockSkew, CredentialsError, SecurePyPIError, Throttled, Unreachable
from jupyter_securepypi.core.token import TokenState

POLL = 30.0  # seconds between two looks of a server
HOUR, DAY = 3_600.0, 86_400.0


@pytest.fixture
def world():
    found = World()
    yield found
    found.close()


def published(world):
    """The token that pip would read."""
    hosts = netrc.netrc(str(world.netrc)).hosts if world.netrc.exists() else {}
    return hosts[AWS.host][2] if AWS.host in hosts else None


def looks(world, seconds):
    """Let so much time pass, a look at a time; return the failures that the server met."""
    failures = []
    for _ in range(int(seconds / POLL)):
        world.true += POLL
        try:
            world.look()
        except SecurePyPIError as error:
            failures.append(error)
    return failures


@pytest.mark.parametrize("error", [Unreachable("down"), Throttled("too many"), CredentialsError("expired")])
def test_an_hour_without_aws_ahead_of_expiry_goes_unnoticed(world, error):
    first, asked = published(world), world.mints
    world.true += world.lifetime - 2 * HOUR + 60
    world.error = error
    assert looks(world, HOUR) == [], "the token still serves"
    assert published(world) == first
    assert world.mints - asked < 20, "the pauses do not grow"
    world.error = None
    assert looks(world, 330) == []
    assert published(world) == world.stored().secret != first
    assert world.asking().failure() is None


def test_for_ever_without_aws_the_expired_token_is_withdrawn_and_aws_is_asked_ever_more_rarely(world):
    world.error = Unreachable("down")
    world.true += world.lifetime + 1
    failures = looks(world, 6 * HOUR)
    assert {failure.message for failure in failures} == {"down"}
    assert published(world) is None
    assert world.server.status().state == "expired"
    assert world.server.status().error.message == "down"
    # Every five minutes in the end, and the first few sooner.
    assert 60 <= world.mints <= 6 * HOUR / 300 + 10
    world.error = None
    looks(world, 330)
    assert published(world) == world.stored().secret
    assert world.server.status().error is None


def test_credentials_that_come_back_are_tried_at_once(world):
    world.true += world.lifetime + 1
    world.error = CredentialsError("expired")
    assert looks(world, HOUR)
    world.error = None
    world.credentials.write_text("[default]\naws_access_key_id = new\n")
    assert looks(world, POLL) == []
    assert published(world) == world.stored().secret


@pytest.mark.parametrize("skew", [-HOUR, HOUR])
def test_a_clock_an_hour_off_serves_the_token_as_long_as_it_can(world, skew):
    first = published(world)
    world.skew = skew
    assert looks(world, HOUR) == []
    assert published(world) == first
    world.skew = 0.0
    assert looks(world, HOUR) == []
    assert world.stored().state(world.local()) is TokenState.FRESH


def test_a_clock_an_hour_ahead_takes_the_token_for_expired_and_says_why(world):
    first, world.skew = published(world), HOUR
    world.true += world.lifetime - HOUR + 60
    failures = looks(world, 10 * POLL)
    assert {type(failure) for failure in failures} == {ClockSkew}
    assert published(world) is None
    world.skew = 0.0
    assert looks(world, POLL) == []
    assert published(world) in (first, world.stored().secret)


def test_a_token_that_only_a_slow_clock_takes_for_good_is_replaced_when_it_is_refused(world):
    world.skew = -250.0
    world.lifetime = 900.0
    world.look(forced=True)
    world.true += 905  # by AWS's clock it is over; by this one there are four minutes left
    assert world.stored().state(world.local()) is not TokenState.EXPIRED
    before = world.mints
    world.install()
    assert world.mints == before + 1


def test_a_day_of_suspend_costs_one_mint(world):
    before = world.mints
    world.true += DAY
    assert looks(world, 10 * POLL) == []
    assert world.mints == before + 1
    assert published(world) == world.stored().secret


def test_a_suspend_while_aws_is_asked_leaves_no_expired_token(world):
    world.true += world.lifetime - HOUR
    world.nap, world.error = DAY, Unreachable("the connection was lost")
    with pytest.raises(Unreachable):
        world.look()
    assert published(world) is None
    world.nap, world.error = 0.0, None
    looks(world, POLL)
    assert published(world) == world.stored().secret


def test_who_revokes_the_token_of_a_fresh_day_is_answered_by_one_new_one(world):
    world.revoked = world.serial
    before = world.mints
    for _ in range(3):
        world.install()
    assert world.mints == before + 1
    world.look()
    assert published(world) == world.stored().secret
