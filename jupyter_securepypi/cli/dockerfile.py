"""``dockerfile``: print lines for a Dockerfile that install from the index and keep no token."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..builds.dockerfile import LOCKS, TOOLS, dockerfile
from ..builds.lock_sources import check_lock
from ..config import SecurePyPI, load_options
from ..core.foreign_text import say
from ..core.grant import Grant
from ..core.index import Index
from ..core.installation import checked_request
from ..core.providers.registry import provider_of
from ..token.broker import TokenBroker


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("tool", choices=list(TOOLS), help="what installs in the image")
    parser.add_argument(
        "-r",
        "--requirement",
        metavar="FILE",
        help="what to install, relative to the build's context: a requirements file, uv.lock or poetry.lock; "
        "if it is there, it is checked",
    )


def run(options: argparse.Namespace) -> int:
    """Print the lines; a file that would leave the index is refused."""
    settings = load_options()
    repository = str(settings.require_repository())
    grant = TokenBroker.of(settings).current()
    lines = dockerfile(options.tool, grant, repository, options.requirement)
    check(options.requirement or TOOLS[options.tool].default, grant, settings)
    say(lines.rstrip("\n"))
    return 0


def check(file: str, grant: Grant, settings: SecurePyPI) -> None:
    """Refuse a file that is there and would leave the index.

    Raises:
        RequestRefused: it says what leads elsewhere.
    """
    path = Path(file)
    if path.is_file():
        if path.name in LOCKS:
            check_lock(path, Index.of(grant, provider_of(settings.require_repository()).advice))
        else:
            checked_request(["-r", file])
