"""Twenty installs, while tokens expire: what only somebody who refreshes gets through."""

from __future__ import annotations

import time
from collections.abc import Iterator

from .commands import login
from .findings import Finding, Row
from .harness import process
from .place import Place

_LIFETIME = 6.0
_INSTALLS = 20


def run(place: Place) -> Iterator[Finding]:
    """Installs in turn, the package being fetched and installed anew each time."""
    with place.own_aws(token_lifetime=_LIFETIME) as aws:
        environ, rival = place.home(aws), place.rival(aws, PIP_NO_INPUT="1")
        place.ours("refresh", environ=environ)
        login(place, rival)
        started = time.perf_counter()
        # What a token that lives hours meets in a day, this one meets in seconds: the installs last its life twice.
        pause = 2 * _LIFETIME / _INSTALLS
        ours = theirs = 0
        again = ["--no-deps", "--force-reinstall", "--no-cache-dir", "-q", "acme-core"]
        bare = [str(place.environment / "bin/python"), "-m", "pip", "install", *again]
        for number in range(_INSTALLS):
            time.sleep(max(0.0, started + number * pause - time.perf_counter()))
            ours += _fails(lambda: place.ours("install", "--engine", "pip", *again, environ=environ))
            theirs += _fails(lambda: process(bare, rival, place.folder))
        seconds = time.perf_counter() - started
        mints = aws.calls()["counts"]["GetAuthorizationToken"]
    measured = (
        f"{ours} failures against {theirs} of {_INSTALLS} ({seconds:.0f} s, tokens living {_LIFETIME:.0f} s, "
        f"{mints - 1} mints of ours)"
    )
    figures = {"ours": ours, "theirs": theirs, "installs": _INSTALLS, "seconds": seconds}
    holds = ours == 0 and theirs > 0
    yield Row(
        "twenty installs over a token's expiry, against the same with `login`",
        measured,
        "0 failures against theirs",
        holds,
        figures,
    )


def _fails(action: object) -> bool:
    try:
        action()  # type: ignore[operator]
    except RuntimeError:
        return True
    return False
