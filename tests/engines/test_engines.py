"""pip and uv, each through the command line: the same report, refusals and failures, and nothing from elsewhere."""

from __future__ import annotations

import json
import os
import stat

import pytest
from by_day import pip_at_night
from client_tools import Tools
from folder_index import BACKEND, source_archive

from jupyter_securepypi.emulator.samples import build_wheel

DECOY = "http://127.0.0.1:9/simple/"


def history(home):
    lines = (home / ".local/share/jupyter/securepypi/installs.jsonl").read_text().split()
    return [json.loads(line) for line in lines if line]


def by_name(packages):
    return sorted(packages, key=lambda one: one["name"])


def test_both_report_the_same(environment):
    reports = []
    for engine in ("pip", "uv"):
        reports.append(by_name(environment.install("--engine", engine, "acme-features")))
        environment.empty()
    assert reports[0] == reports[1]
    core, features = reports[1]
    assert (features["version"], features["requested"], features["previous"]) == ("1.2.0", True, None)
    assert (core["requested"], len(core["sha256"])) == (False, 64)
    assert core["url"].endswith("/acme_core-1.4.0-py3-none-any.whl")
    assert "@" not in core["url"]


def test_what_it_shows_at_the_end_is_the_same(environment):
    shown = []
    for engine in ("pip", "uv"):
        words = environment.ok("install", "--engine", engine, "acme-plots").splitlines()
        shown.append(words[words.index(next(line for line in words if line.startswith("package "))) :])
        environment.empty()
    assert shown[0] == shown[1]
    assert shown[0][-1] == "1 installed, all from acme/shared-pypi."


def test_both_build_what_is_there_as_source_only(environment, engine, packages):
    source_archive(packages, "other", files=BACKEND)
    [package] = environment.install("--engine", engine, "other")
    assert package["url"].endswith("/other-9.0.tar.gz")
    assert environment.versions() == {"other": "9.0"}


def test_auto_takes_uv_where_it_is_and_the_history_says_so(environment, home):
    environment.install("acme-core")
    assert history(home)[-1]["engine"] == "uv"


def test_auto_takes_pip_for_what_only_pip_can_do(environment, home):
    environment.install("--ignore-installed", "acme-core")
    assert history(home)[-1]["engine"] == "pip"
    assert environment.versions() == {"acme_core": "1.4.0"}


@pytest.mark.parametrize(
    "words", [["--ignore-installed"], ["--user"], ["--target", "there"], ["--prefer-binary"]]
)
def test_uv_refuses_by_name_what_only_pip_can_do(environment, words):
    refused = environment.fails("install", "--engine", "uv", *words, "acme-core")
    assert f"The uv engine cannot do what the option {words[0]} asks for." in refused
    assert "--engine pip" in refused


def test_without_uv_auto_takes_pip_and_uv_says_how_to_get_it(environment, home, tmp_path):
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden/uv.py").write_text("raise ImportError\n")
    without = {"PYTHONPATH": str(tmp_path / "hidden"), "PATH": os.defpath}
    environment.bin("uv").rename(environment.bin("no-uv"))
    try:
        environment.install("acme-core", **without)
        assert history(home)[-1]["engine"] == "pip"
        assert "uv is not installed" in environment.fails("install", "--engine", "uv", "acme-core", **without)
    finally:
        environment.bin("no-uv").rename(environment.bin("uv"))


@pytest.fixture
def instead_of_uv(environment):
    """Put another program in the place of uv."""
    real = environment.bin("uv").rename(environment.bin("no-uv"))
    yield environment.bin("uv")
    real.replace(environment.bin("uv"))


def test_auto_says_why_it_passes_over_a_uv_that_is_too_old(environment, home, instead_of_uv):
    instead_of_uv.write_text("#!/bin/sh\necho uv 0.6.14\n")
    instead_of_uv.chmod(0o755)
    said = environment.ok("install", "acme-core")
    assert f"Installing with pip: The uv at {instead_of_uv} is 0.6.14, which is too old." in said
    assert history(home)[-1]["engine"] == "pip"
    refused = environment.fails("install", "--engine", "uv", "acme-plots")
    assert "needs uv 0.6.15" in refused
    assert "--engine pip -U uv" in refused


def test_the_oldest_uv_that_is_taken_does_it_all(environment, instead_of_uv, tmp_path_factory, packages):
    old = Tools(tmp_path_factory.mktemp("old-uv")).python("uv", "uv==0.6.15").with_name("uv")
    instead_of_uv.symlink_to(old)
    (environment.cwd / "requirements.txt").write_text("acme-features\n")
    environment.ok("lock", "--engine", "uv", "requirements.txt")
    assert len(environment.install("--engine", "uv", "-r", "pylock.toml")) == 2
    build_wheel(packages, "acme-core", "1.5.0")
    [core] = environment.install("--engine", "uv", "-U", "acme-core")
    assert (core["version"], core["previous"]) == ("1.5.0", "1.4.0")


def test_an_engine_that_does_not_exist_is_refused(environment):
    assert "auto, pip, uv" in environment.fails("install", "--engine", "conda", "acme-core")


def test_the_configuration_chooses_the_engine(environment, home):
    config = home / ".jupyter/jupyter_securepypi_config.json"
    config.parent.mkdir()
    config.write_text(json.dumps({"SecurePyPI": {"engine": "pip"}}))
    environment.install("acme-core")
    assert history(home)[-1]["engine"] == "pip"


def test_no_setting_of_the_user_sends_it_elsewhere(environment, engine, home, packages):
    elsewhere = home.parent / "elsewhere"
    build_wheel(elsewhere, "acme-core", "99.0")
    hostile = f'[[index]]\nurl = "{DECOY}"\ndefault = true\n[pip]\nfind-links = ["{elsewhere}"]\n'
    for folder in (home / ".config/uv", environment.cwd):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "uv.toml").write_text(hostile)
    (home / ".config/pip").mkdir()
    (home / ".config/pip/pip.conf").write_text(f"[global]\nindex-url = {DECOY}\nfind-links = {elsewhere}\n")
    variables = {f"UV_{name}": DECOY for name in ("INDEX", "DEFAULT_INDEX", "INDEX_URL", "EXTRA_INDEX_URL")}
    variables |= {"UV_FIND_LINKS": str(elsewhere), "PIP_FIND_LINKS": str(elsewhere), "PIP_INDEX_URL": DECOY}
    variables |= {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_INSECURE_HOST": "127.0.0.1"}
    [package] = environment.install("--engine", engine, "acme-core", **variables)
    assert package["version"] == "1.4.0"


def test_no_secret_is_in_the_arguments_or_variables_of_uv(environment, home, tmp_path):
    real, spy, heard = environment.bin("uv"), environment.bin("real-uv"), tmp_path / "heard"
    real.rename(spy)
    try:
        real.write_text(f'#!/bin/sh\n{{ echo "$@"; env; stat -c %a "$NETRC"; }} >> {heard}\nexec {spy} "$@"\n')
        real.chmod(0o755)
        environment.install("--engine", "uv", "-v", "acme-features")
    finally:
        spy.replace(real)
    [store] = (home / ".local/share/jupyter/runtime/securepypi").glob("*.json")
    secret = json.loads(store.read_text())["token"]["secret"]
    said = heard.read_text()
    assert "pip compile" in said
    assert secret not in said
    assert "\n600\n" in said, "the netrc file that uv is pointed at must be the user's alone"
    used = {line.partition("=")[2] for line in said.splitlines() if line.startswith("NETRC=")}
    assert not [path for path in used - {os.devnull} if os.path.exists(path)]


def test_failures_read_the_same(environment):
    for words in (["acme-does-not-exist"], ["acme-core==99"], ["acme-core>99"]):
        said = {
            engine: environment.fails("install", "-q", "--engine", engine, *words) for engine in ("pip", "uv")
        }
        assert said["uv"] == said["pip"]


def test_a_revoked_token_is_replaced_once(environment, engine, aws):
    environment.ok("refresh")
    aws.faults(revoke="all")
    assert len(environment.install("--engine", engine, "acme-core")) == 1


def test_an_upgrade_leaves_alone_what_is_only_needed(environment, engine, packages):
    environment.install("acme-features")
    build_wheel(packages, "acme-core", "1.5.0")
    build_wheel(packages, "acme-features", "1.3.0", ["acme-core>=1.4"])
    [package] = environment.install("--engine", engine, "-U", "acme-features")
    assert (package["name"], package["version"], package["previous"]) == ("acme-features", "1.3.0", "1.2.0")
    assert environment.versions()["acme_core"] == "1.4.0"


def test_an_eager_upgrade_takes_all_with_it(environment, engine, packages):
    environment.install("acme-features")
    build_wheel(packages, "acme-core", "1.5.0")
    environment.install("--engine", engine, "-U", "--upgrade-strategy", "eager", "acme-features")
    assert environment.versions()["acme_core"] == "1.5.0"


def test_a_wrong_hash_in_a_requirements_file_is_refused(environment, engine):
    (environment.cwd / "requirements.txt").write_text(f"acme-core==1.4.0 --hash=sha256:{'0' * 64}\n")
    environment.fails("install", "--engine", engine, "-r", "requirements.txt")
    assert environment.versions() == {}


def test_hashes_in_a_requirements_file_are_asked_of_every_package(environment, engine):
    [core] = environment.install("--dry-run", "--engine", engine, "acme-core")
    line = f"acme-core==1.4.0 --hash=sha256:{core['sha256']}\n"
    (environment.cwd / "requirements.txt").write_text(line)
    assert len(environment.install("--engine", engine, "-r", "requirements.txt")) == 1
    (environment.cwd / "requirements.txt").write_text(line + "acme-plots==0.3.0\n")
    environment.fails("install", "--engine", engine, "-r", "requirements.txt")


def test_constraints_hold(environment, engine, packages):
    build_wheel(packages, "acme-core", "1.5.0")
    (environment.cwd / "constraints.txt").write_text("acme-core<1.5\n")
    packages_ = environment.install("--engine", engine, "-c", "constraints.txt", "acme-features")
    assert {one["version"] for one in packages_ if one["name"] == "acme-core"} == {"1.4.0"}


def test_a_dry_run_installs_nothing_and_is_not_in_the_history(environment, engine, home):
    assert len(environment.install("--engine", engine, "--dry-run", "acme-features")) == 2
    assert environment.versions() == {}
    environment.install("--engine", engine, "acme-core")
    assert [record["arguments"][-1] for record in history(home)] == ["acme-core"]


@pip_at_night
def test_the_functions_argument_chooses_the_engine(environment, engine):
    code = f"import jupyter_securepypi as s; print(s.install_packages('acme-core', engine={engine!r}).engine)"
    assert environment.call(code).stdout.endswith(f"{engine}\n")


@pytest.mark.parametrize(
    "words",
    [
        ["--break-system-packages"],
        ["--no-build-isolation"],
        ["--no-cache-dir"],
        ["--no-compile"],
        ["--force-reinstall"],
        ["--only-binary", ":all:"],
        ["--no-binary", "acme-plots", "--pre"],
        ["--timeout", "7.5", "--retries", "1"],
        ["-C", "key=value"],
    ],
)
def test_what_uv_can_do_too_goes_to_uv(environment, home, words):
    environment.install("--engine", "uv", *words, "acme-core")
    assert environment.versions() == {"acme_core": "1.4.0"}


def test_the_settings_that_images_have_do_not_hinder_uv(environment, home):
    (home / ".config/pip").mkdir(parents=True)
    settings = (
        "break-system-packages = true\nno-cache-dir = true\ntimeout = 7.5\nretries = 1\nno-color = true\n"
    )
    (home / ".config/pip/pip.conf").write_text(f"[global]\n{settings}")
    environment.install("--engine", "uv", "acme-core")
    assert environment.versions() == {"acme_core": "1.4.0"}


def test_uv_asks_for_nothing_twice_and_for_nothing_without_the_token(environment, aws):
    environment.ok("refresh")
    aws.clear()
    environment.install("--engine", "uv", "acme-features")
    calls = [call for call in aws.calls()["calls"] if call["service"] == "index"]
    assert {call["status"] for call in calls} == {200}
    pages = [call["path"] for call in calls if call["kind"] == "simple"]
    assert sorted(pages) == ["/simple/acme-core/", "/simple/acme-features/"]


def test_where_the_engines_differ_in_what_they_leave(environment, engine):
    environment.install("--engine", engine, "acme-features")
    info = {path.name.split("-")[0]: path for path in environment.packages.glob("acme*.dist-info")}
    assert {(path / "INSTALLER").read_text().strip() for path in info.values()} == {engine}
    requested = {name for name, path in info.items() if (path / "REQUESTED").exists()}
    assert requested == ({"acme_features"} if engine == "pip" else {"acme_features", "acme_core"})
    assert bool(list(environment.packages.glob("__pycache__/acme_*"))) == (engine == "pip")


def test_both_compile_where_that_is_asked_for(environment, engine):
    environment.install("--engine", engine, "--compile", "acme-core")
    assert list(environment.packages.glob("__pycache__/acme_core.*"))


def test_the_platform_decides_which_wheel_is_reported(environment, engine, packages):
    plain = build_wheel(packages, "other-tool", "2.0")
    content = plain.read_bytes()
    (packages / "other_tool-2.0-cp27-cp27m-win32.whl").write_bytes(content + b"windows")
    [package] = environment.install("--engine", engine, "other-tool")
    assert package["url"].endswith("/other_tool-2.0-py3-none-any.whl")
    assert stat.S_ISREG(plain.stat().st_mode)
