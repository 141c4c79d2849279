"""The checks of kernel specifications: a variable in one beats every file that we write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from ..clients.rehearsal import rehearse
from ..core.check import Check
from ..core.environment import PythonEnvironment
from ..core.finding import Fix
from ..kernels.specs import all_specs, is_writable, redirecting, without_redirection


def specifications(environments: Iterable[PythonEnvironment]) -> list[Check]:
    """Return a check for each kernel whose specification has variables that lead past the secure index."""
    kernels = {kernel.name for kernel in environments}
    entries = all_specs() if kernels else {}
    return [
        _check(name, entry.get("spec") or {}, Path(str(entry.get("resource_dir", "")), "kernel.json"))
        for name, entry in sorted(entries.items())
        if name in kernels and redirecting(entry.get("spec") or {})
    ]


def _check(name: str, spec: Mapping[str, Any], path: Path) -> Check:
    names = ", ".join(redirecting(spec))

    def apply() -> list[str]:
        written = without_redirection(spec, path)
        return [f"took {names} out of {written}"] if written else []

    fix = (
        Fix(
            f"take {names} out of {path}; `restore` undoes it",
            apply,
            ours=False,
            changes=partial(rehearse, apply),
        )
        if is_writable(path)
        else None
    )
    message = f"{path} sets {names}, which beats every file of pip and uv"
    return Check.failed(f"specification of {name}", message, f"take {names} out of its `env`", fix)
