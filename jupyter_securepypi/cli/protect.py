"""``protect``: keep upstreams from answering for a company's own names."""

from __future__ import annotations

import argparse
import json

from ..administration.protection import protect
from ..administration.repositories import acting
from ..administration.words import protection_lines
from ..config import load_options
from ..core.foreign_text import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "patterns",
        nargs="*",
        metavar="NAME",
        help="own names, and patterns such as 'acme-*'; default: all that was published to the repository",
    )
    parser.add_argument("--plan", action="store_true", help="change nothing, and say what would be done")
    parser.add_argument(
        "--role", help="role to assume; default: the configured one; '' for your own credentials"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Protect, and print what was changed; 1 if something is open still."""
    report = protect(acting(load_options(), options.role), options.patterns, plan=options.plan)
    say(json.dumps(report.to_dict()) if options.json else "\n".join(protection_lines(report)))
    return 0 if report.ok else 1
