"""The environment of this very process, looked at as a kernel's."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class ThisKernel:
    """This process: what a notebook's own `pip` would run in."""

    name: str = "this one"
    prefix: Path | None = field(default_factory=lambda: Path(sys.prefix))
    reason: str = "it asks itself"
    kind: str = "python"
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)
