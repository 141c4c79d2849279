"""``python -m jupyter_securepypi.emulator``: the same as ``jupyter securepypi emulator``."""

from __future__ import annotations

import argparse
import sys

from ..core.errors import SecurePyPIError
from .arguments import add_arguments, run


def main(arguments: list[str] | None = None) -> int:
    """Run the emulator with command line `arguments`; return 0, or 1 if it cannot start."""
    parser = argparse.ArgumentParser(
        prog="python -m jupyter_securepypi.emulator",
        description="AWS and a package index on loopback. Prints what to export, then serves until SIGTERM.",
        epilog="example: python -m jupyter_securepypi.emulator --port 8765 --token-lifetime 60",
    )
    add_arguments(parser)
    try:
        return run(parser.parse_args(arguments))
    except SecurePyPIError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
