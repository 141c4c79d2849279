"""The doctor says which policy is in force, who locks it, and whether it can be held."""

from __future__ import annotations

import json
import time
import zipfile

import pytest
from administrator import needs_root
from osv_records import record

from jupyter_securepypi.core.report import InstalledPackage, InstallReport
from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel
from jupyter_securepypi.install.history import record as recorded

OURS = {"gate", "locked options", "known malware", "upload times"}
AGED = {"minimum_age": "7 days"}


@pytest.fixture
def configure(home, healthy):
    def write(**options):
        file = home / ".jupyter/jupyter_securepypi_config.json"
        file.write_text(json.dumps({"SecurePyPI": options}))
        return file

    return write


@pytest.fixture
def installed(aws):
    """The history says that acme-core was installed from the repository."""

    def write(repository=aws.repository_arn):
        report = InstallReport((InstalledPackage("acme-core", "1.4.0", None, "", "", requested=True),))
        recorded(["acme-core"], repository=repository, outcome=report, seconds=1.0)

    return write


def test_without_a_policy_there_is_no_check(doctor, healthy):
    assert not OURS & set(doctor())


def test_the_policy_is_told_and_that_its_database_can_be_read(doctor, configure, tmp_path):
    database = tmp_path / "all.zip"
    with zipfile.ZipFile(database, "w") as archive:
        archive.writestr("MAL-2026-1.json", json.dumps(record("MAL-2026-1", "acme-evil", introduced="0")))
    configure(malware="block", osv_database=str(database))
    found = doctor()
    assert found["gate"][0]["message"] == "malware blocked"
    assert found["known malware"][0] == {
        "name": "known malware",
        "ok": True,
        "message": f"{database} can be read",
        "why": "",
        "remedy": "",
        "fix": None,
    }


@pytest.mark.parametrize("content", [None, b"", b"PK\x05\x06" + bytes(18), b"no zip"])
def test_a_database_that_cannot_be_read_is_a_finding(doctor, configure, tmp_path, content):
    database = tmp_path / "all.zip"
    if content is not None:
        database.write_bytes(content)
    configure(malware="warn", osv_database=str(database))
    check = doctor.findings()["known malware"]
    assert str(database) in check["message"]
    assert "osv_database" in check["remedy"]


def test_a_service_that_answers_is_fine_and_one_that_does_not_is_a_finding(doctor, configure, aws):
    configure(vulnerabilities="high", osv_url=aws.osv_url)
    assert doctor()["known malware"][0]["message"] == f"{aws.osv_url} answers"
    configure(vulnerabilities="high", osv_url="http://127.0.0.1:9")
    assert "http://127.0.0.1:9" in doctor.findings()["known malware"]["message"]


def test_authorities_that_are_not_there_are_what_is_in_the_way(doctor, configure, aws, installed, monkeypatch):
    configure(vulnerabilities="high", osv_url=aws.osv_url, **AGED)
    installed()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/ca.pem")
    found = doctor()
    assert "/no/ca.pem" in found["known malware"][0]["message"]
    assert found["upload times"][0]["ok"] is None


def test_a_policy_without_a_place_for_advisories_is_a_finding(doctor, configure):
    configure(malware="block")
    assert "nothing says where" in doctor.findings()["known malware"]["message"]


def test_a_lock_that_does_not_count_is_a_finding_about_its_file(doctor, configure):
    file = configure(**AGED, locked=["minimum_age"])
    check = doctor.findings()["locked options"]
    assert f"`locked` in {file} does not count" in check["message"]
    assert f"remove `locked` from {file}" in check["remedy"]


@needs_root
def test_what_is_locked_and_by_which_file(doctor, healthy, lock):
    file = lock("minimum_age", "verify", minimum_age="7 days", verify="before")
    [check] = doctor()["locked options"]
    assert check["ok"] is True
    assert check["message"] == f"minimum_age, verify (by {file})"


class TestUploadTimes:
    def test_an_index_that_tells_them_is_fine(self, doctor, configure, installed):
        configure(**AGED)
        installed()
        [check] = doctor()["upload times"]
        assert (check["ok"], check["message"]) == (True, "the index tells them, of acme-core for example")

    def test_without_an_install_from_this_index_it_is_not_tried(self, doctor, configure, installed):
        configure(**AGED)
        installed("https://packages.example.com/simple/")
        [check] = doctor()["upload times"]
        assert check["ok"] is None
        assert "nothing has been installed from this index yet" in check["message"]

    def test_where_an_unknown_age_is_allowed_there_is_no_check(self, doctor, configure):
        configure(**AGED, unknown_age="allow")
        assert "upload times" not in doctor()

    def test_an_index_that_tells_none_is_a_finding(self, doctor, configure, home, monkeypatch):
        with Emulator(html_index_only=True) as old:
            for name, value in old.environment().items():
                monkeypatch.setenv(name, value)
            build_wheel(old.packages_dir, "acme-core", "9.0", uploaded=time.time())
            configure(**AGED)
            assert doctor.run("refresh").returncode == 0
            report = InstallReport((InstalledPackage("acme-core", "9.0", None, "", "", requested=True),))
            recorded(["acme-core"], repository=old.repository_arn, outcome=report, seconds=1.0)
            check = doctor.findings()["upload times"]
        assert "everything but exempt names is held back" in check["message"]
        assert "`unknown_age`" in check["remedy"]
