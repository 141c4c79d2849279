"""``status``: show the status of the token, and the standing of the clients."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..clients import servers
from ..clients.standing import current_standings
from ..clients.words import standing_lines
from ..config import load_options
from ..core.foreign_text import say
from ..help import options as options_of
from ..token.status import Status, current_status
from ..token.words import status_lines

if TYPE_CHECKING:
    from ..clients.base import Standing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    options_of.status(parser)


def run(options: argparse.Namespace) -> int:
    """Print the status; return 1 if there is no valid configuration."""
    settings = load_options()
    status = current_status(settings)
    other = servers.holder(status.repository.id) if status.repository else None
    if other and status.error is None:
        status = replace(status, error=servers.met(other))
    show(status, as_json=options.json, clients=current_standings(settings, folder=Path.cwd()))
    return 1 if status.state in ("not_configured", "misconfigured") else 0


def show(status: Status, *, as_json: bool, clients: Sequence[Standing] = ()) -> None:
    """Print `status` and the standing of `clients`, as text or as one JSON object."""
    if as_json:
        more = {"clients": [client.to_dict() for client in clients]} if clients else {}
        print(json.dumps(status.to_dict() | more))
        return
    say("\n".join([*status_lines(status), *standing_lines(clients)]))
