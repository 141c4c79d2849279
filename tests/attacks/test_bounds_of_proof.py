"""The proof where it is easily too generous: no hash, a direct reference into the index, a second index of a build."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

import pytest
from attacked import Web, redirect

from jupyter_securepypi.core.errors import ForeignOrigin
from jupyter_securepypi.core.index import Index
from jupyter_securepypi.core.pip.log import asked_elsewhere
from jupyter_securepypi.core.proxy_and_trust import ProxyAndTrust
from jupyter_securepypi.core.redirects import prove_redirected
from jupyter_securepypi.core.report import InstalledPackage, prove

WHEEL = "acme_tool-1.0-py3-none-any.whl"


@pytest.fixture
def web():
    started = [Web.start(), Web.start()]
    yield started
    for one in started:
        one.close()


def package(url, **more):
    return replace(InstalledPackage("acme-tool", "1.0", None, url, "", True), **more)


def test_a_package_without_any_hash_is_followed_to_where_it_came_from(web):
    """As the log of an old pip has it, where the page gives none."""
    here, elsewhere = web
    index = Index(f"{here.url}team/simple/", f"{here.url}team/")
    found = package(f"{here.url}team/files/{WHEEL}")
    way = ProxyAndTrust.of(sys.prefix, os.environ)
    here.page("acme-tool", f"/team/files/{WHEEL}")
    here.answers[f"/team/files/{WHEEL}"] = b"a wheel"
    prove_redirected([found], index, way, set(), installed=True)
    here.answers[f"/team/files/{WHEEL}"] = redirect(f"{elsewhere.url}bucket/{WHEEL}")
    with pytest.raises(ForeignOrigin, match=rf"acme-tool 1\.0 from {elsewhere.url}bucket/{WHEEL}"):
        prove_redirected([found], index, way, set(), installed=True)


def test_a_direct_reference_is_from_elsewhere_also_where_it_leads_into_the_index():
    index = Index("https://index.example/team/simple/", "https://index.example/team/")
    found = package(f"https://index.example/team/files/{WHEEL}")
    prove([found], index, installed=False)
    direct = replace(found, direct=True)
    with pytest.raises(ForeignOrigin, match="NOT from the secure index: acme-tool"):
        prove([direct], index, installed=False)
    prove([direct], index, installed=False, allow_direct=True)


def test_each_index_that_a_build_has_looked_in_counts():
    index = Index("https://index.example/team/simple/", "https://index.example/team/")
    log = "2026-11-29T08:00:00,000   Looking in indexes: https://index.example/team/simple, https://evil.example/simple"
    assert asked_elsewhere(log, index) == ["https://evil.example/simple"]
