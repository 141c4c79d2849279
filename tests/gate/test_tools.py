"""The same policy means the same in every pip and uv; a pip that cannot decide first is refused with a way out."""

from __future__ import annotations

import json
import subprocess

import pytest
from by_day import either_engine

WEEK = {"SECURE_PYPI_MINIMUM_AGE": "P7D"}
FIRST_THAT_DECIDES = (22, 2)


@pytest.fixture
def plot(publish):
    publish("acme-plot", "1.0", 30)
    publish("acme-plot", "1.1", 2)
    publish("acme-chart", "1.0", 30, ["acme-plot"])


def is_too_old(environment, tool):
    if tool == "uv":
        return False
    said = subprocess.run(
        [environment.python, "-m", "pip", "--version"], capture_output=True, text=True, check=True
    )
    return tuple(map(int, said.stdout.split()[1].split(".")[:2])) < FIRST_THAT_DECIDES


def test_the_same_older_version_is_taken_by_all(environment, tool, plot):
    words = ("install", "--engine", tool, "--json", "acme-chart")
    if is_too_old(environment, tool):
        said = environment.fails(*words, **WEEK)
        assert "cannot decide without installing" in said
        assert "upgrade pip to 22.2 or newer" in said
        assert "--engine uv" in said
        return
    said = json.loads(environment.ok(*words, **WEEK))
    assert environment.versions() == {"acme_chart": "1.0", "acme_plot": "1.0"}
    assert [(one["name"], one["version"], one["kind"]) for one in said["held_back"]] == [
        ("acme-plot", "1.1", "too_young")
    ]


@either_engine
def test_the_users_own_limit_counts_too(environment, engine, plot, publish):
    publish("acme-plot", "0.9", 300)
    limit = {"UV_EXCLUDE_NEWER": "2026-05-01"} if engine == "uv" else {"PIP_UPLOADED_PRIOR_TO": "2026-05-01"}
    environment.ok("install", "--engine", engine, "acme-plot", **WEEK, **limit)
    assert environment.versions()["acme_plot"] == "0.9"
