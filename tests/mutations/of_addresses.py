"""Mistakes in the rule for addresses."""

from __future__ import annotations

from .mutation import Mutation

_FILE = "core/address.py"
_TESTS = ("core/test_address.py",)

ADDRESSES = (
    Mutation(
        "path that only begins alike",
        _FILE,
        'here.path.startswith(f"{ours.path}/")',
        "here.path.startswith(ours.path)",
        _TESTS,
    ),
    Mutation("dots encoded three times", _FILE, 'r"%(?:25)*(?:2e', 'r"%(?:25)?(?:2e', _TESTS),
    Mutation(
        "dots with a parameter",
        _FILE,
        'any(part.partition(";")[0] in (".", "..") for part',
        'any(part in (".", "..") for part',
        _TESTS,
    ),
    Mutation(
        "password with an at sign",
        _FILE,
        'split._replace(netloc=split.netloc.rpartition("@")[2])',
        'split._replace(netloc=split.netloc.partition("@")[2])',
        _TESTS,
    ),
    Mutation(
        "letters that turn into ASCII", _FILE, "if not place.isascii():", "if not host.isascii():", _TESTS
    ),
)
