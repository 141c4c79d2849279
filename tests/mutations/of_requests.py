"""Mistakes in what reads a request, and refuses it."""

from __future__ import annotations

from .mutation import Mutation

_TESTS = ("core/test_request_bounds.py", "core/test_requirements.py")

REQUESTS = (
    Mutation(
        "ambiguous option",
        "core/requests/options.py",
        "    if len(options) > 1:\n",
        "    if len(options) > 2:\n",
        _TESTS,
    ),
    Mutation(
        "empty variable",
        "core/requests/lines.py",
        "        if value:\n            line = line.replace(",
        "        if value is not None:\n            line = line.replace(",
        _TESTS,
    ),
    Mutation(
        "spelling of a build's switch",
        "core/requests/build_options.py",
        '_PACKAGES.startswith(value.replace("_", "-"))',
        "_PACKAGES.startswith(value)",
        _TESTS,
    ),
    Mutation(
        "fifty-first file",
        "core/requests/reader.py",
        "if len(stack) >= _DEEPEST:",
        "if len(stack) > _DEEPEST:",
        _TESTS,
    ),
    Mutation(
        "lock without some hashes",
        "core/requests/lock.py",
        "not all(digests)",
        "not any(digests)",
        ("core/test_request_bounds.py",),
    ),
)
