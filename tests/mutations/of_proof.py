"""Mistakes in the proof of where packages came from."""

from __future__ import annotations

from .mutation import Mutation

PROOF = (
    Mutation(
        "page of hashes elsewhere",
        "core/redirects.py",
        "return index.holds(final) and bool(package.sha256)",
        "return bool(package.sha256)",
        (
            "attacks/test_hostile_index.py::test_a_page_that_the_index_redirects_is_none_of_its_own_and_its_hashes_prove_nothing",
        ),
    ),
    Mutation(
        "package without a hash",
        "core/redirects.py",
        "if not one.direct and one.sha256 not in given]",
        "if not one.direct and one.sha256 and one.sha256 not in given]",
        ("attacks/test_bounds_of_proof.py",),
    ),
    Mutation(
        "direct reference into the index",
        "core/report.py",
        "and (package.direct or not index.holds(package.url))",
        "and not index.holds(package.url)",
        ("attacks/test_bounds_of_proof.py",),
    ),
    Mutation(
        "second index of a build",
        "core/pip/log.py",
        'found += map(Secret, looks_in.group(1).split(", ")) if looks_in else []',
        'found += map(Secret, looks_in.group(1).split(", ")[:1]) if looks_in else []',
        ("attacks/test_bounds_of_proof.py",),
    ),
    Mutation(
        "oldest record instead of the newest",
        "install/questions/origins.py",
        'known.setdefault(key, (origin_in(entry, package), entry["files"].get(package["name"])))',
        'known[key] = origin_in(entry, package), entry["files"].get(package["name"])',
        (
            "engines/test_packages.py::test_the_origin_of_one_package",
            "engines/test_uninstall.py::test_what_comes_back_by_other_means_has_no_origin",
        ),
    ),
    Mutation(
        "copied RECORD",
        "install/written_files.py",
        'return _digest(path) == known["record"] and _holds(path.parent, changed)',
        'return _digest(path) == known["record"]',
        ("engines/test_origins.py::test_a_copied_record_does_not_pass",),
    ),
)
