"""``emulator``: run a package index and the service that gives its tokens in the foreground."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..emulator.app import run as serve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print the variables as one JSON object")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; default: a free one")
    parser.add_argument(
        "--tls", action="store_true", help="serve https with a certificate authority of its own"
    )
    parser.add_argument("--token-lifetime", type=float, metavar="S", help="seconds a token lasts")
    parser.add_argument("--packages", type=Path, metavar="DIR", help="folder with the packages to serve")


def run(options: argparse.Namespace) -> int:
    """Print the variables to export, then serve until SIGTERM."""
    return serve(
        port=options.port,
        tls=options.tls,
        token_lifetime=options.token_lifetime,
        packages=options.packages,
        as_json=options.json,
    )
