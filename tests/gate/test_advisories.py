"""Known malware, vulnerabilities and blocked names: held back or warned of, from a file or a service."""

from __future__ import annotations

import json
import os
import zipfile

import pytest
from by_day import either_engine
from folder_index import digest, page
from osv_records import ListingService, record

from jupyter_securepypi.emulator.samples import build_wheel

# CVSS 3.1 vectors and their base scores, by FIRST's calculator: 5.3 and 9.8.
MEDIUM, CRITICAL = (
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
)


@pytest.fixture
def table(publish):
    for version in ("1.0", "1.1", "2.0"):
        publish("acme-table", version, 30)
    return "acme-table"


def variables(database, **more):
    return {"SECURE_PYPI_OSV_DATABASE": str(database), **more}


class TestMalware:
    @either_engine
    def test_a_malicious_version_is_passed_over_and_named(self, environment, engine, table, database):
        known = database(record("MAL-2026-1", "Acme_Table", versions=["2.0"]))
        said = environment.ok(
            "install", "--engine", engine, table, **variables(known, SECURE_PYPI_MALWARE="block")
        )
        assert environment.versions()["acme_table"] == "1.1"
        assert "Held back: acme-table 2.0 is malicious: MAL-2026-1, About Acme_Table; 1.1 was taken." in said

    @either_engine
    def test_a_project_that_is_malicious_as_a_whole_is_refused(self, environment, engine, table, database):
        known = database(record("MAL-2026-1", "acme-table", introduced="0"))
        said = environment.fails(
            "install", "--engine", engine, table, **variables(known, SECURE_PYPI_MALWARE="block")
        )
        assert "Held back: acme-table 2.0 is malicious: MAL-2026-1" in said
        assert "do not install it from anywhere" in said
        assert environment.versions() == {}

    def test_a_warning_stands_under_the_table(self, environment, engine, table, database):
        known = database(record("MAL-2026-1", "acme-table", versions=["2.0"]))
        said = environment.ok(
            "install", "--engine", engine, table, **variables(known, SECURE_PYPI_MALWARE="warn")
        )
        assert environment.versions()["acme_table"] == "2.0"
        assert "Warning: acme-table 2.0 is malicious: MAL-2026-1" in said

    @pytest.mark.parametrize("service", [False, True])
    def test_a_build_of_ones_own_has_what_it_was_built_from(
        self, environment, engine, publish, aws, database, service
    ):
        for version in ("0.9", "1.0+cpu"):
            publish("acme-built", version, 30)
        known = record("MAL-2026-1", "acme-built", versions=["1.0"])
        aws.add_osv_record({**known, "modified": "2026-11-01T00:00:00Z"})
        where = {"SECURE_PYPI_OSV_URL": aws.osv_url} if service else variables(database(known))
        said = environment.ok("install", "--engine", engine, "acme-built", **where, SECURE_PYPI_MALWARE="block")
        assert "Held back: acme-built 1.0+cpu is malicious: MAL-2026-1" in said
        assert environment.versions()["acme_built"] == "0.9"

    def test_a_withdrawn_record_says_nothing(self, environment, engine, table, database):
        known = database(record("MAL-2026-1", "acme-table", introduced="0", withdrawn="2026-11-01T00:00:00Z"))
        environment.ok("install", "--engine", engine, table, **variables(known, SECURE_PYPI_MALWARE="block"))
        assert environment.versions()["acme_table"] == "2.0"

    def test_a_withdrawn_record_that_a_service_lists_says_nothing_and_the_others_count(
        self, environment, engine, table
    ):
        withdrawn = record("MAL-2026-1", "acme-table", introduced="0", withdrawn="2026-11-01T00:00:00Z")
        with ListingService(withdrawn) as service:
            where = {"SECURE_PYPI_OSV_URL": service.url, "SECURE_PYPI_MALWARE": "block"}
            environment.ok("install", "--engine", engine, table, **where)
        assert environment.versions()["acme_table"] == "2.0"
        with ListingService(withdrawn, record("MAL-2026-2", "acme-table", introduced="0")) as service:
            said = environment.fails(
                "install", "--force-reinstall", table, **{**where, "SECURE_PYPI_OSV_URL": service.url}
            )
        assert "is malicious: MAL-2026-2" in said
        assert "MAL-2026-1" not in said

    @pytest.mark.parametrize("content", [None, b"", b"PK\x05\x06", b"no zip"])
    def test_a_database_that_cannot_be_read_blocks_everything(self, environment, table, tmp_path, content):
        path = tmp_path / "all.zip"
        if content is not None:
            path.write_bytes(content)
        said = environment.fails("install", table, **variables(path, SECURE_PYPI_MALWARE="block"))
        assert "The database of known malware and vulnerabilities cannot be read" in said
        assert environment.versions() == {}

    def test_a_database_that_cannot_be_read_is_a_warning_where_malware_only_warns(
        self, environment, table, tmp_path
    ):
        said = environment.ok("install", table, **variables(tmp_path / "none.zip", SECURE_PYPI_MALWARE="warn"))
        assert "Warning: not checked for known malware and vulnerabilities." in said
        assert environment.versions()["acme_table"] == "2.0"

    def test_another_database_is_read_anew(self, environment, table, database):
        words = ("install", "--engine", "uv", "--dry-run", "--json", table)
        found = []
        for versions in (["2.0"], ["2.0", "1.1"], []):
            known = database(record("MAL-2026-1", "acme-table", versions=versions))
            said = environment.ok(*words, **variables(known, SECURE_PYPI_MALWARE="block"))
            found.append(json.loads(said)["packages"][0]["version"])
        assert found == ["1.1", "1.0", "2.0"]

    def test_a_database_rewritten_in_place_is_read_anew(self, environment, table, tmp_path):
        words = ("install", "--engine", "uv", "--dry-run", "--json", table)
        known, found, times = tmp_path / "all.zip", [], ()
        for version in ("2.0", "1.1"):  # of the same length, and so is the file
            with zipfile.ZipFile(known, "w") as export:
                export.writestr("1.json", json.dumps(record("MAL-2026-1", "acme-table", versions=[version])))
            times = times or (known.stat().st_atime_ns, known.stat().st_mtime_ns)
            os.utime(known, ns=times)
            said = environment.ok(*words, **variables(known, SECURE_PYPI_MALWARE="block"))
            found.append(json.loads(said)["packages"][0]["version"])
        assert found == ["1.1", "2.0"]

    def test_nothing_that_knows_malware_is_an_error_with_a_remedy(self, environment):
        said = environment.fails("install", "acme-core", SECURE_PYPI_MALWARE="block")
        assert "The option malware is on, and nothing says where known ones are looked up." in said
        assert "osv_url" in said

    def test_a_damaged_cache_is_made_anew(self, environment, table, database, home):
        known = variables(
            database(record("MAL-2026-1", "acme-table", versions=["2.0"])), SECURE_PYPI_MALWARE="block"
        )
        cache = {"XDG_CACHE_HOME": str(home / "cache")}
        words = ("install", "--dry-run", "--json", table)
        environment.ok(*words, **known, **cache)
        (made,) = (home / "cache/jupyter_securepypi").glob("*.sqlite")
        made.write_bytes(made.read_bytes()[:5000])
        said = json.loads(environment.ok(*words, **known, **cache))
        assert said["packages"][0]["version"] == "1.1"

    @pytest.mark.parametrize("odd", [{"affected": [{"package": {"name": "acme-table"}, "ranges": 5}]}])
    def test_a_record_that_cannot_be_understood_installs_nothing(self, environment, table, database, odd):
        known = variables(database({"id": "MAL-2026-1", **odd}), SECURE_PYPI_MALWARE="block")
        said = environment.fails("install", table, **known)
        assert "not as OSV's schema says" in said
        assert environment.versions() == {}


class TestVulnerabilities:
    @pytest.fixture
    def known(self, database):
        return database(
            record("GHSA-1", "acme-table", introduced="2.0", severity="HIGH"),
            record("PYSEC-1", "acme-table", versions=["1.1"], vector=MEDIUM),
        )

    @pytest.mark.parametrize(
        ("limit", "taken"), [("critical", "2.0"), ("high", "1.1"), ("medium", "1.0"), ("low", "1.0")]
    )
    def test_a_severity_blocks_from_it_on(self, environment, engine, table, known, limit, taken):
        more = variables(known, SECURE_PYPI_VULNERABILITIES=limit)
        environment.ok("install", "--engine", engine, table, **more)
        assert environment.versions()["acme_table"] == taken

    def test_what_does_not_block_is_a_warning(self, environment, engine, table, known):
        more = variables(known, SECURE_PYPI_VULNERABILITIES="critical")
        said = environment.ok("install", "--engine", engine, table, **more)
        assert "Warning: acme-table 2.0 is vulnerable: GHSA-1 (high), About acme-table." in said

    def test_a_vector_counts_where_no_word_is_given(self, environment, table, database):
        known = database(record("PYSEC-9", "acme-table", introduced="0", fixed="1.0.5", vector=CRITICAL))
        more = variables(known, SECURE_PYPI_VULNERABILITIES="critical")
        said = environment.fails("install", "acme-table==1.0", **more)
        assert "acme-table 1.0 is vulnerable: PYSEC-9 (critical)" in said

    def test_an_unknown_severity_counts_as_the_highest(self, environment, table, database):
        known = database(record("PYSEC-9", "acme-table", introduced="0"))
        more = variables(known, SECURE_PYPI_VULNERABILITIES="critical")
        assert "is vulnerable: PYSEC-9" in environment.fails("install", table, **more)


class TestBlocked:
    @either_engine
    def test_blocked_versions_are_passed_over_with_the_administrators_reason(self, environment, engine, table):
        blocked = json.dumps({"Acme_Table>=2": "our data format changes"})
        said = environment.ok("install", "--engine", engine, table, SECURE_PYPI_BLOCKED=blocked)
        assert environment.versions()["acme_table"] == "1.1"
        assert "acme-table 2.0 is blocked: our data format changes; 1.1 was taken" in said

    def test_a_blocked_project_is_refused(self, environment, engine, table, publish):
        publish("acme-app", "1.0", 30, ["acme-table"])
        blocked = json.dumps({"acme-table": "left without an owner"})
        said = environment.fails("install", "--engine", engine, "acme-app", SECURE_PYPI_BLOCKED=blocked)
        assert "acme-table 2.0 is blocked: left without an owner" in said
        assert environment.versions() == {}

    @either_engine
    def test_names_that_are_no_versions_do_not_stand_in_the_way(self, environment, engine, serve, tmp_path):
        links = {}
        for version in ("1.0", "2.0", "2004d"):
            wheel = build_wheel(tmp_path / "index/files", "other-table", version)
            links[wheel.name] = f"../../files/{wheel.name}#sha256={digest(wheel)}"
        page(tmp_path / "index", "other-table", links)
        index = {"SECURE_PYPI_INDEX": f"{serve(tmp_path / 'index')}simple/", "CA_REPOSITORY_ARN": ""}
        blocked = json.dumps({"other-table>=1.1": "no"})
        environment.ok("install", "--engine", engine, "other-table", **index, SECURE_PYPI_BLOCKED=blocked)
        assert environment.versions()["other_table"] == "1.0"

    @pytest.mark.parametrize(
        "text",
        [
            "requests",
            '["requests"]',
            '{"requests": 3}',
            '{"requests": ""}',
            '{"a b": "x"}',
            '{"a @ http://x": "x"}',
        ],
    )
    def test_what_cannot_be_blocked_is_an_error_that_names_the_variable(self, environment, text):
        assert "SECURE_PYPI_BLOCKED" in environment.fails("install", "acme-core", SECURE_PYPI_BLOCKED=text)


class TestEveryVerb:
    """The other verbs pass the same gate."""

    @pytest.fixture
    def policy(self, table):
        return {"SECURE_PYPI_BLOCKED": json.dumps({"acme-table>=2": "no"})}

    @either_engine
    def test_a_lock_has_no_held_version(self, environment, engine, policy):
        (environment.cwd / "wanted.txt").write_text("acme-table\n")
        environment.ok("lock", "--engine", engine, "wanted.txt", **policy)
        locked = (environment.cwd / "pylock.toml").read_text()
        assert 'version = "1.1"' in locked
        assert 'version = "2.0"' not in locked

    @either_engine
    def test_an_older_lock_that_has_one_is_refused(self, environment, engine, policy):
        (environment.cwd / "wanted.txt").write_text("acme-table\n")
        environment.ok("lock", "wanted.txt")
        said = environment.fails("install", "--engine", engine, "-r", "pylock.toml", **policy)
        assert "Held back: acme-table 2.0 is blocked: no." in said
        assert environment.versions() == {}

    @either_engine
    def test_a_file_with_hashes_that_has_one_is_refused(self, environment, engine, policy, packages):
        import hashlib

        (wheel,) = packages.glob("acme_table-2.0-*.whl")
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        (environment.cwd / "wanted.txt").write_text(f"acme-table==2.0 --hash=sha256:{digest}\n")
        said = environment.fails("install", "--engine", engine, "-r", "wanted.txt", **policy)
        assert "acme-table 2.0 is blocked" in said

    def test_a_download_takes_none(self, environment, policy):
        environment.ok("download", "-d", "wheels", "acme-table", **policy)
        assert [path.name for path in (environment.cwd / "wheels").iterdir()] == [
            "acme_table-1.1-py3-none-any.whl"
        ]

    def test_install_packages_takes_none(self, environment, engine, policy):
        code = f"import jupyter_securepypi as s; s.install_packages('acme-table', engine={engine!r})"
        done = environment.call(code, **policy)
        assert done.returncode == 0, done.stderr
        assert environment.versions()["acme_table"] == "1.1"
        assert "Held back: acme-table 2.0 is blocked: no; 1.1 was taken." in done.stdout

    @either_engine
    @pytest.mark.parametrize("verify", ["after", "before"])
    def test_either_way_to_verify_passes_it(self, environment, engine, policy, verify):
        environment.ok("install", "--engine", engine, "--verify", verify, "acme-table", **policy)
        assert environment.versions()["acme_table"] == "1.1"
