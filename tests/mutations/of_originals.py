"""Mistakes in what keeps originals, and puts them back."""

from __future__ import annotations

from .mutation import Mutation

_TESTS = ("clients/test_originals.py",)

ORIGINALS = (
    Mutation(
        "earlier edit forgotten",
        "clients/originals.py",
        "edited = record.edited or (current not in (None, record.original) and not ours)",
        "edited = current not in (None, record.original) and not ours",
        _TESTS,
    ),
    Mutation(
        "file of two clients",
        "clients/originals.py",
        "if record.clients == {client}:",
        "if client in record.clients:",
        _TESTS,
    ),
    Mutation(
        "record gone before the original is back",
        "clients/originals.py",
        "        differed = _put_back(record, (current, mode))\n        record_file.unlink()\n",
        "        record_file.unlink()\n        differed = _put_back(record, (current, mode))\n",
        _TESTS,
    ),
    Mutation(
        "mode of the original",
        "clients/originals.py",
        "if (record.original, record.mode) == present or",
        "if record.original == present[0] or",
        _TESTS,
    ),
    Mutation(
        "token in a kept version",
        "clients/originals.py",
        "    content = _without_tokens(content)\n",
        "",
        ("clients/test_disabled.py",),
    ),
)
