"""``demo``: the whole product against the emulator, to look at or to check."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path
from typing import NoReturn


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--check", action="store_true", help="no browser: run every step and report")
    parser.add_argument(
        "--cloud",
        choices=("aws", "google"),
        default="aws",
        help="which cloud is emulated; default: %(default)s",
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--requirements", type=Path, metavar="FILE", help="first download these packages")


def run(options: argparse.Namespace) -> int:
    """Run the demo, or its check."""
    signal.signal(signal.SIGTERM, _interrupt)
    if options.check:
        from ..demo.check import check

        return check(options.cloud)
    from ..demo.app import demo

    return demo(options.cloud, requirements=options.requirements, browser=not options.no_browser)


def _interrupt(number: int, frame: object) -> NoReturn:
    """Take a request to end as Ctrl-C, so that the server ends, too, and the scratch folders go."""
    raise KeyboardInterrupt
