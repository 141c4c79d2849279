"""Ray: each node installs once with a token of its own, and the runtime environment does not know of tokens."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import ray
from cluster_hosts import MARKER, Host, callers, mints, wait_for

from jupyter_securepypi.clusters import ray as secure_ray
from jupyter_securepypi.clusters.install import install_on
from jupyter_securepypi.clusters.report import rows
from jupyter_securepypi.config import load_options
from jupyter_securepypi.core.errors import ConfigurationError, SecurePyPIError
from jupyter_securepypi.demo.leaks import ProcessWatch, files_with
from jupyter_securepypi.emulator import Emulator

pytestmark = pytest.mark.timeout(600)
_HERE = "127.0.0.1"


@pytest.fixture(scope="module")
def nodes(make_hosts: Callable[..., list[Host]]) -> Iterator[tuple[str, list[Host], Path]]:
    """A Ray cluster of two nodes, each with a Python of its own; its address, the hosts, its folder."""
    hosts = make_hosts(["raleft", "raright"], "ray")
    folder = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))  # the paths of its sockets must be short
    log = folder / "start.log"
    # A node may take its time where many tests run.
    quiet = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_raylet_start_wait_time_s": "140"}
    start = ("-m", "ray.scripts.scripts", "start", "--node-ip-address", _HERE, "--num-cpus", "2")
    place = ("--head", "--port", "0", "--include-dashboard=false", "--temp-dir", folder / "s")
    try:
        assert hosts[0].start(log, *start, *place, **quiet).wait(170) == 0, log.read_text()
        address = (folder / "s/ray_current_cluster").read_text().strip()
        assert hosts[1].start(log, *start, "--address", address, **quiet).wait(170) == 0, log.read_text()
        yield address, hosts, folder
    finally:
        for process in psutil.process_iter():
            try:
                words = " ".join([process.name(), *process.cmdline(), process.environ().get("HOME", "")])
                if str(folder) in words or any(str(host.home) in words for host in hosts):
                    process.kill()
            except psutil.Error:
                continue
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def hosts(
    nodes: tuple[str, list[Host], Path], index: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[Host]]:
    # Ray adds the folder of the driver's program to the path of workers, and this checkout must not be there.
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "driver.py")])
    monkeypatch.chdir(tmp_path)
    yield nodes[1]
    wait_for(lambda: all(host.left_behind() == [] for host in nodes[1]), 30)
    for host in nodes[1]:
        host.empty()


@contextmanager
def connected(nodes: tuple[str, list[Host], Path], runtime_env: dict[str, Any] | None = None) -> Iterator[None]:
    ray.init(
        nodes[0],
        runtime_env=runtime_env,
        _node_ip_address=_HERE,
        log_to_driver=False,
        logging_level=logging.ERROR,
    )
    try:
        yield
    finally:
        ray.shutdown()


def tasks() -> Any:
    """A task that says what the package doubles, which node it ran on, by which process, and whether we are there."""

    def task(number: int) -> tuple[int, str, int, bool]:
        import importlib.util
        import os
        import sys
        import time

        import app_features  # type: ignore[import-not-found]

        time.sleep(0.5)  # so that one process does not do them all
        ours = bool(importlib.util.find_spec("jupyter_securepypi"))
        return app_features.double(number), sys.prefix, os.getpid(), ours

    return ray.remote(num_cpus=1)(task)


def test_it_does_not_depend_on_any_token(index: Emulator) -> None:
    def pickled() -> bytes:
        env = secure_ray.secure_runtime_env(["app-features"])
        return bytes(ray.cloudpickle.dumps(env["worker_process_setup_hook"]))

    first = pickled()
    from jupyter_securepypi.clients.publish import refresh

    refresh(load_options())
    refresh(load_options())
    assert mints(index) == 2
    assert pickled() == first
    assert MARKER.encode() not in first


@pytest.mark.parametrize(
    "field",
    ["pip", "uv", "conda", "py_executable", "image_uri", "container", "worker_process_setup_hook"],
)
def test_what_brings_packages_or_another_python_is_refused(index: Emulator, field: str) -> None:
    with pytest.raises(ConfigurationError, match=f"cannot have {field}"):
        secure_ray.secure_runtime_env(["app-features"], **{field: "x"})


def test_a_wheel_among_modules_is_refused(index: Emulator) -> None:
    with pytest.raises(ConfigurationError, match="cannot have a wheel in py_modules"):
        secure_ray.secure_runtime_env(
            ["app-features"], py_modules=["a", "s3://bucket.example/x-1.0-py3-none-any.whl"]
        )


def test_other_fields_of_ray_are_passed_on(index: Emulator) -> None:
    env = secure_ray.secure_runtime_env(["app-features"], env_vars={"A": "b"})
    assert env["env_vars"] == {"A": "b"}


def test_each_node_installs_once_whatever_becomes_of_processes_and_tokens(
    nodes: tuple[str, list[Host], Path], hosts: list[Host], index: Emulator
) -> None:
    with (
        ProcessWatch(MARKER) as watch,
        connected(nodes, secure_ray.secure_runtime_env(["app-features==1.0"])),
    ):
        done = ray.get([tasks().remote(number) for number in range(8)], timeout=180)
        assert [one[0] for one in done] == [2 * number for number in range(8)]
        assert {one[1] for one in done} == {str(host.prefix) for host in hosts}
        assert not any(one[3] for one in done)
        assert sorted(callers(index)) == ["raleft", "raright"]
        # Hours later, in new processes: no token is valid any more, and none is needed.
        index.faults(expired_credentials=True)
        for number in {one[2] for one in done}:
            os.kill(number, 9)
        again = ray.get([tasks().remote(number) for number in range(4)], timeout=180)
        assert not {one[2] for one in again} & {one[2] for one in done}
        assert mints(index) == 2
        assert MARKER not in str(ray.get_runtime_context().runtime_env)
    assert watch.samples > 100 and watch.hits == set()
    for folder in (nodes[2], *(host.home for host in hosts)):
        assert files_with(MARKER, folder, allowed=[]) == []


def test_a_failure_names_node_package_and_reason(
    nodes: tuple[str, list[Host], Path], hosts: list[Host], index: Emulator
) -> None:
    with connected(nodes, secure_ray.secure_runtime_env(["broken-app"])):
        with pytest.raises(ray.exceptions.RayError):
            ray.get(tasks().options(max_retries=0).remote(1), timeout=180)
        logs = nodes[2] / "s/session_latest/logs"

        def telling() -> list[str]:
            texts = [path.read_text(errors="replace") for path in logs.glob("*") if path.is_file()]
            return [text for text in texts if "lib-missing" in text]

        said = wait_for(telling)
        assert any(str(host.prefix) in text for text in said for host in hosts)
        assert MARKER not in "".join(said)


def test_a_connected_notebook_installs_on_every_node(
    nodes: tuple[str, list[Host], Path], hosts: list[Host], index: Emulator
) -> None:
    heard: list[tuple[str, str]] = []
    with connected(nodes):
        reports = install_on(
            "ray", load_options(), ["app-features==1.0"], on_line=lambda node, line: heard.append((node, line))
        )
        assert sorted(callers(index)) == ["raleft", "raright"]
        assert {one.prefix for one in reports} == {str(host.prefix) for host in hosts}
        assert sorted(row[:2] for row in rows(reports)) == [("app-features", "1.0"), ("lib-core", "1.2")]
        assert {row[4] for row in rows(reports)} == {"all"}
        assert len({node for node, line in heard if "app-features" in line}) == 2
        assert len(ray.get([tasks().remote(number) for number in range(4)], timeout=180)) == 4
        upgraded = install_on("ray", load_options(), ["app-features==2.0"])
        assert {one.stale for one in upgraded} == {("app-features",)}
        with pytest.raises(SecurePyPIError) as caught:
            install_on("ray", load_options(), ["broken-app"])
    assert "On 2 of 2 hosts" in caught.value.message and "lib-missing" in str(caught.value)
    assert all(str(host.prefix) in caught.value.message for host in hosts)
