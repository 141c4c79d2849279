"""``status``: how things stand."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict

from ..clients import registry
from ..clients.registry import ClientState
from ..config import load_options
from ..rendering import status_lines
from ..status import Status, current_status


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print the status; 1 where nothing, or nothing valid, is configured."""
    settings = load_options()
    status = current_status(settings)
    show(status, as_json=options.json, clients=registry.states(settings.clients, os.environ))
    return 1 if status.state in ("not_configured", "misconfigured") else 0


def show(status: Status, *, as_json: bool, clients: Sequence[ClientState] = ()) -> None:
    """Print `status`, and how the clients stand, as text or as one JSON object."""
    if as_json:
        more = {"clients": [asdict(client) for client in clients]} if clients else {}
        print(json.dumps(status.to_dict() | more))
        return
    print("\n".join(status_lines(status)))
    enabled = [client for client in clients if client.enabled]
    if enabled:
        print(
            "clients     "
            + ", ".join(one.name + ("" if one.installed else " (not installed)") for one in enabled)
        )
