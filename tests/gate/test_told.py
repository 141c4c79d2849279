"""`status` tells which policy is in force and who locks it, and an attempt to loosen it is an error that names both."""

from __future__ import annotations

import json

import pytest
from administrator import needs_root
from notebooks import Notebook

POLICY = {
    "SECURE_PYPI_MINIMUM_AGE": "36 hours",
    "SECURE_PYPI_MINIMUM_AGE_EXEMPT": "acme-*, tools",
    "SECURE_PYPI_MALWARE": "block",
    "SECURE_PYPI_VULNERABILITIES": "high",
    "SECURE_PYPI_OSV_DATABASE": "/srv/all.zip",
    "SECURE_PYPI_BLOCKED": '{"requests<2.32": "CVE-2024-35195", "numpy": "Not here."}',
}
SENTENCE = (
    "1 day 12 hours old at least (acme-*, tools exempt); malware blocked; "
    "vulnerabilities held back from high on; blocked by name: requests<2.32, numpy"
)


@pytest.fixture
def notebook(environment, home):
    """Start a notebook with the variables of now."""
    found = []

    def start():
        found.append(Notebook(str(environment.python), home))
        return found[-1]

    yield start
    for one in found:
        one.close()


def lines(text):
    return dict(line.split(maxsplit=1) for line in text.splitlines() if line.startswith(("gate", "locked")))


def policy(environment, **variables):
    return json.loads(environment.ok("status", "--json", **variables))["policy"]


def test_without_a_policy_nothing_is_said(environment):
    assert lines(environment.ok("status")) == {}
    found = policy(environment)
    assert (found["minimum_age"], found["malware"], found["locked"], found["text"]) == (0, "off", [], "")


def test_the_policy_is_one_line(environment):
    assert lines(environment.ok("status", **POLICY)) == {"gate": SENTENCE}


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"SECURE_PYPI_MALWARE": "warn"}, "malware only warned of"),
        ({"SECURE_PYPI_VULNERABILITIES": "warn"}, "vulnerabilities only warned of"),
        ({"SECURE_PYPI_UNKNOWN_AGE": "allow"}, "an unknown age is allowed"),
        ({"SECURE_PYPI_BLOCKED": json.dumps(dict.fromkeys("abcde", "Why."))}, "a, b, c and 2 more"),
    ],
)
def test_what_only_warns_or_is_many_is_called_so(environment, variables, words):
    assert words in environment.ok("status", **{**POLICY, **variables})


def test_json_has_each_option(environment):
    assert policy(environment, **POLICY) == {
        "minimum_age": 129_600.0,
        "exempt": ["acme-*", "tools"],
        "unknown_age": "refuse",
        "malware": "block",
        "vulnerabilities": "high",
        "blocked": {"requests<2.32": "CVE-2024-35195", "numpy": "Not here."},
        "locked": [],
        "text": SENTENCE,
    }


def test_the_magic_tells_it_too(notebook, monkeypatch):
    for name, value in POLICY.items():
        monkeypatch.setenv(name, value)
    assert SENTENCE in notebook().run("%secure_pip status")


@needs_root
class TestLocked:
    def test_each_locked_option_names_its_file(self, environment, lock):
        file = lock("minimum_age", "verify", minimum_age="7 days", verify="before")
        assert lines(environment.ok("status")) == {
            "gate": "7 days old at least",
            "locked": f"minimum_age, verify (by {file})",
        }
        assert policy(environment)["locked"] == [
            {"option": "minimum_age", "file": str(file)},
            {"option": "verify", "file": str(file)},
        ]

    def test_a_command_that_would_loosen_fails_and_names_both(self, environment, lock):
        file = lock("minimum_age", minimum_age="7 days")
        for words in (["status"], ["install", "acme-core"]):
            said = environment.fails(*words, SECURE_PYPI_MINIMUM_AGE="1 day")
            assert "The variable SECURE_PYPI_MINIMUM_AGE" in said
            assert f"{file} locks it at 7 days" in said

    def test_install_packages_cannot_loosen_either(self, environment, lock, aws):
        file = lock("repository", "allow_public", "verify", repository=aws.repository_arn, verify="before")
        other = next(one for one in aws.repository_arns if one != aws.repository_arn)
        for more, option in ((f"repository_arn={other!r}", "repository"), ("verify='after'", "verify")):
            done = environment.call(f"import jupyter_securepypi as s; s.install_packages('acme-core', {more})")
            assert f"This call sets SecurePyPI.{option}" in done.stderr
            assert str(file) in done.stderr
        code = "import jupyter_securepypi as s; s.install_packages('acme-core')"
        done = environment.call(code, USE_SECURE_PYPI="false")
        assert "SecurePyPI.allow_public to True" in done.stderr
        assert environment.versions() == {}
        assert environment.call(code).returncode == 0

    def test_a_magic_that_would_loosen_fails_and_names_both(self, notebook, home, lock):
        file = lock("minimum_age", minimum_age="7 days")
        mine = home / ".jupyter/jupyter_securepypi_config.json"
        mine.parent.mkdir(exist_ok=True)
        mine.write_text(json.dumps({"SecurePyPI": {"minimum_age": 60}}))
        book = notebook()
        for line in ("%secure_pip status", "%secure_pip install acme-core"):
            said = book.fails(line)
            assert f"{mine} sets SecurePyPI.minimum_age to 1 minute" in said
            assert f"{file} locks it" in said
            assert "Traceback" not in said


class TestTakingOverPip:
    def test_pip_install_in_a_kernel_passes_the_gate_and_says_what_was_held_back(
        self, notebook, home, table, monkeypatch
    ):
        mine = home / ".jupyter/jupyter_securepypi_config.json"
        mine.parent.mkdir(exist_ok=True)
        mine.write_text(json.dumps({"SecurePyPI": {"take_over_pip": True, "minimum_age": "7 days"}}))
        book = notebook()
        for line in (f"%pip install {table}", f"%uv pip install {table} --reinstall"):
            said = book.run(line)
            assert "Held back: acme-table 1.1 is 2 days old, allowed from" in said, line
            assert "1.0 was taken" in said, line
        refused = book.fails(f"%pip install {table}==1.1")
        assert "Held back: acme-table 1.1" in refused
        assert "Nothing has been installed." in refused
        assert "1.0" in book.run("import importlib.metadata as m; print(m.version('acme-table'))")
