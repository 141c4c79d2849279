"""The benchmarks as a program: it measures, says so in three forms, and its exit status tells whether marks hold."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.findings import Curve, Row, at_most
from tests.benchmarks.harness import Times, in_turn
from tests.benchmarks.page import BEGIN, END, PAGE, rewritten
from tests.benchmarks.report import Report

ROOT = Path(__file__).parents[2]


def run(*words, tmp_path):
    command = [sys.executable, "-m", "tests.benchmarks", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_it_prints_tables_and_writes_every_figure(tmp_path):
    file = tmp_path / "figures.json"
    done = run("--quick", "--json", file, "bundle", tmp_path=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\| front-end bundle, gzipped \| [\d.]+ KiB \| ≤ 60 KiB \| yes \|", done.stdout)
    found = json.loads(file.read_text())
    assert found["holds"]
    assert found["quick"]
    assert found["machine"]["processors"] >= 1
    (row,) = found["rows"]["bundle"]
    assert 0 < sum(row["figures"].values()) <= 60 * 1024


def test_it_says_which_benchmarks_there_are(tmp_path):
    done = run("marathon", tmp_path=tmp_path)
    assert done.returncode == 2
    assert "there is no benchmark 'marathon'" in done.stderr
    assert "lab-start" in done.stderr


def test_it_measures_in_an_environment_of_its_own(tmp_path):
    """A curve against the emulator, with processes that know neither this home nor its pip configuration."""
    file = tmp_path / "figures.json"
    done = run("--quick", "--json", file, "history", tmp_path=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (curve,) = json.loads(file.read_text())["curves"]["history"]
    assert list(curve["lines"]["add one"]) == ["10", "100", "1000", "10000"]
    assert "| add one |" in done.stdout


def test_a_mark_that_is_missed_fails_the_run():
    report = Report(quick=True)
    report.findings["fast"] = [at_most("a thing", Times([1.0, 3.0, 2.0]), 2.0)]
    assert report.holds
    report.findings["slow"] = [at_most("another", Times([1.0, 3.0, 2.5]), 2.0)]
    assert not report.holds
    assert "| another | 2.50 s (1.00 s to 3.00 s) | ≤ 2.00 s | **no** |" in report.markdown()


def test_a_benchmark_that_breaks_fails_the_run_too():
    report = Report(quick=True, findings={"fine": [Row("context", "1")]})
    assert report.holds
    report.failures["broken"] = "RuntimeError: a | b"
    assert not report.holds
    assert "| broken | could not be run: RuntimeError: a \\| b | | **no** |" in report.markdown()


def test_contestants_take_turns_and_each_begins_a_round():
    order = []
    in_turn({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 3)
    assert "".join(order) == "baabbaab"[:8]


@pytest.mark.parametrize(
    ("points", "bend"),
    [
        ({1: 1.0, 10: 1.1, 100: 1.2}, None),  # a fixed cost only
        ({1: 0.1, 10: 1.0, 100: 10.0}, 1),  # each costs the same
        ({1: 1.0, 10: 1.5, 100: 9.0}, 10),  # first the one, then the other
    ],
)
def test_a_curve_bends_where_each_more_begins_to_count(points, bend):
    assert Curve("x", "things", {"line": points}).bend("line") == bend


def test_only_the_block_of_the_page_is_rewritten():
    before = f"# Title\n{BEGIN}\nold\n{END}\nrest\n"
    assert rewritten(before, "new\n") == f"# Title\n{BEGIN}\nnew\n{END}\nrest\n"


@pytest.mark.parametrize("text", ["", BEGIN, f"{END}\n{BEGIN}", f"{BEGIN}\n{BEGIN}\n{END}"])
def test_a_page_without_the_block_is_left_alone(text):
    with pytest.raises(ValueError, match="benchmarks.md"):
        rewritten(text, "new")


def test_the_page_has_the_block():
    assert rewritten(PAGE.read_text(encoding="utf-8"), "new\n")
