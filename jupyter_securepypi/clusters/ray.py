"""Packages from the secure index for a Ray cluster: each node installs once, with a token of its own.

    from jupyter_securepypi.clusters import ray as secure_ray
    ray.init(address, runtime_env=secure_ray.secure_runtime_env(["acme-features"]))

The seam is Ray's ``worker_process_setup_hook``, which is a field of a job's runtime environment (Ray 2.60.0,
_private/runtime_env/setup_hook.py): every worker process of the job calls it before its first task. What it holds does
not depend on any token, so nothing is built again when tokens change.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import ray
import ray.cloudpickle
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from ..config import SecurePyPI
from ..core.errors import ConfigurationError, SecurePyPIError
from . import host
from .host.ray_tasks import Lines, on_node, setup_hook
from .payload import payload_of
from .report import HostReport, host_reports, raise_failures

ray.cloudpickle.register_pickle_by_value(host)
_TAKEN = {
    *("pip", "uv", "conda"),  # install
    *("py_executable", "image_uri", "container"),  # another Python, which may be of any origin
    "worker_process_setup_hook",
}
_LOOK = 0.3  # seconds between two looks at what nodes say


def secure_runtime_env(
    packages: str | Sequence[str] = (),
    *,
    requirements: str | os.PathLike[str] | None = None,
    lock: str | os.PathLike[str] | None = None,
    **others: Any,
) -> dict[str, Any]:
    """Return a runtime environment for ``ray.init``: worker processes have `packages` before their first task.

    Args:
        packages: the words after ``pip install``.
        requirements: a requirements file; it is read here and now.
        lock: a lock file, ``pylock.toml``; the same.
        others: further fields of Ray's, like ``working_dir``.

    Raises:
        ConfigurationError: a field of `others` would install packages, too, has workers run with another Python, or is
            the one that this needs.
        SecurePyPIError: as for `payload_of`.
    """
    taken = sorted(_TAKEN & set(others))
    if any(str(one).endswith(".whl") for one in others.get("py_modules") or ()):
        taken.append("a wheel in py_modules")  # for which Ray calls pip
    if taken:
        raise ConfigurationError(
            f"A secure runtime environment cannot have {', '.join(taken)}.",
            why="Ray would install from elsewhere, run workers with another Python, or not call what installs from the "
            "secure index",
            remedy="leave it out, and give all packages to secure_runtime_env()",
        )
    payload = payload_of(packages, requirements=requirements, lock=lock)
    return {**others, "worker_process_setup_hook": setup_hook(payload)}


def install(
    options: SecurePyPI,
    arguments: Sequence[str],
    lines: str | None = None,
    on_line: Callable[[str, str], None] = lambda node, line: None,
) -> list[HostReport]:
    """Install on each node of the cluster that this process is connected to; return what became of each.

    Nodes that join later do not have it: that takes `secure_runtime_env`, which Ray accepts in ``ray.init`` only.

    Args:
        options: the options in force.
        arguments: the words after ``pip install``.
        lines: further requirements, one a line.
        on_line: is called with a node's name and each line that pip prints there.

    Raises:
        ConfigurationError: this process is connected to no cluster.
        SecurePyPIError: it failed, here or on a node.
    """
    payload = payload_of(arguments, lines=lines, options=options)
    if not ray.is_initialized():
        raise ConfigurationError(
            "This notebook is connected to no Ray cluster.",
            why="ray.init() was not called",
            remedy="connect first: `ray.init(address)`",
        )
    said: Any = cast("Any", ray.remote(num_cpus=0)(Lines)).remote()
    carried = ray.put(payload)
    # A process of its own each: what it has imported must not decide, and it is gone afterwards.
    task = cast("Any", ray.remote(num_cpus=0, max_calls=1, max_retries=0)(on_node))
    waiting = []
    for node in ray.nodes():
        if node["Alive"]:
            strategy = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
            name = f"{node['NodeManagerHostname']} {node['NodeID'][:6]}"
            waiting.append(task.options(scheduling_strategy=strategy).remote(carried, name, said))
    outcomes = []
    try:
        while waiting:
            done, waiting = ray.wait(waiting, timeout=_LOOK)
            outcomes += [_outcome(one) for one in done]
            for node, line in ray.get(said.take.remote()):
                on_line(node, line)
    finally:
        ray.kill(said)
    reports = host_reports(outcomes)
    raise_failures(reports)
    return [replace(one, stale=_replaced(one)) for one in reports]


def _outcome(task: Any) -> dict[str, Any]:
    try:
        found: dict[str, Any] = ray.get(task)
        return found
    except ray.exceptions.RayError as error:
        raise SecurePyPIError(
            "A node of the Ray cluster ended before it had installed.",
            why=str(error).partition("\n")[0],
            remedy="see whether the node is alive with `ray status`, then try again",
        ) from None


def _replaced(report: HostReport) -> tuple[str, ...]:
    """Return what other processes of the node may have imported before it changed: Ray does not say what they have."""
    return tuple(one.name for one in report.packages if one.previous) if report.seconds else ()
