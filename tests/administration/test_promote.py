"""What a file needs is copied from one repository to another, if it passes the gate; what does not is named."""

from __future__ import annotations

import json
import re
import signal

import pytest
from osv_records import record

WEEK = {"SECURE_PYPI_MINIMUM_AGE": "7 days"}


def test_what_a_file_needs_is_copied_dependencies_first(administrator):
    administrator.needs("tablefit==3.0.4", "numfast")
    done = administrator.run("promote", "-r", "requirements.txt", "--from", "pypi-store", "--to", "shared-pypi")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"tablefit\s+3\.0\.4\s+copied", done.stdout)
    assert "From acme/pypi-store to acme/shared-pypi: 3 copied." in done.stdout
    assert done.stderr.index("copied tinydate 2.9.0") < done.stderr.index("copied tablefit 3.0.4")
    assert {"tablefit 3.0.4", "tinydate 2.9.0", "numfast 2.0.1"} <= administrator.holds()
    assert administrator.versions("tablefit") == ["3.0.4"]


def test_a_plan_changes_nothing(administrator):
    administrator.needs("tablefit==3.0.4")
    before = administrator.holds()
    assert administrator.states("--plan") == {
        "tinydate 2.9.0": "to be copied",
        "tablefit 3.0.4": "to be copied",
    }
    assert administrator.holds() == before
    assert administrator.asked("CopyPackageVersions") == []


def test_a_second_run_copies_nothing(administrator):
    administrator.needs("tablefit==3.0.4")
    administrator.states()
    assert administrator.states() == {"tinydate 2.9.0": "there", "tablefit 3.0.4": "there"}
    assert len(administrator.asked("CopyPackageVersions")) == 2


def test_of_what_is_too_young_an_older_version_is_taken_and_the_younger_one_told(administrator):
    administrator.needs("tablefit")
    found, report = administrator.promote(**WEEK)
    assert set(found) == {"tinydate 2.9.0", "tablefit 3.0.4"}
    (held,) = report["held_back"]
    assert (held["name"], held["version"], held["kind"]) == ("tablefit", "3.1.0", "too_young")


def test_what_has_no_older_version_is_refused_with_its_time_and_the_rest_is_copied(administrator):
    administrator.needs("brandnew", "numfast")
    found, report = administrator.promote(status=1, **WEEK)
    state, why = found["brandnew 0.1.0"]
    assert state == "refused"
    assert re.match(r"is 2 days old, allowed from \d", why)
    assert found["numfast 2.0.1"] == ("copied", "")
    assert not report["ok"]
    assert "brandnew 0.1.0" not in administrator.holds()


def test_what_is_pinned_is_refused_and_not_replaced(administrator):
    administrator.needs("tablefit==3.1.0")
    assert administrator.states(status=1, **WEEK) == {"tinydate 2.9.0": "copied", "tablefit 3.1.0": "refused"}


def test_what_needs_something_refused_is_refused_naming_it(administrator):
    administrator.publish("public", "dashboard", "1.0", ["tablefit"])
    administrator.needs("dashboard", "numfast")
    blocked = json.dumps({"tinydate": "it is ours to keep the time"})
    found, _ = administrator.promote(status=1, SECURE_PYPI_BLOCKED=blocked)
    assert found["tinydate 2.9.0"] == ("refused", "is blocked: it is ours to keep the time")
    assert found["tablefit 3.1.0"] == ("refused", "needs tinydate, which is refused")
    assert found["dashboard 1.0"] == ("refused", "needs tablefit, which is refused")
    assert found["numfast 2.0.1"] == ("copied", "")


def test_what_is_malicious_is_refused_even_where_installs_are_not_checked(administrator, database):
    records = [
        record("MAL-2026-1", "leftpadx", versions=["1.0"]),
        record("MAL-2026-2", "numfast", versions=["2.0.1"]),
    ]
    administrator.needs("leftpadx", "numfast")
    found, report = administrator.promote(status=1, SECURE_PYPI_OSV_DATABASE=database(*records))
    assert found["leftpadx 1.0"] == ("refused", "is malicious: MAL-2026-1, About leftpadx")
    assert found["numfast 2.0.0"][0] == "copied"
    assert [one["version"] for one in report["held_back"]] == ["2.0.1"]


def test_known_vulnerabilities_are_refused_unless_the_policy_only_warns(administrator, database):
    known = database(record("GHSA-1", "numfast", introduced="0", severity="LOW"))
    administrator.needs("numfast==2.0.0")
    found, _ = administrator.promote("--plan", status=1, SECURE_PYPI_OSV_DATABASE=known)
    assert found["numfast 2.0.0"] == ("refused", "is vulnerable: GHSA-1 (low), About numfast")
    warned, _ = administrator.promote(
        "--plan", SECURE_PYPI_OSV_DATABASE=known, SECURE_PYPI_VULNERABILITIES="warn"
    )
    assert warned["numfast 2.0.0"] == ("to be copied", "is vulnerable: GHSA-1 (low), About numfast")
    severe = {"SECURE_PYPI_OSV_DATABASE": known, "SECURE_PYPI_VULNERABILITIES": "high"}
    assert administrator.states("--plan", **severe) == {"numfast 2.0.0": "to be copied"}


def test_a_young_file_of_an_old_version_holds_it_back_because_a_copy_brings_it_along(administrator):
    administrator.publish("public", "acme-late", "1.0", days=400)
    administrator.publish("public", "acme-late", "1.0", days=1, tag="cp36-cp36m-manylinux1_x86_64")
    administrator.needs("acme-late")
    found, _ = administrator.promote("--plan", status=1, **WEEK)
    assert found["acme-late 1.0"][1].startswith("is 1 day old")


def test_a_version_that_its_file_spells_otherwise_is_judged_and_copied(administrator):
    young = administrator.publish("public", "calendar-ways", "2024.01.02", days=1)
    administrator.needs("calendar-ways")
    found, _ = administrator.promote("--plan", status=1, **WEEK)
    assert [state for state, _ in found.values()] == ["refused"]
    assert administrator.states() == {"calendar-ways 2024.1.2": "copied"}
    assert young.name in {one.name for one in administrator.emulator.packages_dir.iterdir()}


def test_other_content_under_the_same_version_is_refused_and_named(administrator):
    other = administrator.publish("shared-pypi", "tinydate", "2.9.0", modules={"tinydate": "other = True\n"})
    administrator.needs("tablefit==3.0.4")
    before = other.read_bytes()
    found, _ = administrator.promote(status=1)
    state, why = found["tinydate 2.9.0"]
    assert (state, why) == ("refused", f"acme/shared-pypi has other content under it: {other.name}")
    assert found["tablefit 3.0.4"] == ("refused", "needs tinydate, which is refused")
    assert other.read_bytes() == before


def test_a_file_that_came_to_the_source_later_is_told(administrator):
    administrator.needs("numfast==2.0.0")
    administrator.states()
    later = administrator.publish("public", "numfast", "2.0.0", tag="cp36-cp36m-manylinux1_x86_64")
    pypi_store = administrator.emulator.packages_dir_of(administrator.arn("pypi-store"))
    (pypi_store / later.name).write_bytes(later.read_bytes())
    found, _ = administrator.promote()
    assert found["numfast 2.0.0"] == ("there", f"without {later.name}, which came later")


@pytest.mark.parametrize("status", ["Archived", "Unlisted"])
def test_a_version_that_was_archived_is_not_brought_back_silently(administrator, status):
    administrator.needs("numfast==2.0.0")
    administrator.states()
    administrator.aws.update_package_versions_status(
        domain="acme",
        repository="shared-pypi",
        format="pypi",
        package="numfast",
        versions=["2.0.0"],
        targetStatus=status,
    )
    archived = status == "Archived"
    found, _ = administrator.promote(status=1 if archived else 0)
    state, why = found["numfast 2.0.0"]
    assert state == ("refused" if archived else "there")
    assert ("has it as Archived" in why) == archived


class TestManyVersions:
    NAMES = tuple(f"piece-{number}" for number in range(10))
    COMMAND = ("promote", "-r", "requirements.txt", "--from", "pypi-store", "--to", "shared-pypi")

    @pytest.fixture(autouse=True)
    def _pieces(self, administrator):
        for name in self.NAMES:
            administrator.publish("public", name, "1.0")
        administrator.needs(*self.NAMES)

    def all_there(self, administrator):
        return {f"{name} 1.0" for name in self.NAMES} <= administrator.holds()

    def test_copies_keep_to_the_rate_that_aws_allows(self, administrator):
        administrator.emulator.faults(throttle=6, operations=["CopyPackageVersions"])
        administrator.states()
        assert administrator.asked("CopyPackageVersions") == [200] * len(self.NAMES)

    def test_throttled_calls_are_tried_again(self, administrator):
        administrator.emulator.faults(throttle=2, operations=["CopyPackageVersions"])
        assert set(administrator.states().values()) == {"copied"}
        assert 429 in administrator.asked("CopyPackageVersions")

    @pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
    def test_a_run_that_was_ended_in_the_middle_is_continued(self, administrator, how):
        process = administrator.start(*self.COMMAND)
        assert process.stderr.readline() == "copied piece-0 1.0\n"
        process.send_signal(how)
        _, said = process.communicate(timeout=60)
        if how is signal.SIGINT:
            assert process.returncode == 130
            assert re.search(r"Interrupted: \d+ copied\. Run the same command again", said)
        copied_before = len(administrator.asked("CopyPackageVersions"))
        assert copied_before < len(self.NAMES)
        states = administrator.states()
        assert states["piece-0 1.0"] == "there"
        assert states["piece-9 1.0"] == "copied"
        assert self.all_there(administrator)

    def test_what_needs_a_version_that_failed_is_not_copied(self, administrator):
        administrator.publish("public", "whole", "1.0", ["piece-0"])
        administrator.needs("whole")
        administrator.emulator.faults(deny=["codeartifact:CopyPackageVersions"])
        found, _ = administrator.promote(status=1)
        assert found["piece-0 1.0"][0] == "failed"
        assert "iam-policy promoter" in found["piece-0 1.0"][1]
        assert found["whole 1.0"][0] == "failed"
        assert len(administrator.asked("CopyPackageVersions")) == 1


class TestLockFiles:
    @pytest.fixture
    def lock(self, administrator):
        administrator.needs("tablefit==3.0.4")
        store = administrator.arn("pypi-store")
        assert administrator.run("lock", "requirements.txt", CA_REPOSITORY_ARN=store).returncode == 0
        return administrator.folder / "pylock.toml"

    def test_a_lock_file_is_promoted(self, administrator, lock):
        states = administrator.states(file="pylock.toml")
        assert states == {"tinydate 2.9.0": "copied", "tablefit 3.0.4": "copied"}

    def test_what_is_not_the_locked_content_is_refused(self, administrator, lock):
        text = lock.read_text()
        digest = re.search(r'name = "tinydate".*?sha256 = "(\w+)"', text, re.DOTALL)[1]
        lock.write_text(text.replace(digest, "0" * 64))
        found, _ = administrator.promote(file="pylock.toml", status=1)
        assert found["tinydate 2.9.0"][1].startswith("has other content than what is locked")
        assert found["tablefit 3.0.4"] == ("refused", "needs tinydate, which is refused")


def test_versions_are_for_the_pythons_that_are_named(administrator):
    administrator.publish("public", "old-and-new", "1.0")
    administrator.publish("public", "old-and-new", "2.0", requires_python=">=3.13")
    administrator.needs("old-and-new")
    assert set(administrator.states("--plan", "--python", "3.13")) == {"old-and-new 2.0"}
    both = administrator.states("--plan", "--python", "3.10", "--python", "3.13")
    assert set(both) == {"old-and-new 1.0", "old-and-new 2.0"}
    assert administrator.run("promote", "-r", "x", "--from", "a", "--to", "b", "--python", "3").returncode == 2


def test_what_the_source_lacks_is_an_error_and_nothing_is_copied(administrator):
    administrator.needs("numfast", "nobody-has-it")
    done = administrator.run("promote", "-r", "requirements.txt", "--from", "pypi-store", "--to", "shared-pypi")
    assert done.returncode == 1
    assert "nobody-has-it is not in" in done.stderr
    assert administrator.asked("CopyPackageVersions") == []


@pytest.mark.parametrize(
    ("source", "destination", "words"),
    [
        ("pypi-store", "pypi-store", "nothing to promote from acme/pypi-store to itself"),
        ("pypi-store", "no-such-one", "Repository 'no-such-one'"),
        ("no-such-one", "shared-pypi", "Repository 'no-such-one'"),
        (
            "pypi-store",
            "arn:aws:codeartifact:us-west-2:111122223333:repository/island/island-pypi",
            "two domains",
        ),
        ("pypi store", "shared-pypi", "repository name"),
    ],
)
def test_repositories_that_do_not_fit_are_refused(administrator, source, destination, words):
    administrator.needs("numfast")
    done = administrator.run("promote", "-r", "requirements.txt", "--from", source, "--to", destination)
    assert done.returncode == 1
    assert words in done.stderr
    assert "  try   " in done.stderr
