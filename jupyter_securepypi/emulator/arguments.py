"""The command line of the emulator, for ``jupyter securepypi emulator`` and ``python -m`` alike."""

from __future__ import annotations

import argparse
from pathlib import Path

from . import app
from .callers import CALLER_ROLES
from .emulator import DEFAULT_REPOSITORY, Emulator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print the variables as one JSON object")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; default: a free one")
    served = parser.add_mutually_exclusive_group()
    served.add_argument(
        "--tls", action="store_true", help="serve https with a certificate authority of its own"
    )
    served.add_argument(
        "--true-names",
        action="store_true",
        help="serve AWS's own host names, through a proxy on loopback that leads nowhere else",
    )
    parser.add_argument(
        "--repository-arn",
        default=DEFAULT_REPOSITORY,
        metavar="ARN",
        help="the repository that exists, with its domain, account and region; default: %(default)s",
    )
    parser.add_argument(
        "--as",
        dest="as_role",
        choices=CALLER_ROLES,
        default="reader",
        help="whose credentials are printed; default: %(default)s",
    )
    parser.add_argument("--token-lifetime", type=float, metavar="S", help="seconds that every token lives")
    parser.add_argument(
        "--packages", type=Path, metavar="DIR", help="folder of files to serve; default: sample packages"
    )
    parser.add_argument(
        "--html-index-only", action="store_true", help="let the index know no JSON, and so tell no upload times"
    )


def run(options: argparse.Namespace) -> int:
    """Print the variables to export, serve until SIGTERM or SIGINT, and return 0.

    Raises:
        ConfigurationError: the port is not available, an option is not valid, or libraries are missing.
    """
    emulator = Emulator(
        port=options.port,
        tls=options.tls,
        true_names=options.true_names,
        repository_arn=options.repository_arn,
        as_role=options.as_role,
        token_lifetime=options.token_lifetime,
        packages=options.packages,
        html_index_only=options.html_index_only,
    )
    return app.run(emulator, as_json=options.json)
