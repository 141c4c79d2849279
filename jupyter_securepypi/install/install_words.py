"""The options of ``install``, for help and completion: what is typed is read by the request reader, as pip would."""

from __future__ import annotations

import argparse

from .engines.choices import ENGINES, VERIFY


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options that are used most; ``pip install`` knows the others."""
    add = parser.add_argument
    add("words", nargs="*", metavar="REQUIREMENT", help="such as pandas, or 'pandas>=2'")
    add("-r", "--requirement", action="append", metavar="FILE", help="a requirements file, or a lock file")
    add("-c", "--constraint", action="append", metavar="FILE", help="which versions are allowed")
    add("-U", "--upgrade", action="store_true", help="the newest allowed version of what is named")
    add("--pre", action="store_true", help="versions before a release, too")
    add("--no-deps", action="store_true", help="not what it needs")
    add("--force-reinstall", action="store_true", help="also what is there")
    add("--dry-run", action="store_true", help="only say what would be installed")
    add("-q", "--quiet", action="store_true", help="print only what matters")
    add("-v", "--verbose", action="store_true", help="print all that pip or uv prints")
    add("--json", action="store_true", help="print one JSON object")
    add("--engine", choices=ENGINES, help="what installs; auto takes uv where it is there and can do it")
    add(
        "--verify",
        choices=VERIFY,
        help="before: prove every origin, then install by hash, from wheels; after (usual): prove what came",
    )
    parser.add_argument_group(
        "further options",
        "those of `pip install`, unless they would go around the index:\n  -i, --extra-index-url, -f, --trusted-host, "
        "--no-index; nor URLs, version control and local paths",
    )
