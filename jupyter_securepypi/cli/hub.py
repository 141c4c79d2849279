"""``hub``: all servers of a JupyterHub at a glance, for its administrator."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from ..administration.hub.overview import overview
from ..administration.hub.textfile import write_metrics
from ..administration.hub.token import overview_token
from ..administration.hub.words import overview_lines
from ..core.foreign_text import say

_DEFAULT = "http://127.0.0.1:8081/hub/api"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--url",
        default=os.environ.get("JUPYTERHUB_API_URL") or _DEFAULT,
        help=f"the address of the hub's API; default: JUPYTERHUB_API_URL, or {_DEFAULT}",
    )
    parser.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help="holds a token with the scopes 'proxy' and 'tokens'; default: the variable JUPYTERHUB_API_TOKEN",
    )
    parser.add_argument(
        "--textfile", type=Path, metavar="FILE", help="also write metrics for Prometheus, for node_exporter"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print how every server stands; 1 if one needs attention."""
    seen = overview(options.url, overview_token(options.token_file))
    if options.textfile:
        write_metrics(seen, options.textfile)
    if options.json:
        say(json.dumps({"servers": [one.to_dict() for one in seen]}))
    else:
        say("\n".join(overview_lines(seen)))
    return 1 if any(one.problem for one in seen) else 0
