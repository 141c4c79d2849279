"""The table of mutations is true: each text stands in the code once, the mistake can be read, and its tests are there.

Whether the tests notice is tried at night (`nox -s mutations`).
"""

from __future__ import annotations

import ast

import pytest

from tests.mutations.canaries import CANARIES
from tests.mutations.mutation import PACKAGE, Mutation
from tests.mutations.table import MUTATIONS, PARTS
from tests.mutations.trial import CHECKOUT

ALL = (*MUTATIONS, *CANARIES)


@pytest.mark.parametrize("mutation", ALL, ids=lambda one: one.name)
def test_a_mutation_fits_the_code_and_names_tests_that_are_there(mutation: Mutation) -> None:
    assert mutation.count(CHECKOUT) == 1, "the code has changed: mend the table"
    text = (CHECKOUT / PACKAGE / mutation.file).read_text(encoding="utf-8")
    changed = text.replace(mutation.old, mutation.new)
    assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(text)), "it is a mistake, and can be read"
    for test in mutation.tests:
        file, *inside = test.split("::")
        content = (CHECKOUT / "tests" / file).read_text(encoding="utf-8")
        assert all(f"def {name}(" in content or f"class {name}:" in content for name in inside), test


def test_each_part_of_the_heart_has_mutations_of_its_own() -> None:
    assert len(MUTATIONS) >= 40
    assert min(len(part) for part in PARTS.values()) >= 4
    assert len({one.name for one in ALL}) == len(ALL)
