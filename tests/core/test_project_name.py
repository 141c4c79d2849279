"""The core's rule for names of projects is that of the packaging library, which the core does without."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from jupyter_securepypi.core.project_name import normalized


@given(st.one_of(st.text(), st.text("aZ09-_.")))
@example("Acme._-Core")
@example("\u212aeras")
def test_both_spell_a_name_alike(name):
    assert normalized(name) == canonicalize_name(name)
