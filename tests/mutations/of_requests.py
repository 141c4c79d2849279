"""Mistakes in what reads a request, and refuses it."""

from __future__ import annotations

from .mutation import Mutation

_TESTS = ("core/test_requirements.py",)

REQUESTS = (
    Mutation(
        "ambiguous option",
        "core/requests/options.py",
        "    if len(options) > 1:\n",
        "    if len(options) > 2:\n",
        ("core/test_requirements.py", "fuzz/test_requirement_scanning.py"),
    ),
    Mutation(
        "empty variable",
        "core/requests/lines.py",
        "        if value:\n            line = line.replace(",
        "        if value is not None:\n            line = line.replace(",
        ("core/test_requirements.py", "fuzz/test_requirement_scanning.py"),
    ),
    Mutation(
        "spelling of a build's switch",
        "core/requests/build_options.py",
        '_PACKAGES.startswith(value.replace("_", "-"))',
        "_PACKAGES.startswith(value)",
        _TESTS,
    ),
    Mutation(
        "variables of pip in lower case",
        "core/requests/reader.py",
        're.match("PIP_|UV_", name, re.I)',
        're.match("PIP_|UV_", name)',
        (
            "core/test_requirements.py",
            "attacks/test_one_reading.py::test_a_variable_that_only_the_check_would_see",
        ),
    ),
    Mutation(
        "lock without some hashes",
        "core/requests/lock.py",
        "not all(digests)",
        "not any(digests)",
        ("engines/test_packages.py::test_a_lock_file_that_leads_elsewhere_is_refused",),
    ),
)
