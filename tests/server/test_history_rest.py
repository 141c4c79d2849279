"""The install history over REST: filtered, and as a file for other programs."""

from __future__ import annotations

import csv
import io
import json
import sys
import threading

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_securepypi.core.errors import NotFound
from jupyter_securepypi.core.report import InstalledPackage, InstallReport
from jupyter_securepypi.install.export import ExportedFile
from jupyter_securepypi.install.history import history_file, record, record_removal

SECRET = "https://me:hunter2@host.example/simple/pandas-2.2.3.whl"


@pytest.fixture
def history(jp_data_dir):
    """Two installs and a failure, the newest last; one address holds a password, one name begins like a formula."""
    core = InstalledPackage(
        "acme-core", "1.4.0", None, "https://host/acme_core-1.4.0.whl", "ab" * 32, requested=False
    )
    acme = InstalledPackage("acme", "1.0", "0.9", "https://host/acme-1.0.whl", "cd" * 32, requested=True)
    pandas = InstalledPackage("pandas", "2.2.3", None, SECRET, "ef" * 32, requested=True)
    record(["acme"], repository="arn:x", outcome=InstallReport((core, acme)), seconds=1.5)
    record(["=cmd"], repository="arn:x", outcome=NotFound("=cmd is not in arn:x."), seconds=0.1)
    record(["pandas"], repository="public", outcome=InstallReport((pandas,)), seconds=1.0)


async def names(jp_fetch, matching):
    answer = await jp_fetch("securepypi", "installs", params={"matching": matching})
    return [install["arguments"] for install in json.loads(answer.body)["installs"]]


async def exported(jp_fetch, form, **more):
    answer = await jp_fetch("securepypi", "installs", "export", params={"format": form, **more})
    assert "hunter2" not in answer.body.decode()
    return json.loads(answer.body)


@pytest.mark.parametrize(
    ("matching", "found"),
    [
        ("", [["pandas"], ["=cmd"], ["acme"]]),
        ("ACME-core", [["acme"]]),
        ("acme 1.0", [["acme"]]),
        ("public", [["pandas"]]),
        ("not in", [["=cmd"]]),
        ("abab", [["acme"]]),
        ("hunter2", []),
        ("nowhere", []),
    ],
)
async def test_the_filter_looks_where_people_look(jp_fetch, history, matching, found):
    assert await names(jp_fetch, matching) == found


async def test_a_table_has_a_line_for_each_package_and_failure(jp_fetch, history):
    file = await exported(jp_fetch, "csv")
    assert file["name"].endswith(".csv")
    rows = list(csv.DictReader(io.StringIO(file["text"])))
    assert [row["name"] for row in rows] == ["pandas", "", "acme-core", "acme"]
    assert rows[1]["failure"].startswith("'="), "a spreadsheet would run a formula"
    assert [row["state"] for row in rows] == ["installed", "failed", "installed", "installed"]
    assert rows[3] | {"time": ""} == {
        "time": "",
        "state": "installed",
        "name": "acme",
        "version": "1.0",
        "previous": "0.9",
        "requested": "true",
        "repository": "arn:x",
        "url": "https://host/acme-1.0.whl",
        "sha256": "cd" * 32,
        "engine": "pip",
        "environment": sys.prefix,
        "request": "acme",
        "failure": "",
    }


async def test_what_was_removed_has_lines_of_its_own(jp_fetch, jp_data_dir):
    removed = [{"name": "acme", "version": "1.0"}, {"name": "acme-core", "version": "1.4.0"}]
    record_removal(["uninstall", "acme", "acme-core"], removed, engine="uv", seconds=0.5)
    record(["acme"], repository="arn:x", outcome=InstallReport(()), seconds=0.5)
    rows = list(csv.DictReader(io.StringIO((await exported(jp_fetch, "csv"))["text"])))
    assert [(row["state"], row["name"], row["version"]) for row in rows] == [
        ("unchanged", "", ""),
        ("removed", "acme", "1.0"),
        ("removed", "acme-core", "1.4.0"),
    ]


@pytest.mark.parametrize("time", ["1e18", "-1e18", "253402300800"])
@pytest.mark.parametrize("form", ["csv", "cyclonedx"])
async def test_a_time_that_no_calendar_has_is_as_if_missing(jp_fetch, history, form, time):
    line = '{"time": %s, "ok": true, "packages": [{"name": "odd", "version": "1"}]}\n'
    with history_file().open("a") as file:
        file.write(line % time)
    assert "odd" in (await exported(jp_fetch, form))["text"]
    answer = await jp_fetch("securepypi", "installs")
    assert json.loads(answer.body)["installs"][0]["time"] == 0.0


async def test_no_cell_is_a_formula(jp_fetch, jp_data_dir):
    names = [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "\t=1",
        "\n=1",
        "\r=1",
        " =1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff20x",
        "\ufeff=1",
    ]
    odd = [
        InstalledPackage(name, "1.0", None, "https://host/x.whl", "ab" * 32, requested=True) for name in names
    ]
    record(["odd"], repository="arn:x", outcome=InstallReport(tuple(odd)), seconds=1.5)
    rows = csv.DictReader(io.StringIO((await exported(jp_fetch, "csv"))["text"], newline=""))
    assert [row["name"] for row in rows] == [f"'{name}" for name in names]


async def test_the_event_loop_does_not_make_json_of_a_file(jp_fetch, history, monkeypatch):
    threads = []

    class Watched(dict):
        def items(self):
            threads.append(threading.current_thread())
            return super().items()

    to_dict = ExportedFile.to_dict
    monkeypatch.setattr(ExportedFile, "to_dict", lambda self: Watched(to_dict(self)))
    await exported(jp_fetch, "json")
    assert threads
    assert threading.current_thread() not in threads


async def test_json_has_the_records_that_match(jp_fetch, history):
    file = await exported(jp_fetch, "json", matching="acme-core")
    (one,) = json.loads(file["text"])
    assert [package["name"] for package in one["packages"]] == ["acme-core", "acme"]


async def test_a_bill_of_materials_has_every_version_with_its_origin(jp_fetch, history):
    file = await exported(jp_fetch, "cyclonedx")
    bom = json.loads(file["text"])
    assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.6")
    assert [one["name"] for one in bom["components"]] == ["acme", "acme-core", "pandas"]
    assert {"name": "securepypi:origin", "value": "public index"} in bom["components"][2]["properties"]


async def test_without_the_library_it_says_so(jp_fetch, history, monkeypatch):
    monkeypatch.setitem(sys.modules, "cyclonedx.model.bom", None)
    with pytest.raises(HTTPClientError) as caught:
        await exported(jp_fetch, "cyclonedx")
    assert caught.value.code == 409
    assert "jupyter_securepypi[sbom]" in json.loads(caught.value.response.body)["remedy"]


async def test_there_is_no_other_format(jp_fetch):
    with pytest.raises(HTTPClientError) as caught:
        await exported(jp_fetch, "xml")
    assert caught.value.code == 400
