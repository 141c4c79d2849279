"""Whether what is told of a package's origin is still true after other means have had their hands on it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile

import pytest

from jupyter_securepypi.emulator.samples import build_wheel
from jupyter_securepypi.install.history import history_file


def plain_pip(environment, *words):
    """What a notebook could do by other means: pip itself, without any index."""
    argv = ["pip", "install", "--no-deps", "--no-index", "--force-reinstall", *map(str, words)]
    code = f"import runpy, sys; sys.argv = {argv!r}; runpy.run_module('pip', run_name='__main__')"
    done = environment.call(code, PIP_CONFIG_FILE=os.devnull, PIP_USER="0")
    assert done.returncode == 0, done.stderr


def origin(environment, name="acme-core"):
    """Return what ``show-origin`` and ``list`` say of a package, which is the same."""
    found = json.loads(environment.ok("show-origin", "--json", name))
    listed = json.loads(environment.ok("list", "--json"))["packages"]
    assert found in listed
    return found


def evil_wheel(folder, packages):
    """Return a wheel of the same version with other content, under a copy of the RECORD of the index's own."""
    folder.mkdir()
    [good] = packages.glob("acme_core-1.4.0-*.whl")
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(folder / good.name, "w") as evil:
        for name in source.namelist():
            content = source.read(name)
            evil.writestr(name, content if ".dist-info/" in name else content + b"\nEVIL = True\n")
    return folder / good.name


@pytest.fixture
def installed(environment, engine, aws):
    environment.install("--engine", engine, "acme-core")
    assert origin(environment)["repository"] == aws.repository_arn
    return environment


def test_a_file_in_its_place_is_told_as_what_it_is(installed, packages, tmp_path):
    wheel = evil_wheel(tmp_path / "evil", packages)
    plain_pip(installed, wheel)
    found = origin(installed)
    assert (found["repository"], found["sha256"], found["time"]) == ("", "", 0)
    assert found["by_other_means"] == f"file://{wheel}"
    [one] = json.loads(installed.ok("show", "--json", "acme-core"))["packages"]
    assert one["repository"] == ""
    parts = json.loads(installed.ok("sbom"))["components"]
    [core] = [part for part in parts if part["name"] == "acme-core"]
    assert {"name": "securepypi:origin", "value": "not from here"} in core["properties"]
    assert "hashes" not in core


def test_a_copied_record_does_not_pass(installed, packages, tmp_path):
    plain_pip(installed, "--find-links", evil_wheel(tmp_path / "evil", packages).parent, "acme-core==1.4.0")
    assert installed.call("import acme_core; acme_core.EVIL").returncode == 0
    assert (origin(installed)["repository"], origin(installed)["replaced"]) == ("", True)
    said = installed.ok("show-origin", "acme-core")
    assert "unknown: its files have changed since an install of ours brought them" in said
    assert "or its files have changed since" in installed.ok("list")
    installed.install("--force-reinstall", "acme-core")
    assert origin(installed)["repository"]


def test_a_record_of_the_same_content_written_again_is_looked_into(installed, aws):
    """As after a copy of the environment, or a change of its permissions."""
    [record] = installed.packages.glob("acme_core-1.4.0.dist-info/RECORD")
    shutil.copyfile(record, record.with_name("copy"))
    os.replace(record.with_name("copy"), record)
    assert origin(installed)["repository"] == aws.repository_arn
    (installed.packages / "acme_core.py").write_text("EVIL = True\n")
    assert origin(installed)["repository"] == ""


def test_of_an_older_record_the_time_counts(installed, aws):
    lines = [json.loads(line) for line in history_file().read_text().splitlines() if line]
    for entry in lines:
        entry.pop("files")
    history_file().write_text("".join(f"{json.dumps(entry)}\n" for entry in lines))
    assert origin(installed)["repository"] == aws.repository_arn
    lines[-1]["time"] -= 60
    history_file().write_text("".join(f"{json.dumps(entry)}\n" for entry in lines))
    assert origin(installed)["replaced"] is True


def test_an_install_elsewhere_says_nothing_of_this_environment(environment, packages, tmp_path):
    plain_pip(environment, evil_wheel(tmp_path / "evil", packages))
    for option, where in (("--target", "there"), ("--prefix", "there"), ("--root", "there")):
        environment.install("--engine", "pip", option, where, "--ignore-installed", "acme-core")
        entry = json.loads(history_file().read_text().splitlines()[-1])
        assert entry["prefix"].startswith(str(environment.cwd / "there")), option
        assert not entry["files"]
        assert origin(environment)["repository"] == "", option
    said = environment.fails("install", "--engine", "uv", "--target", "there", "acme-core")
    assert "cannot do what the option --target asks for" in said


def test_the_prefix_of_this_environment_is_this_environment(environment, aws):
    environment.install("--engine", "pip", "--prefix", environment.prefix, "acme-core")
    assert origin(environment)["repository"] == aws.repository_arn


def test_what_was_there_already_is_not_taken_for_proven(environment, engine, packages, tmp_path):
    plain_pip(environment, evil_wheel(tmp_path / "evil", packages))
    build_wheel(packages, "other-tool", "1.0", ["acme-core"])
    said = environment.ok("install", "--engine", engine, "-q", "acme-core", "other-tool")
    assert "1 installed, all from acme/shared-pypi." in said
    warned = "! Not proven, because it was there already: acme-core 1.4.0. `--force-reinstall` brings it"
    assert warned in said
    again = environment.ok("install", "--engine", engine, "acme-core", "other-tool")
    assert warned in again
    assert "Nothing to install" in again
    found = json.loads(environment.ok("install", "--engine", engine, "--json", "acme-core"))
    assert found["unproven"] == ["acme-core 1.4.0"]
    environment.install("--engine", engine, "--force-reinstall", "acme-core")
    told = environment.ok("install", "--engine", engine, "acme-core", "other-tool")
    assert "Not proven" not in told


def test_a_lock_holds_what_the_index_has_and_not_what_is_installed(environment, engine, packages, tmp_path):
    plain_pip(environment, evil_wheel(tmp_path / "evil", packages))
    (environment.cwd / "requirements.txt").write_text("acme-core\n")
    environment.ok("lock", "--engine", engine, "requirements.txt")
    [good] = packages.glob("acme_core-1.4.0-*.whl")
    digest = hashlib.sha256(good.read_bytes()).hexdigest()
    assert digest in (environment.cwd / "pylock.toml").read_text()
