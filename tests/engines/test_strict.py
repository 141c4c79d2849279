"""`verify = "before"`: nothing of a package runs, and nothing is installed, before its origin is known."""

from __future__ import annotations

import json

from folder_index import attempt, digest, page, source_archive

from jupyter_securepypi.emulator.samples import build_wheel


def test_a_page_that_links_elsewhere_installs_nothing(environment, engine, serve, tmp_path):
    wheel = build_wheel(tmp_path / "elsewhere", "other-tool", "9.0")
    elsewhere = serve(tmp_path / "elsewhere")
    page(tmp_path / "index", "other-tool", {wheel.name: f"{elsewhere}{wheel.name}#sha256={digest(wheel)}"})
    refused = attempt(environment, engine, "before", serve(tmp_path / "index"), "other-tool")
    assert refused["kind"] == "ForeignOrigin"
    assert "Nothing has been installed" in refused["message"]
    assert environment.versions() == {}


def test_no_code_of_a_source_archive_runs(environment, engine, serve, tmp_path):
    ran = tmp_path / "ran"
    archive = source_archive(tmp_path / "elsewhere", "other", ran)
    elsewhere = serve(tmp_path / "elsewhere")
    page(tmp_path / "index", "other", {archive.name: f"{elsewhere}{archive.name}#sha256={digest(archive)}"})
    index = serve(tmp_path / "index")
    refused = attempt(environment, engine, "before", index, "other")
    assert refused["kind"] == "InstallFailed"
    assert "nothing may be built here" in refused["message"]
    assert not ran.exists()
    # The archive does run where it is let to, or the above would prove nothing.
    attempt(environment, "pip", "after", index, "--no-build-isolation", "other")
    assert ran.exists()


def test_the_command_line_asks_for_it_and_the_report_is_the_same(environment, engine):
    strict = environment.install("--engine", engine, "--verify", "before", "acme-features")
    environment.empty()
    usual = environment.install("--engine", engine, "--verify", "after", "acme-features")
    assert sorted(one["name"] for one in strict) == sorted(one["name"] for one in usual)
    assert {one["name"]: one["sha256"] for one in strict} == {one["name"]: one["sha256"] for one in usual}
    assert environment.versions() == {"acme_core": "1.4.0", "acme_features": "1.2.0"}


def test_the_configuration_asks_for_it(environment, engine, home, packages, tmp_path):
    config = home / ".jupyter/jupyter_securepypi_config.json"
    config.parent.mkdir()
    config.write_text(json.dumps({"SecurePyPI": {"verify": "before", "engine": engine}}))
    source_archive(packages, "other", tmp_path / "ran")
    assert "nothing may be built here" in environment.fails("install", "other")
    assert not (tmp_path / "ran").exists()


def test_the_functions_argument_asks_for_it(environment, engine, packages, tmp_path):
    source_archive(packages, "other", tmp_path / "ran")
    code = f"import jupyter_securepypi as s; s.install_packages('NAME', engine={engine!r}, verify='before')"
    assert "nothing may be built here" in environment.call(code.replace("NAME", "other")).stderr
    assert not (tmp_path / "ran").exists()
    done = environment.call(code.replace("NAME", "acme-features"))
    assert done.returncode == 0, done.stderr
    assert environment.versions() == {"acme_core": "1.4.0", "acme_features": "1.2.0"}


def test_a_way_to_verify_that_does_not_exist_is_refused(environment):
    said = environment.call(
        "import jupyter_securepypi as s; s.install_packages('acme-core', verify='never')"
    ).stderr
    assert "There is no verify='never'." in said
    assert environment.versions() == {}


def test_building_on_purpose_contradicts_it(environment):
    said = environment.fails(
        "install", "--engine", "pip", "--verify", "before", "--no-binary", ":all:", "acme-core"
    )
    assert "Only wheels are taken here" in said


def test_a_file_that_changes_after_its_hash_was_read_is_not_installed(environment, engine, serve, tmp_path):
    page(tmp_path / "index", "other-tool", {})
    wheel = build_wheel(tmp_path / "index/files", "other-tool", "9.0")
    link = f"../../files/{wheel.name}#sha256={'0' * 64}"
    (tmp_path / "index/simple/other-tool/index.html").write_text(f'<a href="{link}">{wheel.name}</a>')
    refused = attempt(environment, engine, "before", serve(tmp_path / "index"), "other-tool")
    assert refused["kind"] == "InstallFailed"
    assert environment.versions() == {}
