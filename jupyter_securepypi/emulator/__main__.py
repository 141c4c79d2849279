"""``python -m jupyter_securepypi.emulator``: the same as ``jupyter securepypi emulator``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..core.errors import SecurePyPIError
from .app import run


def main(arguments: list[str] | None = None) -> int:
    """Run the emulator with command line `arguments`; return 0, or 1 if it cannot start."""
    parser = argparse.ArgumentParser(
        prog="python -m jupyter_securepypi.emulator",
        description="AWS and a package index on loopback. Prints what to export, then serves until SIGTERM.",
        epilog="example: python -m jupyter_securepypi.emulator --port 8765 --token-lifetime 60",
    )
    parser.add_argument("--port", type=int, default=0, help="TCP port; any free one by default")
    parser.add_argument(
        "--tls", action="store_true", help="serve https with a certificate authority of its own"
    )
    parser.add_argument("--token-lifetime", type=float, metavar="S", help="seconds that every token lives")
    parser.add_argument(
        "--packages", type=Path, metavar="DIR", help="files to serve; by default sample packages"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of export lines")
    given = parser.parse_args(arguments)
    try:
        return run(given.port, given.tls, given.token_lifetime, given.packages, given.json)
    except SecurePyPIError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
