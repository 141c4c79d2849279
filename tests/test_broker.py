"""One fresh token for everybody: windows, failures, locks and the clock."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from jupyter_securepypi.core.errors import AccessDenied, CredentialsError, SecurePyPIError, Unreachable
from jupyter_securepypi.core.grant import Grant, MintRequest
from jupyter_securepypi.core.providers.codeartifact.repository import Repository
from jupyter_securepypi.core.token import Token
from jupyter_securepypi.token.broker import FIRST_PAUSE, LONGEST_PAUSE, TokenBroker

REQUEST = MintRequest(Repository("acme", "111122223333", "us-west-2", "shared-pypi"))


class World:
    """A clock that tests turn, and an AWS that they break."""

    def __init__(self, folder):
        self.folder = folder
        self.now = 1_000_000.0
        self.lifetime = 43200.0
        self.mints = 0
        self.error = None

    def mint(self, request):
        self.mints += 1
        if self.error:
            raise self.error
        return Grant(
            Token(f"secret-{self.mints}", self.now + self.lifetime, self.now, "arn:me"),
            "https://i/pypi/r/",
            "aws",
        )

    def broker(self, request=REQUEST, **other):
        given = {"mint": self.mint, "clock": lambda: self.now, "jitter": lambda: 1.0, "timeout": 0.2, **other}
        return TokenBroker(request, folder=self.folder, **given)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path / "securepypi")


def test_a_fresh_token_is_minted_once_and_kept_for_every_broker(world):
    secrets = {world.broker().current().token.secret for _ in range(5)}
    assert secrets == {"secret-1"}
    assert world.mints == 1


def test_the_file_is_its_owners_alone(world):
    world.broker().current()
    files = list(world.folder.glob("*.json"))
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600]
    assert stat.S_IMODE(world.folder.stat().st_mode) == 0o700


def test_in_the_advisory_window_the_token_is_replaced(world):
    world.broker().current()
    world.now += 43200 - 7000
    assert world.broker().current().token.secret == "secret-2"


def test_a_token_for_another_login_is_replaced_once(world, home):
    logins = home / ".aws/credentials"
    logins.parent.mkdir(exist_ok=True)
    logins.write_text("[default]\naws_access_key_id = one\n")
    assert world.broker().current().token.secret == "secret-1"
    assert world.broker().at_hand
    logins.write_text("[default]\naws_access_key_id = another\n")
    assert not world.broker().at_hand
    assert {world.broker().current().token.secret for _ in range(3)} == {"secret-2"}
    assert world.mints == 2


def test_a_login_that_changes_while_it_is_asked_deserves_another_token(world, home):
    logins = home / ".aws/credentials"
    logins.parent.mkdir(exist_ok=True)
    logins.write_text("[default]\naws_access_key_id = one\n")

    def changing(request):
        logins.write_text(f"[default]\naws_access_key_id = another-{world.mints}\n")
        return world.mint(request)

    assert world.broker(mint=changing).current().token.secret == "secret-1"
    assert not world.broker().at_hand, "it is for the login of before"
    assert world.broker().current().token.secret == "secret-2"
    assert world.broker().at_hand


def test_where_the_other_login_gets_none_the_old_token_serves_and_the_failure_is_told(world, home):
    (home / ".aws").mkdir(exist_ok=True)
    world.broker().current()
    (home / ".aws/credentials").write_text("[default]\naws_access_key_id = dead\n")
    world.error = CredentialsError("these keys are dead")
    assert {world.broker().current().token.secret for _ in range(3)} == {"secret-1"}
    assert world.broker().failure().error.message == "these keys are dead"
    assert world.mints == 2  # a remembered failure stops a storm


def test_in_the_advisory_window_a_failure_keeps_the_old_token(world):
    world.broker().current()
    world.now += 43200 - 7000
    world.error = Unreachable("AWS is down")
    assert world.broker().current().token.secret == "secret-1"
    assert world.broker().failure().error.message == "AWS is down"


def test_in_the_mandatory_window_a_failure_is_raised(world):
    world.broker().current()
    world.now += 43200 - 100
    world.error = Unreachable("AWS is down")
    with pytest.raises(Unreachable):
        world.broker().current()


def test_an_expired_token_is_never_handed_out(world):
    world.broker().current()
    world.now += 43201
    world.error = CredentialsError("expired")
    with pytest.raises(CredentialsError):
        world.broker().current()


def test_a_token_that_is_born_expired_is_not_handed_out(world):
    world.lifetime = -5
    with pytest.raises(SecurePyPIError, match="clock"):
        world.broker().current()


def test_a_remembered_failure_stops_a_storm_and_fades(world):
    world.error = AccessDenied("no", why="policy")
    for _ in range(10):
        with pytest.raises(AccessDenied, match="no"):
            world.broker().current()
    assert world.mints == 1
    world.now += FIRST_PAUSE + 0.1
    with pytest.raises(AccessDenied):
        world.broker().current()
    assert world.mints == 2


def test_pauses_grow_to_a_limit(world):
    world.error = Unreachable("down")
    pauses = []
    for _ in range(12):
        with pytest.raises(Unreachable):
            world.broker().current()
        failure = world.broker().failure()
        pauses.append(failure.next_try - world.now)
        world.now = failure.next_try + 0.01
    assert pauses[:3] == pytest.approx([FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4])
    assert pauses[-1] == pytest.approx(LONGEST_PAUSE)
    assert world.broker().failure().attempts == 12


def test_changed_credentials_deserve_a_new_attempt(world, tmp_path, monkeypatch):
    credentials = tmp_path / "credentials"
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    world.error = CredentialsError("expired")
    with pytest.raises(CredentialsError):
        world.broker().current()
    credentials.write_text("[default]\n")
    world.error = None
    assert world.broker().current().token.secret == "secret-2"


def test_success_forgets_the_failure(world):
    world.error = Unreachable("down")
    with pytest.raises(Unreachable):
        world.broker().current()
    world.error = None
    world.broker().current(newer_than=world.now)
    assert world.broker().failure() is None


def test_a_clock_set_back_does_not_keep_a_failure_for_ever(world):
    world.error = Unreachable("down")
    with pytest.raises(Unreachable):
        world.broker().current()
    world.now -= 86400
    world.error = None
    assert world.broker().current().token.secret == "secret-2"


def test_asking_for_a_newer_token_mints_though_the_old_one_is_fresh(world):
    first = world.broker().current()
    world.now += 1
    second = world.broker().current(newer_than=first.token.minted_at)
    assert second.token.secret == "secret-2"


def test_a_wake_up_after_a_day_of_suspend_mints(world):
    broker = world.broker()
    broker.current()
    world.now += 86400
    assert broker.current().token.secret == "secret-2"


def test_a_token_that_expires_while_aws_is_asked_is_not_handed_out(world):
    world.broker().current()
    world.now += 43200 - 7000

    def asleep(request):
        world.now += 86_400
        raise Unreachable("the connection was lost")

    with pytest.raises(Unreachable):
        world.broker(mint=asleep).current()


def test_a_token_that_expires_on_its_way_from_aws_is_replaced_at_once(world):
    def suspended(request):
        grant = world.mint(request)
        world.now += 86_400 if world.mints == 1 else 0
        return grant

    assert world.broker(mint=suspended).current().token.secret == "secret-2"


def test_another_repository_of_the_domain_shares_the_file_but_not_the_endpoint(world):
    world.broker().current()
    other = MintRequest(Repository("acme", "111122223333", "us-west-2", "other-pypi"))
    world.broker(other).current()
    assert len(list(world.folder.glob("*.json"))) == 1
    assert world.broker().peek() and world.broker(other).peek()


def test_another_role_has_another_token(world):
    world.broker().current()
    world.broker(MintRequest(REQUEST.repository, role="arn:aws:iam::111122223333:role/other")).current()
    assert world.mints == 2


def test_a_damaged_file_counts_as_none(world):
    world.broker().current()
    [path] = world.folder.glob("*.json")
    for content in (
        b"",
        b"{",
        b"[]",
        b'{"token": {}, "endpoints": {}}',
        json.dumps({"endpoints": {"shared-pypi": "x"}}).encode(),
    ):
        path.write_bytes(content)
        assert world.broker().current().token.secret.startswith("secret-")


TOKEN = {"secret": "old", "expires_at": 1_043_200.0, "minted_at": 1_000_000.0, "identity": "arn:me"}
PLACE = {"endpoint_url": "https://i/pypi/r/", "login": "aws"}


@pytest.mark.parametrize(
    ("token", "place"),
    [
        ({"secret": None}, {}),
        ({"secret": 5}, {}),
        ({"expires_at": "tomorrow"}, {}),
        ({"expires_at": True}, {}),
        ({"expires_at": 10**400}, {}),
        ({"expires_at": float("nan")}, {}),
        ({"minted_at": []}, {}),
        ({"identity": {}}, {}),
        ({}, {"endpoint_url": None}),
        ({}, {"endpoint_url": "http://["}),
        ({}, {"index_url": "nowhere"}),
        ({}, {"login": ["aws"]}),
        ({}, {"own": "yes"}),
    ],
)
def test_a_token_of_other_types_than_it_is_written_with_counts_as_none(world, token, place):
    store = world.broker().store
    store.prepare()
    sound = {"token": TOKEN, "places": {"shared-pypi": PLACE}}
    store.token_file.write_text(json.dumps(sound))
    assert world.broker().current().token.secret == "old"
    store.token_file.write_text(json.dumps({"token": TOKEN | token, "places": {"shared-pypi": PLACE | place}}))
    assert world.broker().current().token.secret == "secret-1"


@pytest.mark.parametrize("field", ["error", "since", "next_try", "attempts", "logins"])
@pytest.mark.parametrize("odd", [None, [], {}, "", True, float("inf")])
def test_a_failure_of_other_types_counts_as_none_or_is_a_failure(world, field, odd):
    world.error = Unreachable("down")
    with pytest.raises(Unreachable):
        world.broker().current()
    [path] = world.folder.glob("*.failure.json")
    path.write_text(json.dumps({**json.loads(path.read_text()), field: odd}))
    found = world.broker().failure()
    assert found is None or (field, odd) in [("error", {}), ("logins", "")]
    world.error, world.now = None, world.now + LONGEST_PAUSE + 1
    assert world.broker().current().token.secret == "secret-2"


@pytest.fixture
def another(world):
    """A process that holds the lock, as one that asks AWS does, until its input ends."""
    world.folder.mkdir(mode=0o700, exist_ok=True)
    hold = (
        "import sys, filelock\nwith filelock.FileLock(sys.argv[1]): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", hold, str(world.broker().store.lock_file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.stdin.close()


def test_while_another_process_replaces_a_token_that_serves_nobody_waits(world, another):
    world.broker().store.save(world.mint(REQUEST))
    world.now += 43200 - 7000
    assert world.broker().current().token.secret == "secret-1"
    assert another.poll() is None, "it holds the lock still"


@pytest.mark.parametrize("left", [100, -86_400], ids=["in the mandatory window", "after a suspend"])
def test_who_need_not_wait_waits_after_all_when_the_token_is_over_meanwhile(world, another, left):
    store = world.broker().store
    store.save(world.mint(REQUEST))
    stale, over = world.now + 43_200 - 7000, world.now + 43_200 - left
    looks, looked_again = [], threading.Event()

    def clock():
        # The first two looks find that it serves; then the lock is tried, in vain.
        looks.append(stale if len(looks) < 2 else over)
        if len(looks) > 2:
            looked_again.set()
        return looks[-1]

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(world.broker(clock=clock, timeout=60).current)
        assert looked_again.wait(60)
        world.now = over
        store.save(world.mint(REQUEST))
        another.stdin.close()
        assert waiting.result(60).token.secret == "secret-2"
    assert world.mints == 2, "the other process's, and none of its own"


def test_a_long_wait_for_another_process_is_told_while_it_lasts(world, another, caplog):
    with pytest.raises(Unreachable, match="Another process"):
        world.broker(timeout=1.5).current()
    [said] = caplog.messages
    assert "is asking AWS for a token" in said
    assert "up to 3 seconds" in said


def test_who_waited_for_another_process_takes_its_token_and_asks_nobody(world, another, caplog):
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(world.broker(timeout=60).current)
        while not caplog.messages:  # it is told after a while that it waits
            assert not wait([waiting], 0.05).done
        world.broker().store.save(world.mint(REQUEST))
        another.stdin.close()
        assert waiting.result(60).token.secret == "secret-1"
    assert world.mints == 1, "the other process's"


def test_without_any_token_the_wait_for_another_process_is_bounded_and_told(world, another):
    with pytest.raises(Unreachable, match="Another process") as refused:
        world.broker().current()
    assert refused.value.why.endswith("for 0.4 seconds")


def test_a_token_that_is_over_while_another_process_keeps_the_lock_is_not_handed_out(world, another):
    world.broker().store.save(world.mint(REQUEST))
    stale, over = world.now + 43_200 - 7000, world.now + 86_400
    looks = iter([stale, stale])
    with pytest.raises(Unreachable, match="Another process") as refused:
        world.broker(clock=lambda: next(looks, over)).current()
    assert refused.value.why.endswith("for 0.4 seconds")
