"""``restore``: undo every change to files that are not ours."""

from __future__ import annotations

import argparse
import json

from ..clients.undo import restore
from ..clients.words import undone_lines
from ..core.foreign_text import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Restore and print the changes; return 1 if a file could not be restored."""
    changes = restore()
    restored, findings = undone_lines(changes), [str(finding) for finding in changes.findings]
    if options.json:
        print(json.dumps({"restored": restored, "findings": findings}))
    else:
        for text in restored:
            say(f"restored  {text}")
        for text in findings:
            say(f"!         {text}")
        if not restored and not findings:
            say("nothing to restore")
    return 1 if findings else 0
