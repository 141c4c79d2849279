"""`GET packages`, `packages/search`, `packages/newest`: what is installed, what there is, what an install takes."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from jsonschema import Draft202012Validator
from tornado.httpclient import HTTPClientError

from jupyter_securepypi.config import load_options
from jupyter_securepypi.core.report import InstalledPackage, InstallReport
from jupyter_securepypi.emulator.samples import build_wheel
from jupyter_securepypi.install.history import history_file, record
from jupyter_securepypi.install.questions import index_names, newest
from jupyter_securepypi.server import packages as packages_room
from jupyter_securepypi.server.openapi import description

DAY = 86_400.0


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """This process, in which the server runs, remembers nothing of the test before."""
    monkeypatch.setattr(index_names, "_kept", {})
    monkeypatch.setattr(newest, "_kept", {})


@pytest.fixture
def site(prefix, monkeypatch):
    """The kernel's folder of packages, in an environment of another Python than the server's."""
    monkeypatch.delenv("PYTHONPATH", raising=False)  # the kernel would see what it names
    (prefix / "pyvenv.cfg").write_text(
        "home = /usr/bin\nversion = 3.9.18\ninclude-system-site-packages = false\n"
    )
    folder = prefix / "lib/python3.9/site-packages"
    folder.mkdir(parents=True)
    return folder


def put(site, name, version, **files):
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nlong\n")
    for file, text in files.items():
        (info / file).write_text(text)


def remember(prefix, name, version, repository):
    """Let the history say that an install into the kernel's environment brought this."""
    package = InstalledPackage(name, version, None, "https://host/one.whl", "ab" * 32, requested=True)
    record([name], repository=repository, outcome=InstallReport((package,)), seconds=1.0)
    lines = history_file().read_text().splitlines()
    entry = {**json.loads(lines[-1]), "prefix": str(prefix)}
    history_file().write_text("\n".join([*lines[:-1], json.dumps(entry)]) + "\n")


async def get(jp_fetch, form, *path, **params):
    found = json.loads((await jp_fetch("securepypi", *path, params=params, request_timeout=120)).body)
    schema = {"components": description()["components"], "$ref": f"#/components/schemas/{form}"}
    Draft202012Validator(schema).validate(found)
    return found


async def test_it_tells_what_is_installed_and_from_where(jp_fetch, aws, site, prefix):
    put(site, "acme-core", "1.4.0")
    put(site, "from-public", "1.0")
    put(site, "old-lib", "0.9")
    put(site, "edited", "0.1", **{"direct_url.json": '{"url": "https://me:secret@host/x.git", "vcs_info": {}}'})
    put(site, "conda-lib", "2.0", INSTALLER="conda\n")
    put(site, "changed", "2.0")
    remember(prefix, "acme-core", "1.4.0", aws.repository_arn)
    remember(prefix, "from-public", "1.0", "public")
    remember(prefix, "changed", "1.0", aws.repository_arn)
    found = await get(jp_fetch, "EnvironmentPackages", "packages", kernel="acme")
    assert (found["display_name"], found["prefix"], found["python"]) == ("acme", str(prefix), "3.9.18")
    assert {one["name"]: one["origin"] for one in found["packages"]} == {
        "acme-core": "secure",
        "changed": "unknown",
        "conda-lib": "elsewhere",
        "edited": "elsewhere",
        "from-public": "elsewhere",
        "old-lib": "unknown",
    }
    sources = {one["name"]: one["source"] for one in found["packages"]}
    assert sources["acme-core"] == "acme/shared-pypi"
    assert "secret" not in sources["edited"]
    assert "host/x.git" in sources["edited"]


async def test_a_link_to_a_checkout_counts_and_code_in_a_link_does_not_run(jp_fetch, site, tmp_path):
    checkout, ran = tmp_path / "checkout", tmp_path / "ran"
    checkout.mkdir()
    put(checkout, "linked", "1.0")
    (site / "links.pth").write_text(f"{checkout}\nimport pathlib; pathlib.Path({str(ran)!r}).touch()\n")
    found = await get(jp_fetch, "EnvironmentPackages", "packages", kernel="acme")
    assert [one["name"] for one in found["packages"]] == ["linked"]
    assert not ran.exists()


async def test_an_unknown_kernel_is_not_found(jp_fetch):
    for path, params in (("packages", {}), ("packages/newest", {"packages": "acme-core"})):
        with pytest.raises(HTTPClientError) as caught:
            await jp_fetch("securepypi", *path.split("/"), params={"kernel": "nobody", **params})
        assert caught.value.code == 404
        assert json.loads(caught.value.response.body)["kind"] == "UnknownKernel"


async def test_search_finds_beginnings_first_then_parts_then_what_is_like_it(jp_fetch, aws):
    found = await get(jp_fetch, "FoundPackages", "packages", "search", text="Acme_")
    assert found["names"][0].startswith("acme-")
    assert (found["listed"], found["near"]) == (True, False)
    assert "acme-plots" in (await get(jp_fetch, "FoundPackages", "packages", "search", text="plots"))["names"]
    like = await get(jp_fetch, "FoundPackages", "packages", "search", text="acme-polts")
    assert (like["names"], like["near"]) == (["acme-plots"], True)
    assert aws.calls()["counts"]["ListPackages"] == 1, "the list is fetched once"


class TestWithAMinimumAge:
    @pytest.fixture
    def options(self, options):
        return {**options, "minimum_age": "7 days"}

    @pytest.fixture
    def published(self, aws):
        made = [
            build_wheel(aws.packages_dir, name, version, uploaded=time.time() - days * DAY, **more)
            for name, version, days, more in (
                ("acme-table", "1.0", 60, {}),
                ("acme-table", "1.1", 30, {}),
                ("acme-table", "1.2", 2, {}),
                ("acme-table", "1.3rc1", 30, {}),
                ("acme-new", "1.0", 30, {"requires_python": ">=3.8"}),
                ("acme-new", "2.0", 30, {"requires_python": ">=3.10"}),
                ("acme-new", "3.0", 30, {"tag": "cp311-cp311-manylinux_2_17_x86_64"}),
                ("acme-young", "1.0", 1, {}),
            )
        ]
        yield
        for path in made:
            path.unlink()

    async def test_the_newest_is_what_the_gate_lets_through_for_the_kernels_python(
        self, jp_fetch, aws, site, published
    ):
        packages = "acme-table==1.0,acme-new,acme-young,acme-nowhere,acme-table==1.2"
        asked = {"kernel": "acme", "packages": packages}
        found = (await get(jp_fetch, "NewestPackages", "packages", "newest", **asked))["packages"]
        table, new, young, nowhere, newer = found
        assert (table["version"], [one["version"] for one in table["held_back"]]) == ("1.1", ["1.2"])
        assert table["held_back"][0]["until"] > time.time() + 4 * DAY
        assert (new["version"], new["held_back"]) == ("1.0", []), "2.0 and 3.0 are for a newer Python"
        assert (young["version"], young["held_back"][0]["kind"]) == ("", "too_young")
        assert nowhere["absent"]
        assert newer["version"] == "", "nothing older than what is installed is offered"
        assert [one["error"] for one in found] == [None] * 5

    async def test_it_is_asked_once_and_mints_nothing_for_what_is_absent(self, jp_fetch, aws, site, published):
        asked = {"kernel": "acme", "packages": "acme-table,acme-nowhere"}
        await get(jp_fetch, "NewestPackages", "packages", "newest", **asked)
        before = aws.calls()["counts"]
        await get(jp_fetch, "NewestPackages", "packages", "newest", **asked)
        assert aws.calls()["counts"] == before
        assert before["GetAuthorizationToken"] == 1


async def test_the_options_are_read_once_a_request(jp_fetch, aws, site, monkeypatch):
    loads = []

    def counted():
        loads.append(1)
        return load_options()

    monkeypatch.setattr(packages_room, "load_options", counted)
    await get(
        jp_fetch, "NewestPackages", "packages", "newest", kernel="acme", packages="acme-core,acme-plots,a,b"
    )
    assert len(loads) == 1, "they may be code of the user's"


async def test_a_name_that_pip_would_read_as_a_file_stands_in_nobodys_way(jp_fetch, aws, site):
    asked = {"kernel": "acme", "packages": "tool.zip==1.0,acme-core"}
    tool, core = (await get(jp_fetch, "NewestPackages", "packages", "newest", **asked))["packages"]
    assert (tool["absent"], core["version"]) == (True, "1.4.0")


@pytest.mark.parametrize(
    "packages",
    ["", "a\n", "https://evil.example.com/x.whl", "a,,b", "a>=1", ",".join(["a"] * 51), "a; os_name=='x'"],
)
async def test_what_is_no_list_of_packages_is_a_bad_request(jp_fetch, packages):
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("securepypi", "packages", "newest", params={"kernel": "acme", "packages": packages})
    assert caught.value.code == 400


async def test_the_server_answers_others_while_the_index_hangs(jp_fetch, aws, site):
    asked = {"kernel": "acme", "packages": "acme-core,acme-plots"}
    await get(jp_fetch, "NewestPackages", "packages", "newest", **{**asked, "packages": "acme-features"})
    aws.faults(hang=600.0, operations=["index:*"])
    waiting = asyncio.ensure_future(
        jp_fetch("securepypi", "packages", "newest", params=asked, request_timeout=120)
    )
    await asyncio.sleep(0.2)
    for _ in range(20):
        assert (await jp_fetch("securepypi", "status")).code == 200
    assert not waiting.done()
    aws.clear()
    waiting.cancel()
