"""``ci``: print a CI job that installs from the index with an identity of its own and no stored secret."""

from __future__ import annotations

import argparse

from ..builds.ci import SYSTEMS, pipeline
from ..config import load_options
from ..core.foreign_text import say
from ..token.broker import TokenBroker
from .dockerfile import check


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("system", choices=SYSTEMS, help="GitHub Actions or GitLab CI")
    parser.add_argument("--role", help="the role that the job assumes; default: the configured one")
    parser.add_argument(
        "-r",
        "--requirement",
        default="requirements.txt",
        metavar="FILE",
        help="what to install; if it is there, it is checked; default: requirements.txt",
    )


def run(options: argparse.Namespace) -> int:
    """Print the job; a requirements file that would leave the index is refused."""
    settings = load_options()
    repository = settings.require_repository()
    grant = TokenBroker.of(settings).current()
    role = settings.mint_request().role if options.role is None else options.role
    job = pipeline(options.system, grant, repository, role, options.requirement)
    check(options.requirement, grant, settings)
    say(job.rstrip("\n"))
    return 0
