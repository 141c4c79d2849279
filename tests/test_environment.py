"""Which variables lead elsewhere, and that nothing else goes."""

from __future__ import annotations

import pytest

from jupyter_securepypi.clients.variables import clean


@pytest.mark.parametrize(
    "name",
    [
        "PIP_INDEX_URL",
        "PIP_EXTRA_INDEX_URL",
        "PIP_index_url",
        "PIP_FIND_LINKS",
        "PIP_PYPI_URL",
        "UV_INDEX",
        "UV_DEFAULT_INDEX",
        "UV_EXTRA_INDEX_URL",
        "UV_FIND_LINKS",
        "UV_INDEX_COMPANY_PASSWORD",
    ],
)
def test_a_variable_that_chooses_an_index_goes(name):
    environ = {name: "https://packages.example.com", "PATH": "/bin"}
    assert clean(environ) == [name]
    assert environ == {"PATH": "/bin"}


@pytest.mark.parametrize(
    "name", ["PIP_TIMEOUT", "PIP_CERT", "UV_CACHE_DIR", "UV_INDEX_STRATEGY", "HTTPS_PROXY"]
)
def test_a_harmless_variable_stays(name):
    environ = {name: "x"}
    assert clean(environ) == []
    assert environ == {name: "x"}
