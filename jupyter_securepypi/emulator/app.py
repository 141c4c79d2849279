"""The emulator in the foreground: print the variables to export, then serve until a signal to stop."""

from __future__ import annotations

import json
import shlex
import signal
import threading
from types import FrameType

from .emulator import Emulator


def run(emulator: Emulator | None = None, *, as_json: bool = False) -> int:
    """Start `emulator`, or one with the default options, serve until SIGTERM or SIGINT, and return 0.

    The variables to export are printed first: one ``export NAME=value`` per line, or one JSON object.

    Raises:
        ConfigurationError: the port is not available, or libraries are missing.
    """
    stopped = threading.Event()

    def stop(_signum: int, _frame: FrameType | None) -> None:
        stopped.set()

    # Before anything is printed: the reader of the variables may stop us at once.
    previous = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with emulator or Emulator() as running:
            variables = running.environment()
            if as_json:
                print(json.dumps(variables), flush=True)
            else:
                lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
                print("\n".join(lines), flush=True)
            stopped.wait()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return 0
