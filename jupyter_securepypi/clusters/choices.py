"""What can be chosen of clusters, in a file that imports nothing: help and completion read it."""

from __future__ import annotations

ENGINES = ("dask", "ray")
"""What a cluster may be made with: the values of ``--on``."""
