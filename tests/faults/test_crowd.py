"""Two servers and ten kernels of one user at once, with tokens that last for a second or two."""

from __future__ import annotations

import copy
import json
import netrc
import os
import subprocess
import sys
import threading
import time
from bisect import bisect_right
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from crowd_member import digest

from jupyter_securepypi.clients.publish import publish, withdraw
from jupyter_securepypi.config import load_options
from jupyter_securepypi.core.environment import PythonEnvironment
from jupyter_securepypi.demo.sandbox import Sandbox
from jupyter_securepypi.token.broker import TokenBroker

LIFETIME = 1.5  # seconds
KERNELS = 10
# What a machine too busy to hand over a token within its lifetime may say; the token is then not handed out.
TOO_SLOW = "The token expired before it could be used."


class Reader(threading.Thread):
    """Reads the netrc all the time, as pip would; keeps each password for the index once it changes."""

    def __init__(self, path, host):
        super().__init__()
        self.path, self.host = path, host
        self.passwords, self.problems = [], []
        self.ended = threading.Event()

    def run(self):
        while not self.ended.wait(0.01):
            try:
                hosts = netrc.netrc(str(self.path)).hosts
            except netrc.NetrcParseError as error:
                self.problems.append(str(error))
                continue
            if hosts.get("example.com") != ("me", "", "mine"):
                self.problems.append("the user's own entry is lost")
            if self.host in hosts and hosts[self.host][2] not in self.passwords[-1:]:
                self.passwords.append(hosts[self.host][2])


@pytest.fixture
def servers(aws, tmp_path):
    """Two servers that share a home, which has a netrc of its own."""
    aws.faults(token_lifetime=LIFETIME)
    first = Sandbox(tmp_path / "sandbox", aws.environment(), {"role_arn": aws.role_template})
    (first.home / ".netrc").write_text("machine example.com login me password mine\n")
    (first.home / ".netrc").chmod(0o600)
    second = copy.copy(first)
    second.port, second.log = first.port + 100, first.root / "second.log"
    with first, second:
        yield first, second


def asked(aws):
    return {call["time"] for call in aws.calls()["calls"] if call["operation"] == "GetAuthorizationToken"}


def until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def stored(sandbox):
    [path] = (path for path in (sandbox.runtime / "securepypi").glob("*.json") if "failure" not in path.name)
    return json.loads(path.read_bytes())["token"]


def kernels(sandbox, folder, stack):
    program = os.path.join(os.path.dirname(__file__), "crowd_member.py")
    for number in range(KERNELS):
        output = stack.enter_context((folder / f"kernel-{number}.txt").open("w"))
        yield stack.enter_context(
            subprocess.Popen(
                [sys.executable, program],
                env=sandbox.environ,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        )


def test_no_update_is_lost_no_mint_is_wasted_and_no_expired_token_is_handed_out(
    servers, aws, tmp_path, nightly
):
    refreshes = 1000 if nightly else 4
    first, second = servers
    starting = threading.Thread(target=second.start)
    starting.start()
    first.start()
    starting.join()
    reader = Reader(first.home / ".netrc", urlsplit(aws.index_url).hostname)
    reader.start()
    mints = set()
    with ExitStack() as stack:
        stack.callback(reader.join)
        stack.callback(reader.ended.set)
        crowd = list(kernels(first, tmp_path, stack))
        deadline = time.monotonic() + 60 + refreshes * 15
        while len(mints) < refreshes:
            assert time.monotonic() < deadline, "they are stuck"
            mints |= asked(aws)
            time.sleep(1)
        aws.faults(token_lifetime=None)  # the last one stays
        until(lambda: stored(first)["expires_at"] > time.time() + 3600, 60, "no last token")
        last = stored(first)["secret"]
        until(lambda: reader.passwords[-1] == last, 60, "the netrc does not get the last token")
        for kernel in crowd:
            kernel.stdin.close()
        for kernel in crowd:
            assert kernel.wait(60) == 0, (tmp_path / "kernel-0.txt").read_text()
    mints |= asked(aws)

    told = [
        [json.loads(line) for line in path.read_text().splitlines()] for path in tmp_path.glob("kernel-*.txt")
    ]
    assert len(told) == KERNELS
    tokens = sorted({tuple(words[1:4]) for lines in told for words in lines if words[0] == "token"})
    wrong = [words for lines in told for words in lines if words[0] != "token" and TOO_SLOW not in str(words)]
    refused = [words for lines in told for words in lines if words[0] == "token" and words[4] not in (200, 0)]
    print(
        f"{len(mints)} mints, {len(tokens)} tokens seen by {KERNELS} kernels, {len(reader.passwords)} in netrc"
    )
    assert wrong == []
    assert refused == []
    assert reader.problems == []

    minted = [minted_at for minted_at, _, _ in tokens]
    for moment in mints:
        # The newest token of that moment must have been due.
        number = bisect_right(minted, moment) - 1
        assert number < 0 or moment >= tokens[number][1], "AWS was asked although a token was fresh"
    ages = {name: minted_at for minted_at, _, name in tokens}
    published = [ages[digest(password)] for password in reader.passwords if digest(password) in ages]
    assert published == sorted(published), "an older token took the place of a newer one in netrc"


@pytest.mark.parametrize("store", ["netrc", "pip"])
def test_who_comes_late_with_an_older_token_does_not_put_it_in_place_of_the_newer(aws, home, tmp_path, store):
    options = load_options()
    options.credential_store = store
    broker = TokenBroker(options.mint_request())
    older = broker.current()
    newer = broker.current(newer_than=older.token.minted_at)
    kernel = PythonEnvironment("one", "One", "python", tmp_path, "", os.environ)
    publish(options, newer, [kernel])
    publish(options, older, [kernel])
    text = (home / ".netrc" if store == "netrc" else tmp_path / "pip.conf").read_text()
    assert newer.token.secret in text
    assert older.token.secret not in text


@pytest.mark.parametrize("store", ["netrc", "pip"])
def test_who_saw_the_old_token_expire_does_not_take_the_new_one_away(aws, home, tmp_path, store):
    options = load_options()
    options.credential_store = store
    broker = TokenBroker(options.mint_request())
    older = broker.current()
    newer = broker.current(newer_than=older.token.minted_at)
    kernel = PythonEnvironment("one", "One", "python", tmp_path, "", os.environ)
    publish(options, newer, [kernel])
    assert not withdraw(options, older, [kernel]).changed
    text = (home / ".netrc" if store == "netrc" else tmp_path / "pip.conf").read_text()
    assert newer.token.secret in text
