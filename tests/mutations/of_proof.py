"""Mistakes in the proof of where packages came from."""

from __future__ import annotations

from .mutation import Mutation


PROOF = (
    Mutation(
        "page of hashes elsewhere",
        "core/redirects.py",
        "return index.holds(final) and bool(package.sha256)",
        "return bool(package.sha256)",
        ("attacks/test_hostile_index.py",),
    ),
    Mutation(
        "package without a hash",
        "core/redirects.py",
        "if not one.direct and one.sha256 not in given]",
        "if not one.direct and one.sha256 and one.sha256 not in given]",
        ("attacks/test_hostile_index.py",),
    ),
    Mutation(
        "direct reference into the index",
        "core/report.py",
        "and (package.direct or not index.holds(package.url))",
        "and not index.holds(package.url)",
        ("engines/test_engines.py", "attacks/test_hostile_index.py"),
    ),
    Mutation(
        "second index of a build",
        "core/pip/log.py",
        'found += looks_in.group(1).split(", ") if looks_in else []',
        'found += looks_in.group(1).split(", ")[:1] if looks_in else []',
        ("attacks/test_builds.py",),
    ),
    Mutation(
        "oldest record instead of the newest",
        "install/questions/origins.py",
        "known.setdefault(key, origin_in(entry, package))",
        "known[key] = origin_in(entry, package)",
        ("engines/test_packages.py", "engines/test_uninstall.py"),
    ),
)
