"""Mistakes in the gate."""

from __future__ import annotations

from .mutation import Mutation

GATE = (
    Mutation(
        "age to the second",
        "core/gate/gate.py",
        "if age >= policy.minimum_age:",
        "if age > policy.minimum_age:",
        ("gate/test_bounds.py",),
    ),
    Mutation(
        "version after the last affected",
        "core/gate/advisories.py",
        '(kind == "last_affected" and version > limit)',
        '(kind == "last_affected" and version >= limit)',
        ("gate/test_bounds.py",),
    ),
    Mutation(
        "mildest of two scores",
        "core/gate/severity.py",
        "if max(known) >= limit)",
        "if min(known) >= limit)",
        ("gate/test_bounds.py",),
    ),
    Mutation(
        "unknown severity",
        "core/gate/gate.py",
        "return not advisory.severity or SEVERITIES.index",
        "return bool(advisory.severity) and SEVERITIES.index",
        ("gate/test_advisories.py::TestVulnerabilities::test_an_unknown_severity_counts_as_the_highest",),
    ),
    Mutation(
        "exempt name as it is spelled",
        "core/gate/policy.py",
        "fnmatchcase(normalized(name), pattern)",
        "fnmatchcase(name, pattern)",
        ("gate/test_bounds.py",),
    ),
)
