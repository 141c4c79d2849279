"""Mistakes in the broker, and in the store of tokens."""

from __future__ import annotations

from .mutation import Mutation

_TESTS = ("test_broker.py",)

TOKENS = (
    Mutation(
        "failure of a clock that was set back",
        "token/broker.py",
        "now < failure.next_try <= now + LONGEST_PAUSE and",
        "now < failure.next_try and",
        _TESTS,
    ),
    Mutation(
        "token as old as the refused one",
        "token/broker.py",
        "grant.token.minted_at <= newer_than",
        "grant.token.minted_at < newer_than",
        _TESTS,
    ),
    Mutation(
        "logins read after the call",
        "token/broker.py",
        "        self.store.save(grant, logins)\n",
        "        self.store.save(grant, self.provider.logins(sessions=False))\n",
        _TESTS,
    ),
    Mutation(
        "other repositories of a token",
        "token/store.py",
        '"places": {**places, self._place: grant.place()}',
        '"places": {self._place: grant.place()}',
        _TESTS,
    ),
    Mutation(
        "no second look under the lock",
        "token/broker.py",
        "        held = self._fresh(newer_than)\n        if held:\n            return held\n        failure =",
        "        failure =",
        ("test_broker.py",),
    ),
)
