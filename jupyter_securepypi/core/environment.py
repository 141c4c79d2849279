"""A Python environment that packages are installed into: a kernel's, or this process's."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Mapping, Optional


@dataclass(frozen=True)
class PythonEnvironment:
    """Where one kernel installs packages.

    Attributes:
        name: name of the kernel specification.
        display_name: its name for people.
        kind: ``python`` (with a prefix), ``not_python``, ``remote`` or ``unresolved``.
        prefix: its ``sys.prefix``, or None.
        reason: how the prefix was found, or why there is none and what to do.
        environ: the environment variables that the kernel would see.
    """

    name: str
    display_name: str
    kind: str
    prefix: Optional[Path]
    reason: str
    environ: Mapping[str, str] = field(repr=False)
