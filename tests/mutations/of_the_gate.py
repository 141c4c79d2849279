"""Mistakes in the gate."""

from __future__ import annotations

from .mutation import Mutation

_TESTS = ("gate/test_ages.py",)
_KNOWN = ("gate/test_advisories.py",)

GATE = (
    Mutation(
        "age to the second",
        "core/gate/gate.py",
        "if age >= policy.minimum_age:",
        "if age > policy.minimum_age:",
        _TESTS,
    ),
    Mutation(
        "version after the last affected",
        "core/gate/advisories.py",
        '(kind == "last_affected" and version > limit)',
        '(kind == "last_affected" and version >= limit)',
        _KNOWN,
    ),
    Mutation(
        "blocked preview version",
        "core/gate/policy.py",
        "wanted.contains(found, prereleases=True)",
        "wanted.contains(found)",
        _TESTS,
    ),
    Mutation(
        "unknown severity",
        "core/gate/gate.py",
        "return not advisory.severity or SEVERITIES.index",
        "return bool(advisory.severity) and SEVERITIES.index",
        _KNOWN,
    ),
    Mutation(
        "exempt name as it is spelled",
        "core/gate/policy.py",
        "fnmatchcase(normalized(name), pattern)",
        "fnmatchcase(name, pattern)",
        _TESTS,
    ),
)
