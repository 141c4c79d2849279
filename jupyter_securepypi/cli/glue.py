"""``glue``: a zip of wheels for Glue, and the job arguments that use it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ..administration.mirror.words import Progress, mirror_lines
from ..clusters.glue import ENDING, PYTHONS, write_zip
from ..config import load_options
from ..core.foreign_text import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "-r",
        "--requirement",
        action="append",
        required=True,
        metavar="FILE",
        help="what the job needs: a requirements file, or a lock file (pylock.toml); repeatable",
    )
    parser.add_argument("--python", default="3.11", help=f"the job's Python; known: {', '.join(PYTHONS)}")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path(f"packages{ENDING}"),
        metavar="FILE",
        help=f"where to write it; the name ends in {ENDING}; default: packages{ENDING}",
    )
    parser.add_argument(
        "--to", default="s3://BUCKET/", metavar="s3://...", help="where you will upload it, for the arguments"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Write the zip, and print what is in it and the job arguments to set."""
    progress = Progress()
    with progress:
        found = write_zip(load_options(), options.requirement, options.output, options.python, on_step=progress)
    arguments = found.arguments(options.to)
    if options.json:
        report = found.report.to_dict()
        shown = {name: report[name] for name in ("from", "files", "held_back", "unchecked")}
        say(json.dumps({"path": str(found.path), **shown, "arguments": arguments}))
        return 0
    said = [f"{name} {value}" for name, value in arguments.items()]
    lines = [*mirror_lines(found.report), f"Wrote {found.path}. Upload it, and set the job arguments:", *said]
    say("\n".join(lines))
    return 0
