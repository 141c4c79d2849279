"""``mirror``: copy a list of packages, with all that they need, into a private repository, or onto a disk."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from ..administration.mirror.run import Mirror
from ..administration.mirror.source import Source
from ..administration.mirror.targets import EVERYWHERE, PLATFORMS, Targets
from ..administration.mirror.words import Progress, mirror_lines
from ..administration.repositories import acting, any_named
from ..config import load_options
from ..core.errors import ConfigurationError, RequestRefused
from ..core.foreign_text import say
from ..core.gate.policy import read_age
from .promote import python_version


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "-r",
        "--requirement",
        action="append",
        default=[],
        metavar="FILE",
        help="what is needed: a requirements file, or a lock file (pylock.toml)",
    )
    parser.add_argument(
        "--to",
        dest="destination",
        default="",
        metavar="REPO",
        help="upload to it: its name in the domain of the configured repository, or its full address",
    )
    parser.add_argument(
        "--from",
        dest="source",
        default="",
        metavar="INDEX",
        help="read from it: the URL of an index without credentials, or a repository; default: public PyPI",
    )
    parser.add_argument(
        "--python",
        action="append",
        default=[],
        type=_pythons,
        metavar="3.10,3.12",
        help="serve these Pythons, repeatable; default: this one",
    )
    parser.add_argument(
        "--platform",
        action="append",
        default=[],
        type=_platforms,
        metavar="linux,macos-arm64",
        help=f"serve these platforms, repeatable; default: {', '.join(EVERYWHERE)}; known: {', '.join(PLATFORMS)}",
    )
    parser.add_argument(
        "--minimum-age",
        type=_age,
        default=0.0,
        metavar="P7D",
        help="how old a file must be, where the option minimum_age does not ask for more",
    )
    parser.add_argument(
        "--plan", action="store_true", help="fetch and upload nothing, and say what would be done"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="DIR",
        help="a folder or a .zip file between; with -r and without --to, it is only filled; "
        "without -r, what is in it is uploaded",
    )
    parser.add_argument(
        "--role", help="role to assume; default: the configured one; '' for your own credentials"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Mirror, and print what became of each file; 1 if something was refused, or failed.

    Raises:
        RequestRefused: the options do not say what to do.
    """
    _check(options)
    settings = acting(load_options(), options.role)
    progress = Progress()
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    pythons = [one for given in options.python for one in given]
    platforms = [one for given in options.platform for one in given]
    to = options.destination
    mirror = Mirror(
        settings,
        options.requirement,
        Source.of(options.source, settings) if options.requirement else None,
        acting(settings, None, any_named(to, settings)) if to else None,
        options.folder,
        Targets(tuple(dict.fromkeys(pythons)) or (here,), tuple(dict.fromkeys(platforms)) or EVERYWHERE),
        options.minimum_age,
        options.plan,
        progress,
    )
    try:
        with progress:
            report = mirror.run()
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Interrupted: {mirror.uploaded} uploaded. Run the same command again: what is there is not done again."
        ) from None
    say(json.dumps(report.to_dict()) if options.json else "\n".join(mirror_lines(report)))
    return 0 if report.ok else 1


def _check(options: argparse.Namespace) -> None:
    if not options.requirement and not (options.folder and options.destination):
        raise RequestRefused(
            "Nothing says what to mirror.",
            remedy="give a list with `-r FILE`, or upload a folder: `--folder DIR --to REPO`",
        )
    if not (options.destination or options.folder or options.plan):
        raise RequestRefused(
            "Nothing says where to.",
            remedy="name a repository with `--to`, or a folder to fetch into with `--folder`",
        )
    if options.source and not options.requirement:
        raise RequestRefused(
            "A folder is uploaded as it is, and read from nowhere.",
            remedy="leave out `--from`, or give a list with `-r`",
        )


def _pythons(text: str) -> list[str]:
    return [python_version(one.strip()) for one in text.split(",") if one.strip()]


def _platforms(text: str) -> list[str]:
    found = [one.strip() for one in text.split(",") if one.strip()]
    for one in found:
        if one not in PLATFORMS:
            raise argparse.ArgumentTypeError(f"{one!r} is no platform; known are {', '.join(PLATFORMS)}")
    return found


def _age(text: str) -> float:
    try:
        return read_age(text)
    except ConfigurationError as error:
        raise argparse.ArgumentTypeError(f"{error.message} {error.remedy}") from None
