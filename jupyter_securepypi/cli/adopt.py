"""``adopt``: find code that authenticates by itself, and put one import in its place."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ..adoption.adopt import Adopted, adopt, write
from ..adoption.words import report_lines
from ..core.foreign_text import for_terminal, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="scripts, notebooks, Dockerfiles, or folders of them",
    )
    parser.add_argument("--diff", action="store_true", help="show what --write would change")
    parser.add_argument("--write", action="store_true", help="rewrite Python scripts and notebooks")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print what was found; return 1 if there is something that is not rewritten, else 0."""
    found = adopt(options.paths, rewrite=options.diff or options.write)
    if options.write:
        write(found)
    if options.json:
        say(json.dumps({"files": [_wire(one, options.write) for one in found]}))
    else:
        say("\n".join(report_lines(found, rewritten=options.diff or options.write, written=options.write)))
        if options.diff:
            say("".join(for_terminal(one.diff()) for one in found if one.changed))
    return int(any(one.left if options.write else one.places for one in found))


def _wire(one: Adopted, written: bool) -> dict[str, object]:
    left = set(one.left)
    places = [
        {
            **place.finding(str(one.path)).to_dict(),
            "line": place.line,
            "cell": place.cell,
            "severity": place.severity,
        }
        for place in one.places
    ]
    return {
        "path": str(one.path),
        "findings": places,
        "changes": one.changed,
        "written": one.changed and written,
        "left": [place.where for place in sorted(left)],
        "notes": list(one.said),
    }
