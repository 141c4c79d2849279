"""Many Dask workers at once, asked from a notebook: one install a host, one table, and no token anywhere."""

from __future__ import annotations

import os
import re
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cloudpickle
import pytest
from cluster_hosts import MARKER, Host, callers
from dask_cluster import Cluster
from notebook_kernel import Kernel

from jupyter_securepypi.clusters.host.dask_plugins import NAME
from jupyter_securepypi.demo.leaks import ProcessWatch, files_with, texts_with
from jupyter_securepypi.emulator import Emulator

pytestmark = pytest.mark.timeout(400)
cloudpickle.register_pickle_by_value(sys.modules[__name__])
# By day three on each of two hosts, which would install three times; at night sixteen, on more hosts.
HOSTS, WORKERS = (4, 16) if os.environ.get("SECUREPYPI_NIGHTLY") else (2, 6)
PAGES = [
    *("status", "workers", "metrics", "json/counts.json"),
    *("info/main/workers.html", "info/main/logs.html", "info/main/exceptions.html"),
]


@pytest.fixture
def hosts(make_hosts: Callable[..., list[Host]]) -> Iterator[list[Host]]:
    found = make_hosts(["boss", *(f"host{n}" for n in range(HOSTS))], "distributed", "bokeh")
    yield found
    for host in found:
        assert host.left_behind() == []


def everything(dask_scheduler: Any) -> str:
    """All that the scheduler holds, in text."""
    parts = [vars(dask_scheduler), dask_scheduler.get_events(), dask_scheduler.worker_plugins]
    return repr([*parts, *(getattr(one, "__dict__", one) for one in dask_scheduler.plugins.values())])


def inside(dask_worker: Any) -> str:
    """All that a worker holds of the plugin, its environment and its arguments."""
    return repr([vars(dask_worker.plugins[NAME]), vars(dask_worker), dict(os.environ), sys.argv])


def test_many_workers_from_a_notebook(
    hosts: list[Host], index: Emulator, tmp_path: Path, kernel: Kernel
) -> None:
    cluster = Cluster(tmp_path, hosts[0], "--dashboard-address", "127.0.0.1:0")
    try:
        for host in hosts[1:]:
            cluster.workers(host, WORKERS // HOSTS)
        assert len(cluster.addresses()) == WORKERS
        with ProcessWatch(MARKER) as watch:
            kernel.run(f"from distributed import Client; client = Client({cluster.address!r})")
            shown = kernel.run("%secure_pip install --on dask app-features==1.0")
        # The scheduler's host and the workers': one token and one install each.
        assert sorted(callers(index)) == sorted(host.prefix.name for host in hosts)
        fetched = [
            str(one) for one in index.calls()["calls"] if "app_features-1.0-py3-none-any.whl'" in str(one)
        ]
        assert len(fetched) == HOSTS + 1, fetched
        assert all(host.versions() == {"app_features": "1.0", "lib_core": "1.2"} for host in hosts)
        [table] = [text for text in shown if text.startswith("package ")]
        assert re.search(r"^app-features +1\.0 +secure index +[0-9a-f]{12} +all$", table, re.M), table
        assert f"On {HOSTS + 1} hosts, all from" in table
        assert any(text.startswith("tcp://") for text in shown), shown  # what hosts did meanwhile

        failed = kernel.fails("%secure_pip install --on dask broken-app")
        assert "lib-missing" in failed and str(hosts[0].prefix) in failed and "  try " in failed

        port = cluster.client.scheduler_info(n_workers=-1)["services"]["dashboard"]
        texts = {
            "scheduler": cluster.client.run_on_scheduler(everything),
            "notebook": "\n".join(kernel.traffic),
        }
        texts |= {f"worker {name}": text for name, text in cluster.client.run(inside).items()}
        for page in PAGES:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{page}") as answer:
                texts[page] = answer.read().decode()
        texts["log"] = cluster.log.read_text()
        assert (
            "app-features" in texts["scheduler"] and NAME in texts["log"]
        )  # it was looked at the right places
        assert texts_with(MARKER, texts) == []
        assert watch.samples > 100 and watch.hits == set()
        assert [files_with(MARKER, host.home, allowed=[]) for host in hosts] == [[]] * len(hosts)
    finally:
        cluster.close()


def test_an_unconnected_notebook_is_told_what_to_do(index: Emulator, kernel: Kernel) -> None:
    assert "make one first: `client = Client(address)`" in kernel.fails(
        "%secure_pip install --on dask lib-core"
    )
    assert "connect first: `ray.init(address)`" in kernel.fails("%secure_pip install --on ray lib-core")
    assert "one of dask, ray" in kernel.fails("%secure_pip install --on spark lib-core")
    loaded = kernel.run("import sys; print([m for m in ('boto3',) if m in sys.modules])")
    assert loaded == ["[]\n"]
