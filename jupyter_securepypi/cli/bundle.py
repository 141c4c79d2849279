"""``bundle``: the core as one zip that authenticates inside a container."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..core.foreign_text import say
from ..core.providers.registry import PROVIDERS
from ..sagemaker.bundle import PROVIDERS as DEFAULT
from ..sagemaker.bundle import write_bundle


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("securepypi.pyz"), metavar="FILE", help="where to"
    )
    parser.add_argument(
        "--provider",
        action="append",
        default=[],
        metavar="NAME",
        help=f"a kind of index that jobs install from, repeatable: {', '.join(one.name for one in PROVIDERS)}; "
        f"default: {', '.join(DEFAULT)}",
    )


def run(options: argparse.Namespace) -> int:
    """Write the bundle and print its path and size in bytes."""
    path = write_bundle(options.output, options.provider or DEFAULT)
    say(f"{path}  {path.stat().st_size} bytes")
    return 0
