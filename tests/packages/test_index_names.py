"""The names of an index: read once, read again if they changed, and told by the provider where there is no list."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest
from listed_index import ListedIndex

from jupyter_securepypi.config import load_options
from jupyter_securepypi.core.errors import SecurePyPIError
from jupyter_securepypi.install.questions import index_names as room
from jupyter_securepypi.install.questions.index_names import index_names, names_at_hand, names_on_disk


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """This process remembers nothing of the test before."""
    monkeypatch.setattr(room, "_kept", {})


@pytest.fixture(params=["json", "html"])
def index(request, monkeypatch, home):
    """An index of the user's own credentials, which mints nothing."""
    with ListedIndex(["Acme.Core", "acme_plots", "pandas"], html=request.param == "html") as running:
        _choose(running, monkeypatch, home)
        yield running


def _choose(index, monkeypatch, home):
    monkeypatch.setenv("SECURE_PYPI_INDEX", index.url)
    file = home / ".netrc"
    file.write_text("machine 127.0.0.1 login me password mine\n")
    file.chmod(0o600)


def test_names_are_normalized_and_sorted(index):
    found = index_names(load_options())
    assert found.names == ("acme-core", "acme-plots", "pandas")
    assert (found.whole, found.not_known) == (True, ())


def test_many_callers_at_the_same_time_ask_once(index):
    options, found = load_options(), []
    threads = [threading.Thread(target=lambda: found.append(index_names(options))) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 20
    assert len(set(map(id, found))) == 1
    assert dict(index.asked) == {("/simple/", 200): 1}


def test_old_names_are_asked_for_again_only_if_they_changed(index, monkeypatch):
    monkeypatch.setattr(room, "FRESH", 0.0)
    options = load_options()
    first = index_names(options)
    assert index_names(options) is first
    assert dict(index.asked) == {("/simple/", 200): 1, ("/simple/", 304): 1}
    index.names.append("brand-new")
    assert "brand-new" in index_names(options).names


def test_what_failed_a_moment_ago_is_not_asked_again(index):
    options = load_options()
    index.status = 503
    for _ in range(3):
        with pytest.raises(SecurePyPIError):
            index_names(options)
    assert sum(index.asked.values()) == 1


def test_older_names_stay_where_newer_ones_cannot_be_had(index, monkeypatch):
    monkeypatch.setattr(room, "FRESH", 0.0)
    options = load_options()
    names = index_names(options).names
    index.status = 503
    assert index_names(options).names == names
    assert index.asked["/simple/", 503] == 1


def test_names_at_hand_come_at_once_and_are_read_meanwhile(index):
    options = load_options()
    index.answers.clear()
    assert names_at_hand(options) == ()
    assert not index.asked, "it has not waited for an answer"
    index.answers.set()
    deadline = time.monotonic() + 30
    while not (found := names_at_hand(options)):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert "pandas" in found


def test_an_index_without_a_list_says_so(monkeypatch, home):
    with ListedIndex(["acme-core"], lists=False) as index:
        _choose(index, monkeypatch, home)
        found = index_names(load_options())
    assert found.names == ()
    assert not found.whole
    assert "gives no list" in found.not_known[0]


@pytest.fixture
def role(aws, monkeypatch):
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", aws.role_template)
    return aws


def test_the_provider_lists_what_its_index_does_not(role):
    found = index_names(load_options())
    assert {"acme-core", "acme-features", "acme-plots"} <= set(found.names)
    assert not found.not_known


def test_a_provider_that_may_not_be_asked_is_told(role):
    role.faults(deny=["codeartifact:ListPackages"])
    found = index_names(load_options())
    assert found.names == ()
    assert "codeartifact:ListPackages" in found.not_known[0]


def test_names_at_hand_mint_nothing(role):
    assert names_at_hand(load_options()) == ()
    assert role.calls()["counts"] == {}


def test_names_at_hand_mint_nothing_where_the_index_refuses_the_token(role, monkeypatch):
    options = load_options()
    index_names(options)
    monkeypatch.setattr(room, "_kept", {})
    role.faults(revoke="all")
    for _ in range(3):
        names_at_hand(options)
        for one in threading.enumerate():
            if one.name == "securepypi-names":
                one.join(60)
    counts = role.calls()["counts"]
    assert counts["GetAuthorizationToken"] == 1
    assert counts["index:GET"] == 2, "the second answer is a refusal, after which nothing is asked for a while"
    assert index_names(options).names, "who asks for the names has another token minted"


def test_a_refill_on_disk_says_nothing_before_it_has_read_something(index, monkeypatch):
    started = []
    monkeypatch.setattr(room.subprocess, "Popen", lambda command, **more: started.append(command))
    options = load_options()
    key = room._key(options)
    for _ in range(3):
        assert names_on_disk(options) == ()
    assert len(started) == 1, "whoever presses TAB again starts no second process"
    assert room.names_file.kept(key) == ((), float("inf")), "nothing has been read: that is not fresh"
    monkeypatch.setattr(room, "_REFILL_SECONDS", 0.0)
    names_on_disk(options)
    assert len(started) == 2, "the first one has failed"


def test_a_refill_on_disk_mints_nothing(role, home):
    options = load_options()
    index_names(options)
    files = list((home / ".local/share/jupyter/securepypi").glob("names-*"))
    assert files
    for file in files:
        file.unlink()
    role.faults(revoke="all")
    code = room._REFILL.format(module=room.__name__)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stderr
    assert role.calls()["counts"]["GetAuthorizationToken"] == 1
