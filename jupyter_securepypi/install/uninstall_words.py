"""``uninstall`` for notebook and command line: its options, and what it says."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from ..config import SecurePyPI
from ..core.errors import RequestRefused
from ..core.foreign_text import in_one_line, say
from .engines.choices import ENGINES
from .uninstall import Removal, removal_sentences, uninstall


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="an installed package")
    parser.add_argument(
        "-r",
        "--requirement",
        action="append",
        default=[],
        metavar="FILE",
        help="what a requirements file names",
    )
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing where all went well")
    parser.add_argument("--engine", default="", choices=ENGINES, help="what removes")
    parser.add_argument("--json", action="store_true", help="print one JSON object; needs -y or --dry-run")


def remove(given: argparse.Namespace, options: SecurePyPI) -> Removal:
    """Do what the parsed words `given` ask for; errors are those of `uninstall`."""
    if given.json and not (given.yes or given.dry_run):
        raise RequestRefused("--json asks nothing.", remedy="say yes with -y, or look first with --dry-run")
    return uninstall(
        [*(word for file in given.requirement for word in ("-r", file)), *given.names],
        engine=given.engine or options.engine,
        confirm=None if given.yes else _confirmed,
        dry_run=given.dry_run,
    )


def told(removal: Removal, given: argparse.Namespace, stale: Sequence[str] = ()) -> str:
    """Return what to print of `removal`; empty for nothing.

    Args:
        removal: what was done.
        given: the parsed words.
        stale: imported modules that are gone.
    """
    if given.json:
        return json.dumps({**removal.to_dict(), "restart": list(stale)})
    if given.quiet and not removal.conflicts:
        return ""
    hint = [f"Restart the kernel: {', '.join(stale)} was imported before it was removed."] if stale else []
    return "\n".join(map(in_one_line, [*removal_sentences(removal), *hint]))


def _confirmed(text: str) -> bool:
    """Show what would be removed, ask, and return whether the answer is yes; anything but y and yes is no.

    Raises:
        RequestRefused: nobody can answer here: a script, or a notebook that runs without its reader.
    """
    say(text)
    try:
        return input("Remove? [y/N] ").strip().lower() in ("y", "yes")
    except (EOFError, NotImplementedError):  # the second is a kernel's, without a front end that can ask
        raise RequestRefused(
            "Nobody can answer here, so nothing was changed.",
            remedy="say yes with -y, after a look at the names",
        ) from None
