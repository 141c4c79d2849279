"""A list is mirrored from a public index into a repository: what passes the gate, once, and nothing by another way."""

from __future__ import annotations

import json
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import jsonschema
import psutil
import pypiserver
import pytest
from folder_index import BACKEND, digest, source_archive
from osv_records import record

from jupyter_securepypi.administration.mirror.source import Source
from jupyter_securepypi.config import SecurePyPI

WEEK = ("--minimum-age", "P7D")
PIECES = [f"piece-{number}" for number in range(100)]
_FILE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "version", "filename", "kind", "sha256", "state", "why"],
    "properties": {
        **{name: {"type": "string"} for name in ("name", "version", "filename", "sha256", "why")},
        "kind": {"enum": ["wheel", "source", ""]},
        "state": {
            "enum": ["to be fetched", "to be uploaded", "fetched", "uploaded", "there", "refused", "failed"]
        },
    },
}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["ok", "from", "to", "folder", "manifest_sha256", "files", "held_back", "unchecked", "notes"],
    "properties": {
        "ok": {"type": "boolean"},
        **{name: {"type": "string"} for name in ("from", "to", "folder", "manifest_sha256")},
        "files": {"type": "array", "items": _FILE},
        "held_back": {"type": "array", "items": {"type": "object", "required": ["name", "version", "kind"]}},
        **{name: {"type": "array", "items": {"type": "string"}} for name in ("unchecked", "notes")},
    },
}


def wheel(name, version="1.0"):
    return f"{name.replace('-', '_')}-{version}-py3-none-any.whl"


def test_many_packages_go_over_in_one_run_and_are_installed_from_there(mirroring, nightly):
    pieces = PIECES if nightly else PIECES[:30]
    for number, name in enumerate(pieces):
        mirroring.has(name, requires=[pieces[number + 1]] if number % 10 != 9 else [])
    mirroring.administrator.needs(*pieces[::10])
    done = mirroring.administrator.run(*mirroring.words())
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"to acme/shared-pypi: {len(pieces)} uploaded." in done.stdout
    assert {wheel(name) for name in pieces} <= mirroring.holds()
    assert done.stdout.index("piece-9 ") < done.stdout.index("piece-8 "), "what others need comes first"
    download = mirroring.administrator.run("download", "-d", "wheels", pieces[-10], "--json")
    assert download.returncode == 0, download.stderr
    assert len(list((mirroring.administrator.folder / "wheels").iterdir())) == 10


def test_a_second_run_uploads_nothing(mirroring):
    mirroring.has("first", requires=["second"])
    mirroring.has("second")
    mirroring.administrator.needs("first")
    assert {state for state, _ in mirroring.mirror().values()} == {"uploaded"}
    fetched = mirroring.public.files_asked()
    assert {state for state, _ in mirroring.mirror().values()} == {"there"}
    assert mirroring.public.files_asked() == fetched


def test_other_content_under_a_name_fails_that_file_and_stops_no_other(mirroring):
    mirroring.has("ours", modules={"ours": "stranger = True"})
    mirroring.has("other", requires=["ours"])
    own = mirroring.administrator.publish("shared-pypi", "ours", "1.0")
    before = digest(own)
    mirroring.administrator.needs("other")
    found = mirroring.mirror(status=1)
    state, why = found[wheel("ours")]
    assert state == "failed"
    assert f"acme/shared-pypi has other content under this name: SHA-256 {before}" in why
    assert found[wheel("other")] == ("uploaded", "")
    assert digest(own) == before


class TestEndedInTheMiddle:
    @pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
    def test_the_next_run_goes_on(self, mirroring, how):
        names = PIECES[:12]
        for name in names:
            mirroring.has(name)
        mirroring.administrator.needs(*names)
        process = mirroring.administrator.start(*mirroring.words())
        wait_for(lambda: mirroring.holds() & set(map(wheel, names)), process)
        process.send_signal(how)
        _, said = process.communicate(timeout=60)
        if how is signal.SIGINT:
            assert process.returncode == 130
            assert "Run the same command again: what is there is not done again." in said
        there = mirroring.holds() & set(map(wheel, names))
        assert len(there) < len(names)
        found = mirroring.mirror()
        assert {name for name, (state, _) in found.items() if state == "there"} >= there
        assert set(map(wheel, names)) <= mirroring.holds()

    def test_who_is_terminated_while_uploading_leaves_no_token_and_no_uploader(
        self, mirroring, tmp_path, monkeypatch
    ):
        mirroring.has("good")
        mirroring.administrator.needs("good")
        mirroring.administrator.emulator.faults(hang=600, operations=["index:POST"])
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        monkeypatch.setenv("TMPDIR", str(scratch))
        process = mirroring.administrator.start(*mirroring.words())

        def uploaders():
            found = []
            for one in psutil.Process(process.pid).children(recursive=True):
                with suppress(psutil.Error):  # it has ended meanwhile
                    found += [one] if "publish" in one.cmdline() else []
            return found

        wait_for(lambda: uploaders() and list(scratch.glob("*/netrc")), process)
        [uploader] = uploaders()
        process.terminate()
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGTERM
        assert not list(scratch.iterdir())
        # Whoever is killed is there until the system has noted it.
        assert psutil.wait_procs([uploader], timeout=10)[1] == []

    def test_a_folder_that_was_being_filled_has_whole_files_and_is_no_mirror_yet(self, mirroring):
        names = PIECES[:12]
        made = {wheel(name): digest(mirroring.has(name)) for name in names}
        mirroring.administrator.needs(*names)
        folder = mirroring.administrator.folder / "disk"
        process = mirroring.administrator.start(*mirroring.words("--folder", "disk", to=""))
        wait_for(lambda: folder.is_dir() and any(one.suffix == ".whl" for one in folder.iterdir()), process)
        process.kill()
        process.communicate(timeout=60)
        whole = [one for one in folder.iterdir() if not one.name.startswith(".")]
        assert 0 < len(whole) < len(names)
        assert all(digest(one) == made[one.name] for one in whole)
        done = mirroring.administrator.run("mirror", "--folder", "disk", "--to", "shared-pypi")
        assert done.returncode == 1
        assert "disk is no mirror that can be uploaded" in done.stderr
        before = mirroring.public.files_asked()
        assert {state for state, _ in mirroring.mirror("--folder", "disk", to="").values()} == {"fetched"}
        again = mirroring.public.files_asked() - before
        assert not set(again) & {one.name for one in whole}, "what is there is not fetched again"


def wait_for(met, process):
    until = time.monotonic() + 60
    while not met():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.002)


class TestGate:
    def test_what_is_too_young_waits_and_an_older_version_goes(self, mirroring):
        mirroring.has("settled", "1.0")
        mirroring.has("settled", "2.0", days=1)
        mirroring.has("fresh", days=1)
        mirroring.has("leans", requires=["fresh"])
        mirroring.administrator.needs("settled", "leans")
        report = mirroring.report(*mirroring.words(*WEEK), status=1)
        states = {f"{one['name']} {one['version']}": one for one in report["files"]}
        assert states["settled 1.0"]["state"] == "uploaded"
        assert states["fresh 1.0"]["state"] == "refused"
        assert states["fresh 1.0"]["why"].startswith("is 1 day old, allowed from")
        assert states["leans 1.0"]["why"] == "needs fresh, which is refused"
        assert [(one["name"], one["version"]) for one in report["held_back"]] == [("settled", "2.0")]
        assert not mirroring.holds() & {wheel("fresh"), wheel("leans"), wheel("settled", "2.0")}

    def test_the_option_asks_for_more_than_the_policy_and_never_for_less(self, mirroring):
        mirroring.has("fresh", days=10)
        mirroring.administrator.needs("fresh")
        month = {"SECURE_PYPI_MINIMUM_AGE": "30 days"}
        assert mirroring.mirror(*WEEK, "--plan", status=1, **month)["fresh 1.0"][0] == "refused"
        assert mirroring.mirror(*WEEK, "--plan")[wheel("fresh")][0] == "to be uploaded"

    def test_malware_and_vulnerabilities_stay_outside(self, mirroring, database):
        known = database(
            record("MAL-2026-1", "evil", versions=["1.0"]),
            record("PYSEC-2026-1", "weak", introduced="0", fixed="2.0", severity="HIGH"),
        )
        for name, version in (("evil", "1.0"), ("weak", "1.0"), ("good", "1.0")):
            mirroring.has(name, version)
        mirroring.administrator.needs("evil", "weak", "good")
        found = mirroring.mirror(status=1, SECURE_PYPI_OSV_DATABASE=known)
        assert "is malicious: MAL-2026-1" in found["evil 1.0"][1]
        assert "is vulnerable: PYSEC-2026-1" in found["weak 1.0"][1]
        assert found[wheel("good")][0] == "uploaded"
        assert not mirroring.holds() & {wheel("evil"), wheel("weak")}


class TestTargets:
    @pytest.fixture
    def half(self, mirroring):
        """A package with wheels for Linux, on two Pythons, and a source archive."""
        for python in ("311", "312"):
            mirroring.has("half", "9.0", tag=f"cp{python}-cp{python}-manylinux_2_17_x86_64")
        source_archive(mirroring.public.folder, "half")
        mirroring.administrator.needs("half")
        return mirroring

    def test_a_source_archive_comes_along_where_a_target_has_no_wheel(self, half):
        found = half.mirror("--plan", "--python", "3.11,3.12", "--platform", "linux,windows-amd64")
        assert found["half-9.0.tar.gz"] == (
            "to be uploaded",
            "no wheel for Python 3.11 on windows-amd64, Python 3.12 on windows-amd64",
        )
        assert len(found) == 3

    def test_only_the_wheels_of_the_targets_go(self, half):
        found = half.mirror("--plan", "--python", "3.12", "--platform", "linux-x86_64")
        assert list(found) == ["half-9.0-cp312-cp312-manylinux_2_17_x86_64.whl"]

    def test_what_one_python_needs_in_another_version_goes_in_both(self, mirroring):
        mirroring.has("tool", requires=["dep<2; python_version < '3.12'", "dep>=2; python_version >= '3.12'"])
        mirroring.has("dep", "1.0")
        mirroring.has("dep", "2.0")
        mirroring.administrator.needs("tool")
        assert set(mirroring.mirror("--plan", "--python", "3.12")) == {wheel("tool"), wheel("dep", "2.0")}
        both = mirroring.mirror("--plan", "--python", "3.11", "--python", "3.12")
        assert set(both) == {wheel("tool"), wheel("dep", "1.0"), wheel("dep", "2.0")}

    def test_what_only_another_platform_needs_is_left_out(self, mirroring):
        mirroring.has("tool", requires=["winhelp; sys_platform == 'win32'"])
        mirroring.has("winhelp", tag="cp312-abi3-win_amd64")
        mirroring.administrator.needs("tool")
        assert set(mirroring.mirror("--plan", "--python", "3.12", "--platform", "linux")) == {wheel("tool")}
        every = mirroring.report(*mirroring.words("--plan", "--python", "3.12"))
        assert {one["filename"] for one in every["files"]} == {
            wheel("tool"),
            "winhelp-1.0-cp312-abi3-win_amd64.whl",
        }
        assert every["notes"] == [], "macOS and Linux do not need it"

    def test_a_target_without_any_file_is_told(self, mirroring):
        mirroring.has("lone", tag="cp312-cp312-macosx_11_0_arm64")
        mirroring.administrator.needs("lone")
        report = mirroring.report(*mirroring.words("--plan", "--python", "3.12"))
        assert report["notes"] == ["lone 1.0 has no file for Python 3.12 on linux, Python 3.12 on windows."]
        found = mirroring.mirror("--plan", "--python", "3.12", "--platform", "linux", status=1)
        assert found["lone 1.0"][1].endswith("for Python 3.12 on linux")

    def test_a_package_of_source_archives_goes_as_one_where_builds_are_allowed(self, mirroring):
        source_archive(mirroring.public.folder, "other", files=BACKEND)
        mirroring.has("good")
        mirroring.administrator.needs("other", "good")
        found = mirroring.mirror("--python", "3.12", "--platform", "linux")
        assert found["other-9.0.tar.gz"] == ("uploaded", "no wheel for Python 3.12 on linux")
        text = mirroring.administrator.run(*mirroring.words("--plan")).stdout
        assert "1 source archive is among them" in text

    def test_with_the_gate_on_nothing_is_built_and_the_rest_goes(self, mirroring, tmp_path):
        marker = tmp_path / "it-ran"
        source_archive(mirroring.public.folder, "other", marker=marker)
        mirroring.has("good")
        mirroring.administrator.needs("other", "good")
        found = mirroring.mirror(status=1, SECURE_PYPI_BLOCKED='{"nothing": "at all"}')
        assert found["other"][0] == "refused"
        assert found["other"][1].startswith("has source archives only")
        assert found[wheel("good")][0] == "uploaded"
        assert not marker.exists()

    @pytest.mark.parametrize(
        "words",
        [("--python", "3"), ("--platform", "amiga"), ("--minimum-age", "soon"), ("--folder", "x", "--to")],
    )
    def test_what_cannot_be_is_a_wrong_usage(self, mirroring, words):
        assert mirroring.administrator.run("mirror", "-r", "requirements.txt", *words).returncode == 2


class TestLists:
    def test_of_what_is_pinned_by_hash_only_that_file_goes(self, mirroring):
        here = mirroring.has("half", tag="cp312-cp312-manylinux_2_17_x86_64")
        mirroring.has("half", tag="cp312-cp312-win_amd64")
        mirroring.administrator.needs(f"half==1.0 --hash=sha256:{digest(here)}")
        assert list(mirroring.mirror("--plan", "--python", "3.12")) == [here.name]

    def test_a_lock_file_is_mirrored(self, mirroring):
        administrator = mirroring.administrator
        administrator.needs("tablefit==3.0.4")
        assert (
            administrator.run(
                "lock", "requirements.txt", CA_REPOSITORY_ARN=administrator.arn("pypi-store")
            ).returncode
            == 0
        )
        words = ("mirror", "-r", "pylock.toml", "--from", "pypi-store", "--to", "team-pypi")
        assert {one["state"] for one in mirroring.report(*words)["files"]} == {"uploaded"}
        assert mirroring.holds("team-pypi") == {wheel("tablefit", "3.0.4"), wheel("tinydate", "2.9.0")}

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("good @ https://example.com/good-1.0-py3-none-any.whl", "good"),
            ("--extra-index-url https://example.com/simple", "--extra-index-url"),
            ("nobody-has-it", "nobody-has-it is not in"),
            ("# nothing", "Nothing was asked for."),
        ],
    )
    def test_what_would_go_another_way_or_is_not_there_is_refused_as_in_an_install(self, mirroring, line, said):
        mirroring.administrator.needs(line)
        before = mirroring.holds()
        done = mirroring.administrator.run(*mirroring.words())
        assert done.returncode == 1
        assert said in done.stderr
        assert mirroring.holds() == before


class TestPlan:
    def test_it_writes_and_uploads_nothing(self, mirroring):
        mirroring.has("good")
        mirroring.administrator.needs("good")
        before, files = mirroring.holds(), sorted(mirroring.administrator.folder.rglob("*"))
        assert mirroring.mirror("--plan", "--folder", "disk")[wheel("good")] == ("to be uploaded", "")
        assert mirroring.mirror("--plan", "--folder", "disk.zip", to="")[wheel("good")] == ("to be fetched", "")
        assert mirroring.mirror("--plan", to="")[wheel("good")] == ("to be fetched", "")
        assert sorted(mirroring.administrator.folder.rglob("*")) == files
        assert mirroring.holds() == before

    def test_it_says_what_is_there_and_what_stands_in_the_way(self, mirroring):
        for name in ("same", "differs", "absent"):
            mirroring.has(name)
        mirroring.administrator.publish("shared-pypi", "same", "1.0")
        mirroring.administrator.publish("shared-pypi", "differs", "1.0", modules={"differs": "x = 1"})
        mirroring.administrator.needs("same", "differs", "absent")
        found = mirroring.mirror("--plan", status=1)
        assert {name: state for name, (state, _) in found.items()} == {
            wheel("same"): "there",
            wheel("differs"): "failed",
            wheel("absent"): "to be uploaded",
        }


def test_the_report_is_as_documented(mirroring):
    mirroring.has("good", "1.0")
    mirroring.has("good", "2.0", days=1)
    mirroring.has("fresh", days=1)
    mirroring.administrator.needs("good", "fresh")
    report = mirroring.report(*mirroring.words(*WEEK, "--folder", "disk"), status=1)
    jsonschema.validate(report, SCHEMA)
    assert report["to"] == mirroring.administrator.arn("shared-pypi")
    assert report["from"] == mirroring.public.url
    assert report["folder"] == "disk"
    page = (Path(__file__).parents[2] / "docs/mirror.md").read_text()
    assert not [name for name in SCHEMA["properties"] if f"`{name}`" not in page]


def test_a_file_that_is_not_what_the_page_says_is_not_uploaded(mirroring):
    mirroring.has("good")
    mirroring.has("damaged")
    mirroring.administrator.needs("good", "damaged")
    mirroring.public.broken.add(wheel("damaged"))
    found = mirroring.mirror(status=1)
    assert found[wheel("damaged")][0] == "failed"
    assert "does not have the hash" in found[wheel("damaged")][1]
    assert found[wheel("good")][0] == "uploaded"
    assert wheel("damaged") not in mirroring.holds()


def test_the_settings_of_pip_and_uv_and_the_users_logins_play_no_part(mirroring, home, tmp_path):
    mirroring.has("good", "1.0")
    mirroring.has("good", "2.0", days=2)
    mirroring.administrator.needs("good")
    pins = tmp_path / "pins.txt"
    pins.write_text("good==1.0\n")
    elsewhere = "http://127.0.0.1:9/simple/"
    (home / ".config/pip").mkdir(parents=True)
    (home / ".config/pip/pip.conf").write_text(
        f"[global]\nindex-url = {elsewhere}\nextra-index-url = {elsewhere}\nconstraint = {pins}\n"
    )
    (home / ".config/uv").mkdir()
    (home / ".config/uv/uv.toml").write_text(
        f'publish-url = "{elsewhere}"\nextra-index-url = ["{elsewhere}"]\n'
    )
    (home / ".netrc").write_text("machine 127.0.0.1 login me password mine\n")
    variables = {
        "PIP_CONSTRAINT": str(pins),
        "PIP_EXTRA_INDEX_URL": elsewhere,
        "UV_CONSTRAINT": str(pins),
        "UV_EXCLUDE_NEWER": "2020-01-01T00:00:00Z",
        "UV_INDEX": elsewhere,
        "UV_PUBLISH_URL": elsewhere,
        "UV_PUBLISH_TOKEN": "nobodys",
    }
    assert mirroring.mirror(**variables) == {wheel("good", "2.0"): ("uploaded", "")}
    assert mirroring.public.logins == []


def test_the_token_is_in_no_command_line_and_in_no_variable(mirroring, home):
    names = PIECES[:8]
    for name in names:
        mirroring.has(name)
    mirroring.administrator.needs(*names)
    assert mirroring.administrator.run("refresh").returncode == 0
    [store] = (home / ".local/share/jupyter/runtime/securepypi").glob("*.json")
    secret = json.loads(store.read_bytes())["token"]["secret"]
    process = mirroring.administrator.start(*mirroring.words())
    seen: list[list[str]] = []
    leaks: list[str] = []

    def watch():
        while process.poll() is None:
            for one in (psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)):
                try:
                    words, variables = one.cmdline(), one.environ()
                except psutil.Error:
                    continue
                seen.append(words)
                leaks.extend(text for text in (*words, *variables.values()) if secret in text)

    def watch_to_the_end():
        try:
            watch()
        except psutil.NoSuchProcess:
            pass  # it has ended

    thread = threading.Thread(target=watch_to_the_end)
    thread.start()
    out, said = process.communicate(timeout=120)
    thread.join()
    assert process.returncode == 0, out + said
    assert any("publish" in words for words in seen), "no upload was seen"
    assert not leaks
    assert secret not in out + said


class TestConnections:
    @pytest.fixture
    def public(self, mirroring, home):
        """The stand-in is the public index, as an administrator says it."""
        file = home / ".jupyter/jupyter_securepypi_config.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"SecurePyPI": {"public_index_url": mirroring.public.url}}))
        mirroring.has("good")
        mirroring.administrator.needs("good")
        return mirroring

    @pytest.mark.parametrize(
        ("to", "words"), [("curated", "repository/acme/curated` copies"), ("pypi-store", "--to CURATED`")]
    )
    def test_where_the_public_index_answers_already_it_says_to_promote(self, public, to, words):
        done = public.administrator.run("mirror", "-r", "requirements.txt", "--to", to)
        assert done.returncode == 1
        assert "over the external connection public:pypi" in done.stderr
        assert f"promote -r requirements.txt --from {public.administrator.arn('pypi-store')}" in done.stderr
        assert words in done.stderr
        assert not public.public.asked

    @pytest.mark.parametrize("upper", [False, True])
    @pytest.mark.parametrize("end", ["/", ""])
    def test_the_public_index_by_its_own_address_is_the_public_index(self, mirroring, upper, end):
        address = urlsplit(Source.of("", SecurePyPI()).url.rstrip("/") + end)
        host = address.netloc.upper() if upper else address.netloc
        mirroring.administrator.needs("good")
        given = ("-r", "requirements.txt", "--from", address._replace(netloc=host).geturl(), "--to", "curated")
        done = mirroring.administrator.run("mirror", *given)
        assert done.returncode == 1
        assert "over the external connection public:pypi" in done.stderr

    def test_without_a_connection_the_public_index_is_what_is_mirrored(self, public):
        report = public.report("mirror", "-r", "requirements.txt", "--to", "shared-pypi")
        assert report["files"][0]["state"] == "uploaded"
        assert report["notes"] == []

    def test_a_folder_remembers_that_it_came_from_the_public_index(self, public):
        run = public.administrator.run
        assert run("mirror", "-r", "requirements.txt", "--folder", "disk").returncode == 0
        done = run("mirror", "--folder", "disk", "--to", "curated")
        assert done.returncode == 1
        assert f"promote -r FILE --from {public.administrator.arn('pypi-store')}" in done.stderr
        assert run("mirror", "--folder", "disk", "--to", "shared-pypi").returncode == 0

    def test_another_index_is_mirrored_and_the_connection_told(self, mirroring):
        mirroring.has("vendored")
        mirroring.administrator.needs("vendored")
        report = mirroring.report(*mirroring.words(to="curated"))
        assert report["files"][0]["state"] == "uploaded"
        assert "external connection public:pypi of acme/pypi-store" in report["notes"][0]

    def test_what_may_not_be_seen_is_told_and_stops_nothing(self, mirroring):
        mirroring.has("good")
        mirroring.administrator.needs("good")
        mirroring.administrator.emulator.faults(deny=["codeartifact:DescribeRepository"])
        report = mirroring.report(*mirroring.words())
        assert report["files"][0]["state"] == "uploaded"
        assert "could not be seen" in report["notes"][0]


def test_one_of_our_repositories_is_a_source_too(mirroring):
    mirroring.administrator.needs("tablefit==3.0.4")
    words = ("mirror", "-r", "requirements.txt", "--from", "pypi-store", "--to", "team-pypi")
    done = mirroring.administrator.run(*words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert mirroring.holds("team-pypi") == {wheel("tablefit", "3.0.4"), wheel("tinydate", "2.9.0")}


def test_the_rights_of_a_publisher_suffice(mirroring):
    mirroring.has("good")
    mirroring.administrator.needs("good")
    publisher = mirroring.administrator.emulator.credentials("SecurePyPIPublishRole")
    assert mirroring.mirror(**publisher)[wheel("good")] == ("uploaded", "")


class TestAnotherProvider:
    """The same code mirrors into an index that is not CodeArtifact, with the user's own password."""

    @pytest.fixture
    def index(self, home, tmp_path):
        stored = tmp_path / "stored"
        stored.mkdir()
        app = pypiserver.app(
            roots=[str(stored)],
            password_file="unused",
            auther=lambda login, password: (login, password) == ("engineer", "pass-word-of-the-user"),
            authenticate=["list", "download", "update"],
            disable_fallback=True,
        )
        server = make_server("127.0.0.1", 0, app, handler_class=_Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        (home / ".netrc").write_text("machine 127.0.0.1 login engineer password pass-word-of-the-user\n")
        (home / ".netrc").chmod(0o600)
        yield f"http://127.0.0.1:{server.server_port}/simple/", stored
        server.shutdown()
        server.server_close()

    def test_files_are_uploaded_skipped_and_compared_there(self, mirroring, index):
        url, stored = index
        mirroring.has("first", requires=["second"])
        mirroring.has("second")
        mirroring.administrator.needs("first")
        variables = {"CA_REPOSITORY_ARN": "", "SECURE_PYPI_INDEX": url, "SECURE_PYPI_ROLE_ARN": ""}
        assert {state for state, _ in mirroring.mirror(to=url, **variables).values()} == {"uploaded"}
        assert {one.name for one in stored.iterdir()} == {wheel("first"), wheel("second")}
        assert {state for state, _ in mirroring.mirror(to=url, **variables).values()} == {"there"}
        mirroring.has("second", modules={"second": "changed = True"})
        found = mirroring.mirror(to=url, status=1, **variables)
        assert "other content under this name" in found[wheel("second")][1]
        assert mirroring.public.logins == [], "a login for the host goes to the destination only"


class _Quiet(WSGIRequestHandler):
    def log_message(self, *words):
        pass


def test_what_a_publisher_may_not_is_told_for_each_file(mirroring):
    mirroring.has("good")
    mirroring.administrator.needs("good")
    mirroring.administrator.emulator.faults(deny=["codeartifact:PublishPackageVersion"])
    state, why = mirroring.mirror(status=1)[wheel("good")]
    assert state == "failed"
    assert "403" in why
    assert "codeartifact:PublishPackageVersion" in why


def test_who_may_not_publish_at_all_does_not_try_every_file(mirroring):
    names = PIECES[:4]
    for name in names:
        mirroring.has(name)
    mirroring.administrator.needs(*names)
    mirroring.administrator.emulator.faults(deny=["codeartifact:PublishPackageVersion"])
    found = mirroring.mirror(status=1)
    assert {state for state, _ in found.values()} == {"failed"}
    assert sum("403" in why for _, why in found.values()) == 1
    assert sum("was not tried" in why for _, why in found.values()) == 3
    calls = mirroring.administrator.emulator.calls()["calls"]
    assert len([one for one in calls if one["operation"] == "index:POST"]) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Nothing says what to mirror."),
        (("-r", "requirements.txt", "--from", "http://127.0.0.1:9/simple/"), "Nothing says where to."),
        (("--folder", "disk", "--to", "shared-pypi", "--from", "pypi-store"), "leave out `--from`"),
        (
            ("-r", "requirements.txt", "--to", "shared-pypi", "--from", "https://me:pw@example.com/simple"),
            "credentials",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_said(mirroring, words, said):
    mirroring.administrator.needs("good")
    done = mirroring.administrator.run("mirror", *words)
    assert done.returncode == 1
    assert said in done.stderr
