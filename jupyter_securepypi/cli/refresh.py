"""``refresh``: a new token now."""

from __future__ import annotations

import argparse

from ..clients.publish import refresh
from ..config import load_options
from ..help import options as options_of
from . import status


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    options_of.refresh(parser)


def run(options: argparse.Namespace) -> int:
    """Mint and print the status afterwards."""
    status.show(refresh(load_options(), if_needed=options.if_needed), as_json=options.json)
    return 0
