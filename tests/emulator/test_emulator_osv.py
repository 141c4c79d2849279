"""The OSV service: what it knows, in the forms, pages and errors of OSV's API."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import requests

from jupyter_securepypi.core.errors import ConfigurationError
from jupyter_securepypi.emulator import Emulator


def asked(name: str, version: str = "", **more: Any) -> dict[str, Any]:
    about = {"package": {"name": name, "ecosystem": "PyPI"}, **more}
    return {**about, "version": version} if version else about


@pytest.fixture
def query(emulator: Emulator, http: requests.Session) -> Any:
    def ask(name: str, version: str = "", **more: Any) -> Any:
        return http.post(f"{emulator.osv_url}/v1/query", json=asked(name, version, **more)).json()

    return ask


@pytest.fixture
def batch(emulator: Emulator, http: requests.Session) -> Any:
    def ask(*queries: dict[str, Any]) -> Any:
        answer = http.post(f"{emulator.osv_url}/v1/querybatch", json={"queries": list(queries)})
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]

    return ask


def ids(answer: Any) -> list[str]:
    return [one["id"] for one in answer.get("vulns", [])]


@pytest.mark.parametrize("version", ["0.0.1.dev1", "1.0", "99"])
@pytest.mark.parametrize("spelling", ["leftpadx", "LeftPadX"])
def test_every_version_of_one_package_is_malicious(query: Any, spelling: str, version: str) -> None:
    assert ids(query(spelling, version)) == ["MAL-2026-1001"]


@pytest.mark.parametrize(("version", "found"), [("2.0.1", 1), ("2.0.1.0", 1), ("2.0", 0), ("2.0.2", 0)])
def test_exactly_one_version_of_another_is(query: Any, version: str, found: int) -> None:
    assert ids(query("numfast", version)) == ["MAL-2026-1002"][:found]


@pytest.mark.parametrize(
    ("name", "severity", "vector"),
    [
        ("vuln-low", "LOW", "CVSS:3.1/AV:L/"),
        ("vuln-medium", "MODERATE", "CVSS:3.1/AV:N/"),
        ("vuln-high", "HIGH", "CVSS:3.1/AV:N/"),
        ("vuln-critical", "CRITICAL", "CVSS:3.1/AV:N/"),
    ],
)
def test_a_vulnerability_has_its_severity_in_both_forms_and_ends_with_the_fix(
    query: Any, name: str, severity: str, vector: str
) -> None:
    [record] = query(name, "1.9.9")["vulns"]
    assert record["database_specific"]["severity"] == severity
    [score] = record["severity"]
    assert (score["type"], score["score"][: len(vector)]) == ("CVSS_V3", vector)
    assert query(name, "2.0rc1")["vulns"] == [record]
    assert query(name, "2.0") == query(name, "2.1") == {}


def test_a_query_for_no_version_finds_all(query: Any) -> None:
    assert ids(query("numfast")) == ["MAL-2026-1002"]


def test_a_withdrawn_record_is_found_by_its_id_only(
    emulator: Emulator, http: requests.Session, query: Any, tmp_path: Path
) -> None:
    assert query("vuln-withdrawn", "1.0") == {}
    assert "withdrawn" in http.get(f"{emulator.osv_url}/v1/vulns/PYSEC-2026-5").json()
    with zipfile.ZipFile(emulator.write_osv_database(tmp_path / "all.zip")) as archive:
        assert "withdrawn" in json.loads(archive.read("PYSEC-2026-5.json"))


def test_a_batch_answers_in_order_with_ids_only(batch: Any) -> None:
    found = batch(asked("vuln_low", "1.0"), asked("acme-core", "1.4.0"), asked("numfast", "2.0.1"))
    assert [ids(one) for one in found] == [["PYSEC-2026-1"], [], ["MAL-2026-1002"]]
    assert found[1] == {}
    assert set(found[0]["vulns"][0]) == {"id", "modified"}


def test_another_ecosystem_is_another_package(emulator: Emulator, http: requests.Session) -> None:
    body: Any = {"package": {"name": "leftpadx", "ecosystem": "npm"}, "version": "1.0"}
    assert http.post(f"{emulator.osv_url}/v1/query", json=body).json() == {}


def test_a_record_is_added_replaced_and_forgotten(emulator: Emulator, query: Any) -> None:
    affected = {"package": {"name": "Acme.Own", "ecosystem": "PyPI"}, "versions": ["1.0"]}
    emulator.add_osv_record({"id": "MAL-2026-9", "affected": [affected]})
    [record] = query("acme_own", "1.0")["vulns"]
    assert record["modified"].endswith("Z")
    emulator.add_osv_record({"id": "MAL-2026-9", "affected": [{**affected, "versions": ["2.0"]}]})
    assert (query("acme-own", "1.0"), ids(query("acme-own", "2.0"))) == ({}, ["MAL-2026-9"])
    emulator.clear()
    assert query("acme-own", "2.0") == {}
    assert ids(query("leftpadx", "1.0")) == ["MAL-2026-1001"]


def test_ranges_are_evaluated_in_order_of_version(emulator: Emulator, query: Any) -> None:
    events = [{"introduced": "3.0"}, {"fixed": "1.5"}, {"introduced": "0"}, {"last_affected": "3.2"}]
    ranges = [{"type": "ECOSYSTEM", "events": events}]
    package = {"name": "twice", "ecosystem": "PyPI"}
    emulator.add_osv_record({"id": "PYSEC-2026-9", "affected": [{"package": package, "ranges": ranges}]})
    versions = ["0.1", "1.5", "2.9", "3.0", "3.2", "3.2.1"]
    assert [bool(query("twice", version)) for version in versions] == [True, False, False, True, True, False]


@pytest.mark.parametrize("record", [{"affected": []}, {"id": ""}, {"id": "MAL-1", "affected": [object()]}])
def test_a_record_that_cannot_be_is_refused(emulator: Emulator, record: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="This OSV record"):
        emulator.add_osv_record(record)


class TestPages:
    @pytest.fixture
    def many(self, emulator: Emulator) -> None:
        """Packages ``many-0`` to ``many-3`` with 1001 records each."""
        affected = [
            {"package": {"name": f"many-{n}", "ecosystem": "PyPI"}, "versions": ["1"]} for n in range(4)
        ]
        for number in range(1001):
            emulator.add_osv_record({"id": f"PYSEC-2026-{number:05}", "affected": affected})

    @pytest.mark.usefixtures("many")
    def test_a_long_answer_comes_in_pages(self, query: Any) -> None:
        first = query("many-0", "1")
        second = query("many-0", "1", page_token=first["next_page_token"])
        assert (len(ids(first)), ids(second)) == (1000, ["PYSEC-2026-01000"])
        assert "next_page_token" not in second

    @pytest.mark.usefixtures("many")
    def test_a_batch_shares_its_pages_among_the_queries(self, batch: Any) -> None:
        queries = [asked(f"many-{number}", "1") for number in range(4)]
        found = batch(*queries)
        assert [len(ids(one)) for one in found] == [1000, 1000, 1000, 0]
        rest = batch(
            *(
                {**query, "page_token": one["next_page_token"]}
                for query, one in zip(queries, found, strict=True)
            )
        )
        assert [len(ids(one)) for one in rest] == [1, 1, 1, 1000]

    def test_a_made_up_token_is_refused(self, query: Any) -> None:
        assert query("leftpadx", "1.0", page_token="made-up")["code"] == 3


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/v1/query", "{}", 400, 3),
        ("/v1/query", "no json", 400, 3),
        ("/v1/query", '{"package": {"name": "leftpadx"}}', 400, 3),
        ("/v1/querybatch", json.dumps({"queries": [asked("x", "1")] * 1001}), 400, 3),
        ("/v1/querybatch", '{"queries": [1]}', 400, 3),
        ("/v1/vulns/MAL-2026-0", None, 404, 5),
        ("/NoSuch/all.zip", None, 404, 5),
    ],
)
def test_what_cannot_be_answered_is_refused_as_osv_does(
    emulator: Emulator, http: requests.Session, path: str, body: str | None, status: int, code: int
) -> None:
    url = emulator.osv_url + path
    answer = http.get(url) if body is None else http.post(url, data=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_export_holds_a_file_for_each_record(
    emulator: Emulator, http: requests.Session, tmp_path: Path
) -> None:
    emulator.add_osv_record(
        {"id": "GHSA-npm", "affected": [{"package": {"name": "x", "ecosystem": "npm"}, "versions": ["1"]}]}
    )
    served = http.get(f"{emulator.osv_url}/PyPI/all.zip")
    assert served.headers["Content-Type"] == "application/zip"
    (tmp_path / "served.zip").write_bytes(served.content)
    with zipfile.ZipFile(tmp_path / "served.zip") as archive:
        names = archive.namelist()
        record = json.loads(archive.read("MAL-2026-1001.json"))
    assert {"MAL-2026-1002.json", "PYSEC-2026-4.json"} <= set(names)
    assert "GHSA-npm.json" not in names
    assert record == http.get(f"{emulator.osv_url}/v1/vulns/MAL-2026-1001").json()


def test_faults_strike_it_by_the_names_of_its_operations(emulator: Emulator, http: requests.Session) -> None:
    emulator.faults(error={"status": 503}, operations=["osv:querybatch"])
    answer = http.post(f"{emulator.osv_url}/v1/querybatch", json={"queries": []})
    assert (answer.status_code, answer.json()["code"]) == (503, 14)
    assert http.get(f"{emulator.osv_url}/v1/vulns/MAL-2026-1001").ok
    emulator.faults(clear=True, hang=60, operations=["osv:*"])
    with pytest.raises(requests.ReadTimeout):
        http.get(f"{emulator.osv_url}/PyPI/all.zip", timeout=1)
    assert emulator.calls()["counts"] == {"osv:querybatch": 1, "osv:vulns": 1, "osv:zip": 1}
