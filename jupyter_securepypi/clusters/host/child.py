"""One install on a host, in a process of its own that has the core: what it prints are lines of JSON.

Each line is an object with one of ``line`` (what pip prints, secrets masked), ``outcome`` (the end) and ``error``.
"""

from __future__ import annotations

import base64
import json
import os
import pickle  # nosec B403
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from ...core import installation
from ...core.child import answer_pipe
from ...core.errors import Fault, SecurePyPIError
from ...core.gate.words import told
from ...core.index import Index
from ...core.install_lock import installing_alone
from ...core.job import PATIENCE, MintedTokens, with_pip
from ...core.minting import decoded
from ...core.pip.configuration import carried_over
from ...core.project_name import normalized
from ...core.report import InstallReport
from ...core.requests.reader import read_request
from ...core.requests.request import Request
from ...core.signals import unwinding
from . import record


def main() -> None:
    """Install what standard input asks for: see `clusters.payload`, and `here`, which starts this.

    The arguments are the epoch since when somebody waits for it, and 1 if what is here in any version is good enough.
    """
    channel = answer_pipe()

    def put(**what: Any) -> None:
        try:
            channel.write(json.dumps(what) + "\n")
        except OSError:
            pass  # who asked is gone; the install goes on, because half of one would be worse

    try:
        with unwinding():
            put(
                outcome=_install(
                    json.load(sys.stdin), float(sys.argv[1]), sys.argv[2] == "1", lambda line: put(line=line)
                )
            )
    except SecurePyPIError as error:
        put(error=error.to_dict())
    except Exception as error:  # noqa: BLE001 the host must get an answer, without a text that may hold a secret
        put(error=Fault(error).to_dict())


def _install(
    question: dict[str, Any], asked_at: float, once: bool, tell: Callable[[str], None]
) -> dict[str, Any]:
    # It comes from whoever may run any code here: a cluster's user.
    asked: Request = pickle.loads(base64.b64decode(question["request"]))  # noqa: S301 # nosec B301
    mint = replace(decoded(question["mint"]), patience=PATIENCE)
    digest = str(question["digest"])
    with installing_alone(tell):
        known = record.found(digest, asked_at, once)
        if known is not None:
            return {**known, "fresh": False}
        started = time.time()
        try:
            report, _ = installation.install(
                _within_this_hosts_constraints(asked),
                MintedTokens(mint),
                partial(with_pip, strictly=question["verify"] == "before"),
                public=Index(url="", origin=""),
                on_line=tell,
            )
        except SecurePyPIError as error:
            outcome = {"error": error.to_dict(), "installed": {}, "at": time.time()}
        else:
            outcome = _outcome(asked, report, started)
        record.keep(digest, outcome)
    return {**outcome, "fresh": True}


def _within_this_hosts_constraints(request: Request) -> Request:
    """Return `request` with the constraints of pip's configuration on this host, which are its administrator's."""
    own = read_request([], constraint_files=carried_over(sys.prefix, os.environ).constraints)
    return replace(request, constraints=(*request.constraints, *own.constraints))


def _outcome(request: Request, report: InstallReport, started: float) -> dict[str, Any]:
    """Return JSON values; ``at`` is an epoch, ``seconds`` a duration."""
    names = [*request.names, *(normalized(one.name) for one in report.packages)]
    return {
        "packages": [asdict(package) for package in report.packages],
        "said": [*told(report), *(f"! {conflict}." for conflict in report.conflicts)],
        "left_out": list(report.left_out),
        "installed": record.versions(names),
        "at": time.time(),
        "seconds": time.time() - started,
    }
