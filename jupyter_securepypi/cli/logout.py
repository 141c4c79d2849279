"""``logout``: remove every token, and everything that was written for it."""

from __future__ import annotations

import argparse
import json

from ..clients.undo import logout
from ..clients.words import undone_lines
from ..core.foreign_text import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Log out and print the changes; return 1 if something is left, or would come back."""
    changes = logout()
    done, findings = undone_lines(changes), [str(finding) for finding in changes.findings]
    if options.json:
        print(json.dumps({"done": done, "findings": findings}))
        return 1 if findings else 0
    for text in done:
        say(f"done  {text}")
    for text in findings:
        say(f"!     {text}")
    say(
        "Nothing was left to remove."
        if not done
        else "The index accepts a token until it expires, wherever it was copied to."
    )
    return 1 if findings else 0
