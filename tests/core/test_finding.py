"""What a finding looks like on one line and as JSON."""

from __future__ import annotations

import pytest

from jupyter_securepypi.core.errors import AccessDenied
from jupyter_securepypi.core.finding import Finding


@pytest.mark.parametrize(
    ("finding", "sentence"),
    [
        (Finding("clock", "it is an hour ahead"), "clock: it is an hour ahead"),
        (Finding("", "Nothing sets an index."), "Nothing sets an index."),
        (Finding("PIP_INDEX_URL", "PIP_INDEX_URL leads elsewhere."), "PIP_INDEX_URL leads elsewhere."),
        (Finding("netrc", "it is not ours", "nobody renews it"), "netrc: it is not ours. Nobody renews it."),
        (
            Finding("kernel a", "not changed", "no space left", "free some space"),
            "kernel a: not changed. No space left. Try: free some space",
        ),
        (Finding("", "Missing.", remedy="run:\n  one\n  two"), "Missing. Try: run: one two"),
    ],
)
def test_a_finding_is_one_line(finding, sentence):
    assert str(finding) == finding.sentence() == sentence


def test_no_credentials_are_shown():
    finding = Finding("pip.conf", "it names https://me:secret@host/", remedy="not https://secret@host/")
    assert "secret" not in str(finding)
    assert "secret" not in str(finding.to_dict())


def test_an_error_becomes_a_finding_with_its_three_parts():
    error = AccessDenied("The index may not be read.", why="the role lacks an action", remedy="ask for it")
    finding = Finding.of(error, "netrc")
    assert (finding.where, finding.what, finding.why, finding.remedy) == (
        "netrc",
        "The index may not be read.",
        "the role lacks an action",
        "ask for it",
    )
    assert finding.to_dict() == {
        "kind": "AccessDenied",
        "source": "netrc",
        "message": "The index may not be read. The role lacks an action.",
        "remedy": "ask for it",
    }
