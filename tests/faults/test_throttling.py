"""A server under throttling: the call that AWS throttles is repeated, and not those before it."""

from __future__ import annotations

import threading
import time

from jupyter_securepypi.config import load_options
from jupyter_securepypi.token.broker import TokenBroker


def test_only_the_throttled_call_is_repeated(aws):
    aws.faults(throttle=0, operations=["GetAuthorizationToken"])
    freed = threading.Thread(target=free_after, args=(aws, 6))
    freed.start()
    options = load_options()
    options.mint_timeout = 300.0
    grant = TokenBroker.of(options).current()
    freed.join()
    counts = aws.calls()["counts"]
    assert grant.token.secret
    assert counts["GetCallerIdentity"] == 1
    assert counts["GetAuthorizationToken"] > 6


def free_after(aws, calls):
    """Lift the throttle once the call has been made so many times."""
    deadline = time.monotonic() + 60
    while aws.calls()["counts"].get("GetAuthorizationToken", 0) < calls and time.monotonic() < deadline:
        time.sleep(0.05)
    aws.faults(throttle=None)
