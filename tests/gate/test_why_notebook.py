"""`%secure_pip why` in a real kernel."""

from __future__ import annotations

import pytest
from notebooks import Notebook


@pytest.fixture
def notebook(environment, home):
    found = Notebook(str(environment.python), home)
    yield found
    found.close()


def test_the_magic_tells_why_and_names_magics(notebook, table):
    notebook.run("import os; os.environ['SECURE_PYPI_MINIMUM_AGE'] = '7 days'")
    shown = notebook.run("%secure_pip why acme-table")
    assert "acme-table 1.0 of acme/shared-pypi would be installed." in shown
    assert "Held back: acme-table 1.1 is 2 days old, allowed from " in shown
    shown = notebook.run("%secure_pip why acme-table==1.1")
    assert "take acme-table 1.0, which is allowed" in shown
    assert "RequestRefused" in notebook.fails("%secure_pip why")
    failed = notebook.fails("%secure_pip install acme-table==1.1")
    assert "`%secure_pip why acme-table` lists what is allowed" in failed
