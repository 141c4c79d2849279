"""A Dask cluster whose scheduler and workers are processes of hosts."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cluster_hosts import Host, end, wait_for
from distributed import Client

from jupyter_securepypi.clusters.host.dask_plugins import NAME


class Cluster:
    """A scheduler on a host, and a client in this process.

    Attributes:
        client: the client.
        log: what all processes print.
    """

    def __init__(self, folder: Path, host: Host, *words: str) -> None:
        self.running: list[subprocess.Popen[bytes]] = []
        self.log = folder / "cluster.log"
        file = folder / "scheduler.json"
        place = ["--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file)]
        dashboard = words or ("--no-dashboard",)
        self.start(host, "scheduler", *place, *dashboard)
        wait_for(file.exists)
        self.client = Client(scheduler_file=str(file), timeout=60)
        self.address = self.client.scheduler.address

    def start(self, host: Host, kind: str, *words: object) -> subprocess.Popen[bytes]:
        process = host.start(self.log, "-m", f"distributed.cli.dask_{kind}", *words)
        self.running.append(process)
        return process

    def workers(self, host: Host, count: int) -> tuple[subprocess.Popen[bytes], list[str]]:
        """Start workers with nannies, wait for them, and return their process and addresses."""
        before = self.addresses()
        local = ["--local-directory", host.home / "dask", "--no-dashboard", "--host", "127.0.0.1"]
        process = self.start(host, "worker", self.address, "--nworkers", count, "--nthreads", 1, *local)
        self.client.wait_for_workers(len(before) + count, timeout=120)
        return process, [one for one in self.addresses() if one not in before]

    @contextmanager
    def more_workers(self, host: Host, count: int) -> Iterator[list[str]]:
        """Have workers on another host for a while; the block gets their addresses."""
        there = len(self.addresses())
        process, joined = self.workers(host, count)
        try:
            yield joined
        finally:
            end(process)
            wait_for(lambda: len(self.addresses()) == there)

    def addresses(self) -> list[str]:
        return sorted(self.client.scheduler_info(n_workers=-1)["workers"])

    def forget(self) -> None:
        """Unregister what tests have registered."""
        if self.client.run_on_scheduler(lambda dask_scheduler: NAME in dask_scheduler.worker_plugins):
            self.client.unregister_worker_plugin(NAME)

    def close(self) -> None:
        self.client.close()
        for process in self.running:
            end(process)
