"""Dask: each host installs once with a token of its own, and workers have neither this package nor Jupyter."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import cloudpickle
import pytest
from cluster_hosts import Host, callers, mints, wait_for
from dask_cluster import Cluster

from jupyter_securepypi.clusters import dask
from jupyter_securepypi.core.errors import RequestRefused
from jupyter_securepypi.emulator import Emulator

pytestmark = pytest.mark.timeout(300)
cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers do not have this file


def has_none_of_ours() -> list[str]:
    """What a worker cannot import."""
    import importlib.util

    return [
        name for name in ("jupyter_securepypi", "IPython", "jupyter_core") if importlib.util.find_spec(name)
    ]


def version(import_it: bool = False) -> str:
    """The version of the package as it is imported, in the worker or in a process of its own."""
    if import_it:
        import app_features  # type: ignore[import-not-found]

        return str(app_features.version)
    command = [sys.executable, "-c", "import app_features, lib_core; print(app_features.version)"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def _hosts(make_hosts: Callable[..., list[Host]]) -> list[Host]:
    return make_hosts(["desk", "left", "right"], "distributed")


@pytest.fixture(scope="module")
def _cluster(_hosts: list[Host], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    one = Cluster(tmp_path_factory.mktemp("dask"), _hosts[0])
    one.workers(_hosts[1], 2)
    yield one
    one.close()


@pytest.fixture
def cluster(_cluster: Cluster, _hosts: list[Host], index: Emulator) -> Iterator[Cluster]:
    """A cluster with one host of workers, two with their nannies."""
    yield _cluster
    _cluster.forget()
    for host in _hosts:
        assert host.left_behind() == []
        host.empty()


def test_each_host_installs_once_and_as_itself(cluster: Cluster, _hosts: list[Host], index: Emulator) -> None:
    assert list(cluster.client.run(has_none_of_ours).values()) == [[], []]
    cluster.client.register_plugin(dask.SecurePipInstall(["app-features==1.0"]))
    assert sorted(callers(index)) == ["desk", "left"]
    assert [one.versions() for one in _hosts[:2]] == [{"app_features": "1.0", "lib_core": "1.2"}] * 2
    assert cluster.client.submit(lambda: version(), pure=False).result(60) == "1.0"


def test_a_host_that_joins_later_mints_for_itself(
    cluster: Cluster, _hosts: list[Host], index: Emulator
) -> None:
    cluster.client.register_plugin(dask.SecurePipInstall(["app-features==1.0"], scheduler=False))
    before = mints(index)
    with cluster.more_workers(_hosts[2], 2) as joined:
        assert list(cluster.client.run(version, workers=joined).values()) == ["1.0"] * 2
    assert callers(index)[before:] == ["right"]


def test_a_joining_worker_that_cannot_install_leaves_again(
    cluster: Cluster, _hosts: list[Host], index: Emulator
) -> None:
    cluster.client.register_plugin(dask.SecurePipInstall(["app-features==1.0"], scheduler=False))
    index.faults(deny=["codeartifact:GetAuthorizationToken"])
    process = cluster.start(_hosts[2], "worker", cluster.address, "--nthreads", "1")
    process.wait(120)
    said = cluster.log.read_text()
    assert f"({_hosts[2].prefix})" in said
    assert "AccessDenied" in said or "GetAuthorizationToken" in said
    assert len(cluster.addresses()) == 2


def test_only_the_worker_that_had_imported_the_old_one_is_restarted(
    cluster: Cluster, _hosts: list[Host]
) -> None:
    cluster.client.register_plugin(dask.SecurePipInstall(["app-features==1.0"], scheduler=False))
    first, second = cluster.addresses()
    cluster.client.run(version, import_it=True, workers=[first])
    before = cluster.client.run(os.getpid)
    cluster.client.register_plugin(dask.SecurePipInstall(["app-features==2.0"], scheduler=False))
    after = cluster.client.run(os.getpid)
    assert after[second] == before[second]
    assert len(after) == 2 and before[first] not in after.values()
    assert list(cluster.client.run(version, import_it=True).values()) == ["2.0"] * 2
    # A host that joins installs both in their order.
    with cluster.more_workers(_hosts[2], 1) as joined:
        assert list(cluster.client.run(version, workers=joined).values()) == ["2.0"]
    # And back: what was there before does not count.
    cluster.client.register_plugin(dask.SecurePipInstall(["app-features==1.0"], scheduler=False))
    assert list(cluster.client.run(version, import_it=True).values()) == ["1.0"] * 2


def test_a_failure_names_host_package_and_reason(cluster: Cluster, _hosts: list[Host], index: Emulator) -> None:
    plugin = dask.SecurePipInstall(["broken-app"], scheduler=False)
    with pytest.raises(RuntimeError) as caught:
        cluster.client.register_plugin(plugin)
    first, why, remedy = str(caught.value).splitlines()
    assert str(_hosts[1].prefix) in first and "lib-missing" in str(caught.value)
    assert why.startswith("  why ") and remedy.startswith("  try ")
    # Both workers asked: the second took the answer of the first, whose token was renewed once.
    assert mints(index) == 2
    # A worker that joins is not asked for what cannot be.
    with cluster.more_workers(_hosts[2], 1):
        assert mints(index) == 2


def test_a_token_that_expires_in_the_middle_is_replaced(
    cluster: Cluster, _hosts: list[Host], index: Emulator
) -> None:
    index.faults(token_lifetime=0.5)
    index.faults(slow=1.5, operations=["index:*"])
    done = threading.Event()

    def recover() -> None:
        wait_for(lambda: mints(index) or done.is_set())
        index.faults(token_lifetime=None)
        wait_for(lambda: mints(index) > 1 or done.is_set())
        index.faults(slow=None)

    watch = threading.Thread(target=recover)
    watch.start()
    try:
        cluster.client.register_plugin(dask.SecurePipInstall(["app-features==1.0"], scheduler=False))
    finally:
        done.set()
        watch.join()
    assert callers(index) == ["left", "left"]
    assert list(cluster.client.run(version).values()) == ["1.0"] * 2


def test_a_worker_that_is_killed_in_the_middle_comes_back_with_everything(
    cluster: Cluster, _hosts: list[Host], index: Emulator
) -> None:
    numbers = cluster.client.run(os.getpid)
    index.faults(slow=1.5, operations=["index:*"])
    failed: list[BaseException] = []

    def register() -> None:
        try:
            cluster.client.register_plugin(dask.SecurePipInstall(["app-features==1.0"], scheduler=False))
        except Exception as error:  # noqa: BLE001 shown below
            failed.append(error)

    thread = threading.Thread(target=register)
    thread.start()
    wait_for(lambda: index.calls()["counts"].get("index:GET"))
    for number in numbers.values():  # whichever of them had started the install
        os.kill(number, 9)
    thread.join(120)
    assert not failed
    index.faults(slow=None)
    wait_for(
        lambda: (
            len(cluster.addresses()) == 2
            and not set(cluster.client.run(os.getpid).values()) & {*numbers.values()}
        )
    )
    assert list(cluster.client.run(version).values()) == ["1.0"] * 2
    assert callers(index) == ["left"]


def test_a_requirements_file_and_a_lock_are_read_once(
    cluster: Cluster, _hosts: list[Host], index: Emulator, tmp_path: Path
) -> None:
    [wheel] = index.packages_dir.glob("app_features-1.0-*")
    lock = tmp_path / "pylock.toml"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock.write_text(
        'lock-version = "1.0"\ncreated-by = "a test"\n[[packages]]\nname = "app-features"\nversion = "1.0"\n'
        f'wheels = [{{ name = "{wheel.name}", url = "{index.index_url}{wheel.name}", '
        f'hashes = {{ sha256 = "{digest}" }} }}]\n'
    )
    plugin = dask.SecurePipInstall(lock=lock, scheduler=False)
    lock.write_text("damaged")
    cluster.client.register_plugin(plugin)
    assert _hosts[1].versions() == {"app_features": "1.0"}
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("lib-core\n")
    plugin = dask.SecurePipInstall(requirements=requirements, scheduler=False)
    requirements.write_text("--index-url https://elsewhere.example/simple\n")
    cluster.client.register_plugin(plugin)
    assert _hosts[1].versions() == {"app_features": "1.0", "lib_core": "1.2"}


def test_the_gate_holds_on_hosts(cluster: Cluster, index: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECURE_PYPI_BLOCKED", json.dumps({"lib-core": "recalled in March"}))
    with pytest.raises(RuntimeError, match="recalled in March"):
        cluster.client.register_plugin(dask.SecurePipInstall(["app-features"], scheduler=False))


@pytest.mark.parametrize(
    "words",
    [["--index-url", "https://elsewhere.example", "x"], ["git+https://a.example/b"], ["--dry-run", "x"], []],
)
def test_what_goes_around_the_index_or_cannot_be_is_refused_here(index: Emulator, words: list[str]) -> None:
    with pytest.raises(RequestRefused):
        dask.SecurePipInstall(words)
    assert mints(index) == 0
