"""What a virtual repository takes in is told, however many upstreams it has."""

from __future__ import annotations

from typing import Any

from jupyter_securepypi.core.providers.artifact_registry.upstreams import upstreams

FOLDER = "projects/acme-project/locations/europe-west1/repositories/"


def _virtual(*below: str) -> dict[str, Any]:
    policies = [{"repository": FOLDER + name} for name in below]
    return {
        "name": f"{FOLDER}everything",
        "mode": "VIRTUAL_REPOSITORY",
        "virtualRepositoryConfig": {"upstreamPolicies": policies},
    }


def test_upstreams_that_are_too_many_to_look_at_are_named_and_nothing_is_passed() -> None:
    looked: list[str] = []

    def look(name: str) -> dict[str, Any]:
        looked.append(name)
        if name.endswith("pypi-cache"):
            public = {"pythonRepository": {"publicRepository": "PYPI"}}
            return {"name": name, "mode": "REMOTE_REPOSITORY", "remoteRepositoryConfig": public}
        return {"name": name, "mode": "STANDARD_REPOSITORY"}

    names = [*(f"team-{number}" for number in range(24)), "pypi-cache"]
    check = upstreams(_virtual(*names), look)
    assert check.ok is None
    assert "pypi-cache" in check.finding.what
    assert "team-0," not in check.finding.what
    assert len(looked) < len(names), "there is an end to it"
