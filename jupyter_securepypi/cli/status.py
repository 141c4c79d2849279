"""``status``: how things stand."""

from __future__ import annotations

import argparse
import json

from ..config import load_options
from ..rendering import status_lines
from ..status import Status, current_status


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print the status; 1 where nothing, or nothing valid, is configured."""
    status = current_status(load_options())
    show(status, as_json=options.json)
    return 1 if status.state in ("not_configured", "misconfigured") else 0


def show(status: Status, *, as_json: bool) -> None:
    """Print `status` as text or as one JSON object."""
    print(json.dumps(status.to_dict()) if as_json else "\n".join(status_lines(status)))
