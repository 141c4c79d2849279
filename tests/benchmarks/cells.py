"""A real kernel without a server, whose cells are timed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager


class Cells:
    """Runs cells and returns what they took."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def run(self, code: str, *, timeout: float = 300.0) -> str:
        """Run a cell and return what it printed.

        Raises:
            RuntimeError: it raised; the end of its output is quoted.
        """
        said: list[str] = []

        def keep(message: dict[str, Any]) -> None:
            content = message["content"]
            said.append(content.get("text") or content.get("evalue") or "")

        reply = self._client.execute_interactive(code, timeout=timeout, output_hook=keep)
        if reply["content"]["status"] != "ok":
            raise RuntimeError(f"{code!r} raised {reply['content']['ename']}: {''.join(said)[-1500:]}")
        return "".join(said)

    def seconds(self, code: str) -> float:
        """Run a cell and return its seconds, until the kernel is idle again."""
        started = time.perf_counter()
        self.run(code)
        return time.perf_counter() - started


@contextmanager
def kernel(prefix: Path, environ: dict[str, str]) -> Iterator[Cells]:
    """Start a kernel of the environment at `prefix` with these variables, and end it."""
    specs = Path(environ["HOME"], "specs")
    (specs / "bench").mkdir(parents=True)
    python = prefix / "bin/python"
    spec = {
        "argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "bench",
    }
    (specs / "bench/kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    manager = KernelManager(
        kernel_name="bench",
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(specs)], ensure_native_kernel=False),
        connection_file=str(specs / "connection.json"),
    )
    environ = {**environ, "PATH": f"{python.parent}:{environ['PATH']}"}
    manager.start_kernel(env=environ, cwd=environ["HOME"])
    client = manager.blocking_client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        yield Cells(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
