"""Random but reproducible sequences of everything that can go wrong, against a model of what must hold."""

from __future__ import annotations

import collections
import netrc as reader
import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sequence_world import AWS, GOOGLE, MOST_SKEW, World

from jupyter_securepypi.clients.undo import logout, restore
from jupyter_securepypi.config import load_options, save_repository
from jupyter_securepypi.core.errors import (
    AccessDenied,
    ConfigurationError,
    CredentialsError,
    FileProblem,
    SecurePyPIError,
    Throttled,
    Unreachable,
)
from jupyter_securepypi.core.token import TokenState
from jupyter_securepypi.install import history
from jupyter_securepypi.token.broker import LONGEST_PAUSE

TROUBLES = [Unreachable("down"), Throttled("slow down"), AccessDenied("no"), CredentialsError("expired")]
OURS = [f"index-url = {cloud.endpoint}simple/" for cloud in (AWS, GOOGLE)]
PIP_FILES = {
    b"[global]\ntimeout = 7\n": True,
    b"[global]\r\ntimeout = 7\r\nindex-url = https://elsewhere.example.com/\r\n": True,
    b"[install]\ntimeout = 7\nextra-index-url = https://elsewhere.example.com/": True,
    b"[global]\ntimeout = 7\ntimeout = 7\n": False,
    b"timeout = 7\n": False,
}
NETRCS = {
    b"machine example.com login me password mine\n": True,
    b"macdef init\ncd /pub\n\nmachine example.com login me password mine\ndefault login a password b\n": True,
    b"machine example.com login me password mine nonsense\n": False,
}
VARIABLE = "CA_REPOSITORY_ARN"
steps: collections.Counter[str] = collections.Counter()


def is_ours(content):
    return any(line.encode() in content for line in OURS)


class Sequences(RuleBasedStateMachine):
    """What happens to the machine of one user; each rule holds what it sees against the model."""

    def __init__(self):
        super().__init__()
        self.world = World()
        self.kills = self.installs = 0
        self.changed_credentials = False
        self.original = None  # of pip.conf, before we wrote; None where there was none

    def teardown(self):
        self.world.close()

    # What the outside does.

    @rule(seconds=st.sampled_from([1, 60, 290, 600, 3_000, 20_000, 86_400]))
    def time_passes(self, seconds):
        steps["time"] += 1
        self.world.true += seconds

    @rule(mark=st.sampled_from(["advisory_at", "expires_at"]))
    def the_token_grows_old(self, mark):
        """Go to a moment that pure chance would seldom meet."""
        steps["age"] += 1
        token = self.world.stored()
        if token:
            self.world.true = max(self.world.true, getattr(token, mark) + 1 - self.world.skew)

    @rule(skew=st.sampled_from([0.0, 0.0, -250.0, 250.0, -3_600.0, 3_600.0]))
    def the_clock_is_set(self, skew):
        steps["clock"] += 1
        self.world.skew = skew

    @rule(trouble=st.sampled_from([None, None, *TROUBLES]))
    def aws_changes(self, trouble):
        steps["aws"] += 1
        self.world.error = trouble

    @rule(seconds=st.sampled_from([0.0, 0.0, 30.0, 86_400.0]))
    def asking_takes(self, seconds):
        steps["nap"] += 1
        self.world.nap = seconds

    @rule(seconds=st.sampled_from([900.0, 3_600.0, 43_200.0]))
    def tokens_live(self, seconds):
        steps["lifetime"] += 1
        self.world.lifetime = seconds

    @rule()
    def tokens_are_revoked(self):
        steps["revoke"] += 1
        self.world.revoked = self.world.serial

    @rule(full=st.booleans())
    def the_disk(self, full):
        steps["disk"] += 1
        self.world.full = full

    @rule(number=st.integers(0, 3))
    def credentials_change(self, number):
        steps["credentials"] += 1
        text = f"[default]\naws_access_key_id = {'x' * (number + 1)}\n"
        if not self.world.credentials.exists() or self.world.credentials.read_text() != text:
            self.world.credentials.write_text(text)
            self.changed_credentials = True
            self.world.login += 1

    @rule(content=st.sampled_from([*PIP_FILES]))
    def the_user_edits_pip(self, content):
        steps["edit"] += 1
        self.world.pip.write_bytes(content)

    @rule(content=st.sampled_from([*NETRCS]))
    def the_user_edits_netrc(self, content):
        steps["edit"] += 1
        self.world.netrc.write_bytes(content)
        self.world.netrc.chmod(0o600)

    @precondition(lambda self: "repository" in self.world.configured())
    @rule()
    def the_variable_with_the_repository_comes_or_goes(self):
        """It names what the saved configuration names, too."""
        steps["variable"] += 1
        if os.environ.pop(VARIABLE, None) is None:
            os.environ[VARIABLE] = self.world.configured()["repository"]

    @rule(cloud=st.sampled_from([AWS, GOOGLE]), noticed=st.booleans())
    def the_user_goes_to_a_cloud(self, cloud, noticed):
        """By a line in the configuration: a running server meets no other variables."""
        steps["cloud"] += 1
        os.environ.pop(VARIABLE, None)
        self.world.configure("repository", cloud.repository)
        if noticed:
            self.the_server_looks(forced=False)

    @rule(age=st.sampled_from(["", "7 days", "P1D"]))
    def the_gate_changes(self, age):
        steps["gate"] += 1
        self.world.configure("minimum_age", age)

    @rule(on=st.booleans())
    def taking_over_is_switched(self, on):
        steps["take over"] += 1
        self.world.configure("take_over_pip", on)

    # What ours does.

    @rule(replace=st.booleans())
    def the_panel_saves(self, replace):
        """A repository is written where nobody names one, or the file itself does and may; all else in it stays."""
        steps["save"] += 1
        before = self.world.configured()
        named = VARIABLE in os.environ or ("repository" in before and not replace)
        try:
            save_repository(AWS.repository, replace=replace)
        except ConfigurationError:
            assert named, "nobody named one"
            assert self.world.configured() == before
        except FileProblem:
            assert self.world.full
            assert self.world.configured() == before
        else:
            assert not named
            assert self.world.configured() == {**before, "repository": AWS.repository}

    @rule()
    def the_first_configuration_is_saved(self):
        """As in a new account: no variable names a repository."""
        steps["first save"] += 1
        if not self.world.full:
            os.environ.pop(VARIABLE, None)
            self.the_panel_saves(replace=True)

    @rule()
    def an_old_notebook_installs(self):
        steps["old notebook"] += 1
        assert self.world.old_notebook_installs() == self.world.configured().get("take_over_pip", False)

    @precondition(lambda self: not self.world.full)
    @rule()
    def the_user_logs_out(self):
        steps["logout"] += 1
        self.note_original()
        held, before = self.world.records(), self.pip_now()
        if self.netrc_is_sound():
            assert logout().findings == ()
            assert not self.our_entries()
            assert self.world.stored() is None, "a token is left"
            ours = [record for record in held if record["path"] == str(self.world.pip)]
            assert self.pip_now() == (self.original if ours else before)
            assert self.world.records() == []

    @rule(forced=st.booleans())
    def a_process_asks(self, forced):
        steps["ask"] += 1
        now, before = self.world.local(), self.world.mints
        allowed = 1 if forced or self.due() else 0
        newer_than = now if forced else None
        try:
            grant = self.world.asking().current(newer_than=newer_than)
        except SecurePyPIError as error:
            assert not self.must_work() or isinstance(error, FileProblem), "nothing stood in the way"
        else:
            assert grant.token.state(self.world.local()) is not TokenState.EXPIRED
            assert not forced or self.world.mints == before + 1
        assert self.world.mints - before <= allowed, "AWS was asked beyond need"

    @rule()
    def the_machine_sleeps_while_a_process_asks(self):
        steps["sleep"] += 1
        world, before = self.world, (self.world.nap, self.world.error)
        world.nap, world.error = 86_400.0, Unreachable("the connection was lost")
        try:
            grant = world.asking().current()
        except SecurePyPIError:
            pass
        else:
            assert grant.token.state(world.local()) is not TokenState.EXPIRED
        world.nap, world.error = before

    @rule()
    def somebody_installs(self):
        steps["install"] += 1
        before, works = self.world.mints, self.must_work()
        allowed = 2 if self.due() else 1
        try:
            self.world.install()
        except SecurePyPIError:
            assert not works, "nothing stood in the way"
        else:
            assert self.world.policy == load_options().policy()
            assert self.world.policy.is_on == bool(self.world.configured().get("minimum_age"))
        self.installs += 1
        assert self.world.mints - before <= allowed, "more than one retry"

    @rule(forced=st.booleans())
    def the_server_looks(self, forced):
        steps["look"] += 1
        self.note_original()
        before = self.world.mints
        allowed = 1 if forced or self.due() or self.changed_credentials else 0
        self.changed_credentials = False
        try:
            self.world.look(forced)
        except SecurePyPIError:
            self.hold_withdrawn()
        else:
            self.hold_published()
        assert self.world.mints - before <= allowed, "AWS was asked beyond need"

    @rule(at=st.integers(1, 14), forced=st.booleans())
    def a_server_is_killed(self, at, forced):
        steps["kill"] += 1
        self.note_original()
        self.kills += 1
        self.world.die(at, forced)

    @precondition(lambda self: not self.world.full)
    @rule()
    def all_is_restored(self):
        steps["restore"] += 1
        self.note_original()
        held, before = self.world.records(), self.pip_now()
        if self.netrc_is_sound():
            assert restore().findings == ()
            assert not self.our_entries()
            ours = [record for record in held if record["path"] == str(self.world.pip)]
            assert self.pip_now() == (self.original if ours else before)
            kept = list(self.world.root.glob("env/pip.conf.changed-*"))
            assert all(path.read_bytes() in PIP_FILES or is_ours(path.read_bytes()) for path in kept)
            assert (
                before in (self.original, None)
                or is_ours(before)
                or before
                in (
                    *(path.read_bytes() for path in kept),
                    self.pip_now(),
                )
            ), "what the user wrote last is gone"

    @rule()
    def trouble_ends(self):
        """Once everything works again, nothing of the trouble before may be left in the way."""
        steps["recover"] += 1
        world = self.world
        world.error, world.skew, world.nap, world.full = None, 0.0, 0.0, False
        world.true += LONGEST_PAUSE + 1
        self.note_original()
        world.look()
        self.changed_credentials = False
        self.hold_published()
        assert world.stored().state(world.local()) in (TokenState.FRESH, TokenState.STALE)
        world.install()
        self.installs += 1

    # What must hold at any time.

    @invariant()
    def files_are_whole(self):
        steps["steps"] += 1
        token = self.world.stored()
        assert token is None or token.secret.startswith("token.")
        if self.world.netrc.exists() and self.netrc_is_sound():
            hosts = reader.netrc(str(self.world.netrc)).hosts
            assert set(hosts) <= {"example.com", "default", AWS.host, GOOGLE.host}
            assert hosts.get("example.com", ("me", "", "mine")) == ("me", "", "mine")
        content = self.pip_now()
        assert content is None or b"token." not in content, "a secret in pip's configuration"
        assert content is None or content in PIP_FILES or is_ours(content)
        assert len(self.world.remains()) <= self.kills
        assert len(history.read(100_000)) == self.installs

    def pip_now(self):
        return self.world.pip.read_bytes() if self.world.pip.exists() else None

    def note_original(self):
        """Remember what ours will find: the content before its first write since the last restore."""
        if not any(record["path"] == str(self.world.pip) for record in self.world.records()):
            self.original = self.pip_now()

    def netrc_is_sound(self):
        return not self.world.netrc.exists() or NETRCS.get(self.world.netrc.read_bytes(), True)

    def our_entries(self):
        path = self.world.netrc
        if not path.exists() or not self.netrc_is_sound():
            return {}
        return {
            host: entry
            for host, entry in reader.netrc(str(path)).hosts.items()
            if host in (AWS.host, GOOGLE.host)
        }

    def due(self):
        """Whether AWS may be asked: no token for the login of now is fresh, and no failure says to wait."""
        token, world = self.world.stored(), self.world
        if (
            token is not None
            and token.state(world.local()) is TokenState.FRESH
            and (world.cloud is GOOGLE or world.minted_with == world.login)
        ):
            return False
        failure = self.world.asking().failure()
        return failure is None or not self.world.asking()._still_counts(failure)

    def must_work(self):
        """Whether nothing stands in the way of a token."""
        world = self.world
        clear = world.error is None and abs(world.skew) <= MOST_SKEW and not world.full and world.nap < 900
        return clear and world.asking().failure() is None

    def hold_published(self):
        if self.world.full:
            return
        token, cloud = self.world.stored(), self.world.cloud
        if self.netrc_is_sound():
            entries = {host: (login, secret) for host, (login, _, secret) in self.our_entries().items()}
            assert entries == {cloud.host: (cloud.login, token.secret)}, (
                "not the current token, or another, too"
            )
        content = self.pip_now()
        assert PIP_FILES.get(content) is False or f"index-url = {cloud.endpoint}simple/".encode() in content

    def hold_withdrawn(self):
        token = self.world.stored()
        expired = token is None or token.state(self.world.local()) is TokenState.EXPIRED
        if expired and not self.world.full:
            assert not self.our_entries(), "an expired token is still in netrc"


def test_whatever_happens_nothing_is_lost_and_nothing_is_stuck(nightly):
    steps.clear()
    run_state_machine_as_test(
        Sequences,
        settings=settings(
            max_examples=240 if nightly else 14,
            stateful_step_count=50 if nightly else 30,
            derandomize=not nightly,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{steps['steps']} steps: {dict(steps)}")
    assert steps["steps"] >= (10_000 if nightly else 200)
