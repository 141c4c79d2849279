"""``promote``: copy packages that pass the gate from one repository to another."""

from __future__ import annotations

import argparse
import json
import re
import sys

from ..administration.promotion import Promoted, promote
from ..administration.repositories import acting, named
from ..administration.words import progress, promotion_lines
from ..config import load_options
from ..core.foreign_text import in_one_line, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "-r",
        "--requirement",
        action="append",
        required=True,
        metavar="FILE",
        help="what is needed: a requirements file, or a lock file (pylock.toml)",
    )
    where = "its name in the domain of the configured repository, or its full address"
    parser.add_argument("--from", dest="source", required=True, metavar="REPO", help=f"copy from it: {where}")
    parser.add_argument("--to", dest="destination", required=True, metavar="REPO", help="copy to it")
    parser.add_argument(
        "--python",
        action="append",
        default=[],
        type=python_version,
        metavar="3.11",
        help="resolve for this Python, repeatable; default: this one and all newer ones",
    )
    parser.add_argument("--plan", action="store_true", help="change nothing, and say what would be done")
    parser.add_argument(
        "--role", help="role to assume; default: the configured one; '' for your own credentials"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Promote, and print what became of each version; 1 if something was refused, or failed."""
    settings = acting(load_options(), options.role)
    done: list[Promoted] = []

    def on_outcome(one: Promoted) -> None:
        done.append(one)
        say(in_one_line(progress(one)), sys.stderr)

    try:
        report = promote(
            settings,
            options.requirement,
            named(options.source, settings),
            named(options.destination, settings),
            pythons=options.python,
            plan=options.plan,
            on_outcome=on_outcome,
        )
    except KeyboardInterrupt:
        copied = sum(one.ok for one in done)
        raise KeyboardInterrupt(
            f"Interrupted: {copied} copied. Run the same command again: what is there is not copied again."
        ) from None
    say(json.dumps(report.to_dict()) if options.json else "\n".join(promotion_lines(report)))
    return 0 if report.ok else 1


def python_version(text: str) -> str:
    """Return `text`, a version of Python on the command line.

    Raises:
        ArgumentTypeError: it is none.
    """
    if not re.fullmatch(r"3\.\d{1,2}(\.\d{1,2})?", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is no version of Python, such as 3.11")
    return text
