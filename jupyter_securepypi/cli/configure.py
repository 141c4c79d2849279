"""``configure``: say which repository to install from, and write the same files as the server, once and without it."""

from __future__ import annotations

import argparse
import json

from ..clients.publish import publish
from ..config import load_options, save_repository
from ..core.errors import ConfigurationError
from ..core.foreign_text import say
from ..kernels.resolve import resolve_all
from ..kernels.specs import all_specs
from ..token.broker import TokenBroker


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--repository",
        metavar="ADDRESS",
        help="write this address of a repository into your own configuration first, unless somebody else has set one",
    )
    parser.add_argument("--role", default="", metavar="ROLE", help="with --repository: the role to assume")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Write the files and print their names; return 1 if one of them could not be written."""
    saved = None
    if options.repository:
        saved = save_repository(options.repository, options.role, replace=True)
        if not options.json:
            say(f"saved    {saved}")
    elif options.role:
        raise ConfigurationError("--role goes with --repository.", remedy="name the repository, too")
    settings = load_options()
    grant = TokenBroker.of(settings).current()
    done = publish(settings, grant, resolve_all(all_specs() if settings.manage_kernels else {}))
    written = [str(path) for path in done.changed]
    findings = [str(finding) for finding in done.findings]
    status = 1 if done.failures else 0
    if options.json:
        about = {"saved": str(saved)} if saved else {}
        print(json.dumps({"index_url": grant.index_url, "written": written, "findings": findings, **about}))
        return status
    say(f"index    {grant.index_url}")
    for path in written:
        say(f"written  {path}")
    for finding in findings:
        say(f"!        {finding}")
    if not written and not done.failures:
        say("nothing to change")
    return status
