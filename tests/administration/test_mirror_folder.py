"""A mirror is carried on a disk: fetched at one site, checked again and uploaded at another."""

from __future__ import annotations

import io
import json
import os
import shutil
import time
import zipfile
from pathlib import Path

import pytest
from osv_records import record
from public_stand_in import PublicStandIn

from jupyter_securepypi.administration.mirror.words import Progress
from jupyter_securepypi.emulator.samples import build_wheel

MANIFEST = "securepypi-mirror.json"


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory):
    """A public index that all tests ask."""
    with PublicStandIn(tmp_path_factory.mktemp("public")) as running:
        yield running


@pytest.fixture(autouse=True)
def _nothing_new(stand_in):
    """What a test has added to it is gone afterwards."""
    before = set(stand_in.folder.iterdir())
    yield
    for path in set(stand_in.folder.iterdir()) - before:
        path.unlink()


@pytest.fixture(scope="module")
def two_packages(stand_in):
    for name, requires in (("first", ["second"]), ("second", ())):
        build_wheel(stand_in.folder, name, "1.0", requires, uploaded=time.time() - 90 * 86_400)


@pytest.fixture(scope="module")
def fetched(tmp_path_factory):
    """A place for the work folders in which something was fetched, and the digests of the manifests."""
    return tmp_path_factory.mktemp("fetched"), {}


@pytest.fixture(params=["disk", "disk.zip"])
def carried(two_packages, mirroring, fetched, request):
    """Two packages in a folder, or in a zip file, that was fetched without credentials of any cloud: once for all."""
    name, work, (kept, digests) = request.param, mirroring.administrator.folder, fetched
    mirroring.administrator.needs("first")
    if name not in digests:
        nobody = {name: "" for name in os.environ if name.startswith(("AWS_", "CA_REPOSITORY"))}
        found = mirroring.report(*mirroring.words("--folder", name, to=""), **nobody)
        assert {one["state"] for one in found["files"]} == {"fetched"}
        shutil.copytree(work, kept / f"with {name}")
        digests[name] = found["manifest_sha256"]
    shutil.copytree(kept / f"with {name}", work, dirs_exist_ok=True)
    mirroring.path, mirroring.digest = work / name, digests[name]
    return mirroring


def upload(carried, *words, status=0, **variables):
    given = ["mirror", "--folder", carried.path.name, "--to", "shared-pypi", *words]
    return carried.report(*given, status=status, **variables)


def states(report):
    return {one["name"]: one["state"] for one in report["files"]}


def change(path, name, content):
    """Exchange one file in a folder or a zip file; None removes it."""
    if path.is_dir():
        (path / name).unlink()
        if content is not None:
            (path / name).write_bytes(content)
        return
    with zipfile.ZipFile(path) as archive:
        kept = {one: archive.read(one) for one in archive.namelist() if one != name}
    with zipfile.ZipFile(path, "w") as archive:
        for one, text in {**kept, **({name: content} if content is not None else {})}.items():
            archive.writestr(one, text)


def test_what_was_fetched_is_uploaded_and_nobody_is_asked(carried):
    before = dict(carried.public.asked)
    report = upload(carried)
    assert states(report) == {"second": "uploaded", "first": "uploaded"}
    assert report["manifest_sha256"] == carried.digest, "both ends see the same manifest"
    assert report["from"] == carried.public.url
    assert dict(carried.public.asked) == before
    assert states(upload(carried)) == {"second": "there", "first": "there"}


def test_nothing_is_left_beside_it(carried):
    assert sorted(one.name for one in carried.administrator.folder.iterdir()) == sorted(
        [carried.path.name, "requirements.txt"]
    )


def test_a_plan_uploads_nothing(carried):
    before = carried.holds()
    assert set(states(upload(carried, "--plan")).values()) == {"to be uploaded"}
    assert carried.holds() == before


@pytest.mark.parametrize(
    ("content", "said"), [(b"PK\x03\x04 exchanged", "another content"), (None, "is missing")]
)
def test_a_file_that_was_exchanged_or_lost_on_the_way_is_not_uploaded(carried, content, said):
    change(carried.path, "second-1.0-py3-none-any.whl", content)
    report = upload(carried, status=1)
    assert states(report) == {"second": "failed", "first": "uploaded"}
    assert said in next(one["why"] for one in report["files"] if one["name"] == "second")
    assert "second-1.0-py3-none-any.whl" not in carried.holds()


def raw(path, name, at, value):
    """Write one byte of a zip file: of the content of a file if `at` is None, else of its record in the directory."""
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo(name).header_offset + 30 + len(name)
    record_of = content.rindex(name.encode()) - 46
    assert content[record_of : record_of + 4] == b"PK\x01\x02"
    content[start if at is None else record_of + at] = value
    path.write_bytes(content)


def deflated(path, name):
    with zipfile.ZipFile(path) as archive:
        kept = {one: archive.read(one) for one in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, content in kept.items():
            archive.writestr(one, content)
    raw(path, name, None, 0xFF)


@pytest.mark.parametrize(
    "tamper",
    [
        deflated,
        lambda path, name: raw(path, name, 8, 1),
        lambda path, name: raw(path, name, 10, 99),
    ],
    ids=["bytes that do not decompress", "said to be encrypted", "a method that nobody knows"],
)
@pytest.mark.parametrize("carried", ["disk.zip"], indirect=True)
def test_a_zip_file_that_was_tampered_with_fails_for_that_file_and_is_mended_by_another_fill(carried, tamper):
    tamper(carried.path, "second-1.0-py3-none-any.whl")
    report = upload(carried, status=1)
    assert states(report) == {"second": "failed", "first": "uploaded"}
    assert "is missing" in next(one["why"] for one in report["files"] if one["name"] == "second")
    carried.mirror("--folder", carried.path.name, to="")
    assert states(upload(carried)) == {"second": "uploaded", "first": "there"}


@pytest.mark.skipif(
    not Path("/proc/self/mem").exists(), reason="this system has no file that always fails to be read"
)
@pytest.mark.parametrize("carried", ["disk"], indirect=True)
def test_a_file_that_the_disk_does_not_give_fails_alone_and_is_mended_by_another_fill(carried):
    bad = carried.path / "second-1.0-py3-none-any.whl"
    bad.unlink()
    bad.symlink_to("/proc/self/mem")
    report = upload(carried, status=1)
    assert states(report) == {"second": "failed", "first": "uploaded"}
    assert "cannot be read in" in next(one["why"] for one in report["files"] if one["name"] == "second")
    carried.mirror("--folder", carried.path.name, to="")
    assert states(upload(carried)) == {"second": "uploaded", "first": "there"}


@pytest.mark.parametrize("damaged", [b"", b"{", b'{"format": 9}'])
@pytest.mark.parametrize("carried", ["disk", "disk.zip"], indirect=True)
def test_a_manifest_that_was_damaged_is_made_anew(carried, damaged):
    change(carried.path, MANIFEST, damaged)
    assert {state for state, _ in carried.mirror("--folder", carried.path.name, to="").values()} == {"fetched"}
    assert states(upload(carried)) == {"second": "uploaded", "first": "uploaded"}


@pytest.mark.parametrize(
    "change_of",
    [
        lambda told: told["files"][0].update(filename="../../escaped-1.0-py3-none-any.whl"),
        lambda told: told["files"][0].update(filename="other-1.0-py3-none-any.whl"),
        lambda told: told["files"][0].update(sha256="short"),
        lambda told: told.update(format=2),
        lambda told: told.pop("source"),
    ],
)
def test_a_manifest_that_is_none_is_refused(carried, change_of):
    if carried.path.is_dir():
        told = json.loads((carried.path / MANIFEST).read_text())
    else:
        with zipfile.ZipFile(carried.path) as archive:
            told = json.loads(archive.read(MANIFEST))
    change_of(told)
    change(carried.path, MANIFEST, json.dumps(told).encode())
    done = carried.administrator.run("mirror", "--folder", carried.path.name, "--to", "shared-pypi")
    assert done.returncode == 1
    assert "is no manifest of a mirror" in done.stderr


def test_what_has_become_known_on_the_way_is_held_back(carried, database):
    known = database(record("MAL-2026-9", "second", versions=["1.0"]))
    report = upload(carried, status=1, SECURE_PYPI_OSV_DATABASE=known)
    assert states(report) == {"first": "uploaded", "second": "refused"}
    assert report["manifest_sha256"] == carried.digest


def test_ages_are_those_at_the_source(carried):
    assert set(states(upload(carried, "--plan", "--minimum-age", "P30D")).values()) == {"to be uploaded"}
    report = upload(carried, "--plan", "--minimum-age", "P365D", status=1)
    assert set(states(report).values()) == {"refused"}


def test_another_list_takes_the_place_of_the_one_before(carried):
    carried.has("third")
    carried.administrator.needs("second", "third")
    carried.mirror("--folder", carried.path.name, to="")
    assert states(upload(carried)) == {"second": "uploaded", "third": "uploaded"}
    if carried.path.is_dir():
        assert not list(carried.path.glob("first*"))


def test_an_empty_folder_is_no_mirror(mirroring):
    shutil.rmtree(mirroring.administrator.folder / "none", ignore_errors=True)
    done = mirroring.administrator.run("mirror", "--folder", "none", "--to", "shared-pypi")
    assert done.returncode == 1
    assert "no mirror that can be uploaded" in done.stderr


class _Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_a_bar_on_a_terminal():
    terminal = _Terminal()
    with Progress(terminal) as progress:
        progress("uploading a.whl", 1, 2)
    assert "[###############...............] 1/2 uploading a.whl" in terminal.getvalue()
    assert terminal.getvalue().endswith(" \r")


def test_progress_is_a_line_now_and_then_elsewhere():
    log = io.StringIO()
    with Progress(log, every=0.01) as progress:
        progress("uploading a.whl", 1, 2)
        while log.getvalue().count("\n") < 3:
            time.sleep(0.001)
    assert set(log.getvalue().splitlines()) == {"1 of 2: uploading a.whl"}


def test_a_short_run_says_nothing_but_its_result(mirroring):
    mirroring.has("good")
    mirroring.administrator.needs("good")
    assert mirroring.administrator.run(*mirroring.words("--plan")).stderr == ""
