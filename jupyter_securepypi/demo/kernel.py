"""Run cells in a kernel of a server, as a notebook does, and keep their outputs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient

from ..core.errors import SecurePyPIError
from .sandbox import KERNEL, Sandbox


class Kernel:
    """A kernel that the sandbox's server started; `outputs` holds a notebook output per message."""

    def __init__(self, sandbox: Sandbox, *, timeout: float = 60.0) -> None:
        started = sandbox.post("api/kernels", {"name": KERNEL})
        connection = Path(sandbox.runtime, f"kernel-{started['id']}.json")
        self.outputs: list[dict[str, Any]] = []
        self._client = BlockingKernelClient(connection_file=str(connection))
        self._client.load_connection_file()
        self._client.start_channels()
        deadline = time.monotonic() + timeout
        while True:
            try:
                self._client.wait_for_ready(timeout=max(1.0, deadline - time.monotonic()))
                return
            except RuntimeError:
                # It takes a late first heartbeat, on a busy machine, for a death.
                if time.monotonic() > deadline:
                    raise

    def run(self, code: str, *, timeout: float = 120.0) -> str:
        """Run a cell and return what it showed, as text.

        Raises:
            SecurePyPIError: if the cell raised; `why` is what it showed.
        """
        seen: list[dict[str, Any]] = []

        def keep(message: dict[str, Any]) -> None:
            if message["msg_type"] != "status":
                seen.append({"type": message["msg_type"], **message["content"]})

        reply = self._client.execute_interactive(code, timeout=timeout, output_hook=keep, store_history=True)
        self.outputs += seen
        text = "\n".join(filter(None, map(_text, seen)))
        if reply["content"]["status"] != "ok":
            raise SecurePyPIError(f"The cell raised {reply['content']['ename']}.", why=text)
        return text

    def close(self) -> None:
        """Close the channels; the kernel itself ends with its server."""
        self._client.stop_channels()


def _text(output: dict[str, Any]) -> str:
    if output["type"] == "stream":
        return str(output["text"])
    if output["type"] == "error":
        return "\n".join([output["ename"], output["evalue"], *output["traceback"]])
    return str(output.get("data", {}).get("text/plain", ""))
