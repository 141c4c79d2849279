"""Which modules a distribution holds, told by its list of files: nothing of it is imported."""

from __future__ import annotations

from importlib import metadata


def modules_of(distribution: metadata.Distribution) -> set[str]:
    """Return the names of its top-level modules; empty where it keeps no list of files."""
    modules = set()
    for path in distribution.files or []:
        first = path.parts[0]
        if path.suffix in (".py", ".so", ".pyd") and not first.endswith((".dist-info", ".egg-info")):
            modules.add(first.partition(".")[0])
    return modules
