"""How long servers that start at once wait for their tokens at AWS's limit: what docs/jupyterhub.md says, and no less.

The curve is printed with ``-s``; a thousand servers are for the night.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starts import Start, start_at_once

PAGE = Path(__file__).parents[1] / "docs/jupyterhub.md"
ROW = re.compile(r"^\| (\d+) \| (\d+)/s(, every call)? \| (\d+) s \| (\d+) s \| (\d+) s \|$", re.MULTILINE)
LIMITED = ("GetAuthorizationToken",)  # 40 a second and account (CodeArtifact, "Quotas")
SAID = {
    (int(row[0]), int(row[1]), bool(row[2])): row[3:] for row in ROW.findall(PAGE.read_text(encoding="utf-8"))
}


def after(starts: list[Start], share: float) -> float:
    """Seconds until this share of them had their tokens."""
    return starts[min(len(starts) - 1, int(len(starts) * share))].served


CASES = [
    pytest.param(case, marks=[pytest.mark.nightly] if case[0] > 200 else [], id=str(case)) for case in SAID
]


@pytest.mark.parametrize("case", CASES)
def test_everybody_is_served_in_the_time_that_the_page_says(case, tmp_path, nightly):
    count, limit, every_call = case
    for seed in range(5 if nightly else 2):
        operations = ("*",) if every_call else LIMITED
        starts = start_at_once(count, limit, tmp_path / str(seed), operations=operations, seed=seed)
        curve = [(share, round(after(starts, share), 1)) for share in (0.1, 0.25, 0.5, 0.75, 0.9, 1.0)]
        told = sum(len(one.failures) for one in starts)
        print(f"{count} servers at {limit}/s, seed {seed}: {curve}, {told} failures told meanwhile")
        assert all(one.served for one in starts)
        for share, said in zip((0.5, 0.9, 1.0), SAID[case], strict=True):
            assert after(starts, share) < 1.3 * float(said) + 1


def test_the_page_has_the_figures():
    assert {(20, 40, False), (200, 40, False), (20, 2, True)} <= set(SAID)


def test_nobody_waits_much_longer_than_the_limit_makes_them(tmp_path):
    starts = start_at_once(200, 40, tmp_path, operations=LIMITED)
    least = 200 / 40 - 1  # the first forty need not wait for a second to pass
    assert after(starts, 0.9) < 2 * least
    assert not any(one.failures for one in starts), "a wait of seconds is no failure"
