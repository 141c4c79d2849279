"""Dask: each host installs once with a token of its own, and workers have neither this package nor Jupyter."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import MARKER, mints
from distributed import Client
from hosts import Host, end, wait_for

from jupyter_securepypi.clusters import dask
from jupyter_securepypi.emulator import Emulator

pytestmark = pytest.mark.timeout(300)


class Cluster:
    """A scheduler on one host and workers on others, as processes."""

    def __init__(self, folder: Path, host: Host) -> None:
        self.folder, self.running = folder, []
        file = folder / "scheduler.json"
        self.log = folder / "cluster.log"
        words = ["--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0"]
        self.start(host, "scheduler", *words, "--scheduler-file", file)
        wait_for(file.exists)
        self.client = Client(scheduler_file=str(file), timeout=60)

    def start(self, host: Host, kind: str, *words: object) -> subprocess.Popen[bytes]:
        process = host.start(self.log, "-m", f"distributed.cli.dask_{kind}", *words)
        self.running.append(process)
        return process

    def workers(self, host: Host, count: int, *words: object) -> subprocess.Popen[bytes]:
        there = len(self.client.scheduler_info(n_workers=-1)["workers"])
        address = self.client.scheduler.address
        local = host.home / "dask"
        process = self.start(
            host, "worker", address, "--nworkers", count, "--nthreads", "1", "--local-directory", local, *words
        )
        self.client.wait_for_workers(there + count, timeout=120)
        return process

    def close(self) -> None:
        self.client.close()
        for process in self.running:
            end(process)


@pytest.fixture(scope="module")
def _hosts(make_hosts) -> list[Host]:
    return make_hosts(["desk", "left", "right"], "distributed", "bokeh")


@pytest.fixture
def hosts(_hosts: list[Host], index: Emulator) -> Iterator[list[Host]]:
    yield _hosts
    for host in _hosts:
        host.empty()


@pytest.fixture
def cluster(hosts: list[Host], tmp_path: Path) -> Iterator[Cluster]:
    one = Cluster(tmp_path, hosts[0])
    yield one
    one.close()
    print(one.log.read_text()[-6000:])


def test_first(cluster, hosts, index):
    cluster.workers(hosts[1], 2)
    cluster.workers(hosts[2], 2)
    before = mints(index)
    cluster.client.register_plugin(dask.SecurePipInstall(["app-features==1.0"]))
    assert mints(index) - before == 3
    def use(x):
        import app_features
        return app_features.double(x), app_features.version
    print(cluster.client.run(use, 3))
