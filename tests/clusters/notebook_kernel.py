"""A real kernel with the magic, and all that a notebook's front end gets of it."""

from __future__ import annotations

import json
import os

from jupyter_client.manager import KernelManager


class Kernel:
    """A kernel of this environment.

    Attributes:
        traffic: each message's content, as text.
    """

    def __init__(self) -> None:
        self.manager = KernelManager()
        self.manager.start_kernel(env=dict(os.environ))
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.traffic: list[str] = []
        self.run("%load_ext jupyter_securepypi")

    def run(self, code: str) -> list[str]:
        """Run a cell; return what it printed and showed, in plain text."""
        status, shown = self._execute(code)
        assert status["status"] == "ok", status
        return shown

    def fails(self, code: str) -> str:
        """Run a cell that fails; return what the notebook shows of the failure."""
        status, _ = self._execute(code)
        assert status["status"] == "error", status
        return "\n".join(status["traceback"])

    def _execute(self, code: str) -> tuple[dict, list[str]]:
        shown: list[str] = []

        def take(message: dict) -> None:
            content = message["content"]
            self.traffic.append(json.dumps(content, default=str))
            if message["msg_type"] in ("display_data", "update_display_data"):
                shown.append(content["data"].get("text/plain", ""))  # an emptied one has none
            elif message["msg_type"] == "stream":
                shown.append(content["text"])

        reply = self.client.execute_interactive(code, timeout=180, output_hook=take, allow_stdin=False)
        return reply["content"], shown

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
