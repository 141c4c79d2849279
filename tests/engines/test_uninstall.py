"""Uninstall, freeze, show and check with either engine, in an environment of their own."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import threading

import pytest
from by_day import pip_at_night

from jupyter_securepypi.emulator.samples import build_wheel
from jupyter_securepypi.install.own_tools import OwnTool


def history(home):
    lines = (home / ".local/share/jupyter/securepypi/installs.jsonl").read_text().split("\n")
    return [json.loads(line) for line in lines if line]


def test_what_is_named_is_removed_and_recorded(environment, engine, home):
    environment.install("acme-features")
    said = environment.ok("uninstall", "-y", "--engine", engine, "Acme_Features")
    assert said == f"acme-features 1.2.0 removed from {environment.prefix}.\n"
    assert environment.versions() == {"acme_core": "1.4.0"}
    last = history(home)[-1]
    assert (last["ok"], last["engine"], last["packages"]) == (True, engine, [])
    assert last["removed"] == [{"name": "acme-features", "version": "1.2.0"}]


def test_what_others_need_is_said_before_and_after(environment):
    environment.install("acme-features")
    found = json.loads(environment.ok("uninstall", "--dry-run", "--json", "acme-core"))
    assert found["dry_run"]
    assert found["removed"] == [{"name": "acme-core", "version": "1.4.0"}]
    [unmet] = found["conflicts"]
    assert (unmet["name"], unmet["found"]) == ("acme-features", None)
    assert "acme_core" in environment.versions(), "a dry run removes nothing"
    said = environment.ok("uninstall", "-y", "acme-core").splitlines()
    assert said[1].startswith("! acme-features 1.2.0 needs acme-core")
    checked = environment.run("check")
    assert checked.returncode == 1
    assert "acme-features 1.2.0 needs acme-core" in checked.stdout


@pip_at_night
def test_a_file_names_what_to_remove_and_is_read_by_us_alone(environment, engine):
    environment.install("acme-features")
    (environment.cwd / "old.txt").write_text("# gone by summer\nacme-core>=1\nacme-plots\n")
    said = environment.ok("uninstall", "-y", "--engine", engine, "-r", "old.txt")
    assert "acme-core 1.4.0 removed" in said
    assert "Not installed here: acme-plots." in said
    (environment.cwd / "bad.txt").write_text(
        "--extra-index-url https://packages.example.com/simple\nacme-features\n"
    )
    assert "bad.txt" in environment.fails("uninstall", "-y", "-r", "bad.txt")
    assert "acme_features" in environment.versions()


def test_what_lies_outside_of_the_environment_stays(environment):
    told = environment.fails("uninstall", "-y", "packaging")
    assert "outside of this environment" in told
    assert environment.call("import packaging").returncode == 0


def test_a_name_that_is_not_installed_offers_one_that_is(environment):
    environment.install("acme-core")
    told = environment.fails("uninstall", "-y", "acme-cor")
    assert "acme-cor is not installed" in told
    assert "did you mean acme-core?" in told


def test_options_of_an_index_and_unknown_ones_are_wrong_usage(environment):
    for words in (("-i", "https://packages.example.com"), ("--target", "x"), ("--python", "/usr/bin/python3")):
        assert environment.run("uninstall", "-y", *words, "acme-core").returncode == 2
    assert "Nothing was asked for" in environment.fails("uninstall", "-y")


def test_nobody_to_answer_means_no(environment):
    environment.install("acme-core")
    command = [environment.python, "-m", "jupyter_securepypi.cli", "uninstall", "acme-core"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "nothing was changed" in done.stderr
    assert "say yes with -y" in done.stderr
    assert "acme_core" in environment.versions()


@pytest.mark.parametrize(("answer", "stays"), [(b"n\n", True), (b"y\n", False)])
def test_a_terminal_is_asked(environment, answer, stays):
    environment.install("acme-core")
    ours, theirs = pty.openpty()
    command = [environment.python, "-m", "jupyter_securepypi.cli", "uninstall", "acme-core"]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True)
    os.close(theirs)
    overdue = threading.Timer(60, process.kill)
    overdue.start()
    said = b""
    while b"[y/N]" not in said:
        said += os.read(ours, 1000)
    os.write(ours, answer)
    while True:
        try:
            piece = os.read(ours, 1000)
        except OSError:  # its end, on Linux
            break
        if not piece:
            break
        said += piece
    os.close(ours)
    assert process.wait(60) == 0
    overdue.cancel()
    assert b"acme-core 1.4.0 would be removed" in said
    assert ("acme_core" in environment.versions()) is stays
    assert (b"Nothing was removed." in said) is stays


def test_what_comes_back_by_other_means_has_no_origin(environment, packages):
    environment.install("acme-core")
    environment.ok("uninstall", "-y", "acme-core")
    build_wheel(environment.packages, "acme-core", "1.4.0")
    wheel = next(environment.packages.glob("acme_core-1.4.0*.whl"))
    environment.call(
        f"import zipfile; zipfile.ZipFile({str(wheel)!r}).extractall({str(environment.packages)!r})"
    )
    wheel.unlink()
    found = json.loads(environment.ok("show-origin", "--json", "acme-core"))
    assert (found["repository"], found["sha256"]) == ("", "")
    assert "from       unknown: no install of ours" in environment.ok("show-origin", "acme-core")
    (record,) = environment.packages.glob("acme_core-*.dist-info")
    (record / "INSTALLER").write_text("conda\n")
    told = environment.ok("show-origin", "acme-core")
    assert "from       not from here: conda" in told
    assert "no install of ours" not in told


@pip_at_night
def test_freeze_writes_what_installs_again(environment, engine):
    environment.install("acme-features")
    lines = environment.ok("freeze", "--engine", engine).splitlines()
    assert {"acme-core==1.4.0", "acme-features==1.2.0"} <= set(lines)
    assert not any(line.startswith("pip==") for line in lines)
    environment.ok("freeze", "--engine", engine, "-o", "frozen.txt")
    assert (environment.cwd / "frozen.txt").read_text().splitlines() == lines
    assert json.loads(environment.ok("freeze", "--engine", engine, "--json"))["requirements"] == lines


def test_show_tells_what_it_is_and_where_it_came_from(environment, aws):
    environment.install("acme-features")
    said = environment.ok("show", "acme-core", "acme_features")
    core, features = said.split("\n\n")
    assert core.startswith("acme-core 1.4.0\n")
    assert "required by  acme-features" in core
    assert "from         acme/shared-pypi" in core
    assert "requires     acme-core" in features
    [one] = json.loads(environment.ok("show", "--json", "acme-core"))["packages"]
    assert (one["repository"], one["required_by"]) == (aws.repository_arn, ["acme-features"])
    assert any(path.endswith("METADATA") for path in one["files"])
    assert "METADATA" in environment.ok("show", "-f", "acme-core")
    assert "acme-nothing is not installed" in environment.fails("show", "acme-nothing")


def test_the_tool_does_not_show_the_variables_it_is_given():
    shown = repr(OwnTool("pip", "", {"UV_INDEX_ACME_PASSWORD": "hunter2"}))
    assert "hunter2" not in shown
