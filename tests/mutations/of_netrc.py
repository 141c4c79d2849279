"""Mistakes in what edits the user's netrc."""

from __future__ import annotations

from .mutation import Mutation

_TESTS = ("core/test_netrc.py", "clients/test_netrc_entry.py")

NETRC = (
    Mutation(
        "entry behind the default",
        "core/netrc_text.py",
        "if len(mine) == 1 and not any(entry.host is None for entry in entries[: entries.index(mine[0])]):",
        "if len(mine) == 1:",
        _TESTS,
    ),
    Mutation(
        "host in capital letters",
        "core/netrc_text.py",
        "entry.host.lower() == host",
        "entry.host == host",
        _TESTS,
    ),
    Mutation(
        "file that a group may read",
        "core/netrc.py",
        "stat.S_IMODE(target.stat().st_mode) & 0o077",
        "stat.S_IMODE(target.stat().st_mode) & 0o007",
        _TESTS,
    ),
    Mutation(
        "own entry for the user's",
        "clients/netrc.py",
        "if host not in known and is_whole:",
        "if host not in known:",
        _TESTS,
    ),
    Mutation(
        "entries of other servers",
        "clients/netrc.py",
        "return _removed(servers.hosts() - ours)",
        "return _removed()",
        _TESTS,
    ),
)
