"""A process that asks for the token all the time, as a kernel would that installs all the time; ends with its input.

Prints a JSON list for each token that it has not seen before, ``["token", minted at, advisory at, digest, status]``
(the status is what the index answers to it), and for what must not happen.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
import sys
import threading
import time
import urllib.error
import urllib.request

from jupyter_securepypi.config import load_options
from jupyter_securepypi.core.errors import SecurePyPIError
from jupyter_securepypi.token.broker import TokenBroker


class Watch:
    """The wall clock, which remembers when it was last looked at: by the broker, to judge the token it gives."""

    last = 0.0

    def __call__(self):
        self.last = time.time()
        return self.last


def tell(*words):
    print(json.dumps(words), flush=True)


def digest(secret):
    return hashlib.sha256(secret.encode()).hexdigest()[:12]


def opens(grant):
    """Return what the index answers to a token, or 0 where it had expired by the time of the answer."""
    password = base64.b64encode(f"aws:{grant.token.secret}".encode()).decode()
    request = urllib.request.Request(
        f"{grant.index_url}acme-core/", headers={"Authorization": f"Basic {password}"}
    )
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code if time.time() < grant.token.expires_at else 0


def main():
    watch, ended, seen = Watch(), threading.Event(), None
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    broker = TokenBroker(load_options().mint_request(), clock=watch)
    while not ended.wait(random.uniform(0, 0.1)):
        try:
            grant = broker.current()
        except SecurePyPIError as error:
            tell("error", str(error))
            continue
        token = grant.token
        if token.expires_at <= watch.last:
            tell("expired", token.expires_at, watch.last)
        if token.minted_at < (seen.minted_at if seen else 0):
            tell("older", token.minted_at, seen.minted_at)
        if seen is None or token.secret != seen.secret:
            seen = token
            tell("token", token.minted_at, token.advisory_at, digest(token.secret), opens(grant))


if __name__ == "__main__":
    main()
