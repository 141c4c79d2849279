"""An install that breaks something in the environment says so, with either engine and through every door."""

from __future__ import annotations

import json

import pytest
from by_day import pip_at_night

from jupyter_securepypi.emulator.samples import build_wheel

TOLD = "acme-conflict 1.0.0 needs acme-core<1.2, you have 1.4.0"


@pytest.fixture
def shy(environment, packages):
    """Something is installed that takes no acme-core of today."""
    old = build_wheel(packages, "acme-core", "1.1.0")
    environment.put(old, build_wheel(packages, "acme-conflict", "1.0.0", ["acme-core<1.2"]))
    assert environment.versions() == {"acme_conflict": "1.0.0", "acme_core": "1.1.0"}
    return environment


def test_it_stands_under_the_table_and_in_the_history(shy, engine, home):
    said = shy.ok("install", "--engine", engine, "-U", "acme-core")
    *_, sentence, told = said.splitlines()
    assert sentence == "1 installed, all from acme/shared-pypi."
    assert told == f"! {TOLD}."
    history = (home / ".local/share/jupyter/securepypi/installs.jsonl").read_text().split("\n")
    last = json.loads([line for line in history if line][-1])
    conflict = {"name": "acme-conflict", "version": "1.0.0", "needs": "acme-core<1.2", "found": "1.4.0"}
    assert last["conflicts"] == [conflict]


@pytest.mark.parametrize("verify", ["after", "before"])
def test_it_stands_in_json(shy, engine, verify):
    words = ["install", "--json", "--engine", engine, "--verify", verify, "-U", "acme-core"]
    [conflict] = json.loads(shy.ok(*words))["conflicts"]
    assert (conflict["needs"], conflict["found"]) == ("acme-core<1.2", "1.4.0")


@pip_at_night
def test_quiet_and_a_dry_run_say_it_too(shy, engine):
    assert TOLD in shy.ok("install", "--engine", engine, "--dry-run", "-q", "-U", "acme-core")
    assert shy.versions()["acme_core"] == "1.1.0"


@pip_at_night
def test_a_script_prints_it(shy, engine):
    code = f"from jupyter_securepypi import install_packages; install_packages(['-U', 'acme-core'], engine={engine!r})"
    done = shy.call(code)
    assert f"securepypi: {TOLD}\n" in done.stdout, done.stderr


@pip_at_night
def test_what_was_left_out_is_told_and_what_is_not_needed_here_is_not(environment, packages, engine):
    needs = ["acme-absent>=2", 'acme-old; python_version < "3"', 'acme-more; extra == "more"']
    build_wheel(packages, "Acme.Bare", "1.0.0", needs)
    said = environment.ok("install", "--engine", engine, "--no-deps", "acme-bare")
    assert said.splitlines()[-1] == "! Acme.Bare 1.0.0 needs acme-absent>=2, which is not installed."


@pip_at_night
def test_what_is_met_is_not_told(environment, engine):
    report = json.loads(environment.ok("install", "--json", "--engine", engine, "acme-features"))
    assert (len(report["packages"]), report["conflicts"]) == (2, [])


@pip_at_night
def test_what_was_broken_before_and_is_not_touched_is_not_told(shy, engine):
    shy.install("-U", "acme-core")
    assert json.loads(shy.ok("install", "--json", "--engine", engine, "acme-plots"))["conflicts"] == []


def test_what_has_nothing_to_do_with_this_environment_is_not_told(shy):
    for words in (["--target", "there"], ["--no-warn-conflicts"]):
        assert (
            json.loads(shy.ok("install", "--json", "--engine", "pip", *words, "-U", "acme-core"))["conflicts"]
            == []
        )
