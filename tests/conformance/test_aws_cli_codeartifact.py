"""The AWS CLI, unmodified, through every operation of CodeArtifact."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from codeartifact_walk import walk

from jupyter_securepypi.emulator import Emulator


@pytest.fixture(scope="module")
def shared_emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


# Fifty processes, each of which takes a second or more.
@pytest.mark.timeout(600)
def test_the_cli_walks_through_every_operation(emulator: Emulator, run: Any, tmp_path: Path) -> None:
    administrator = emulator.credentials("AdministratorRole")
    file = tmp_path / "asset"

    def call(operation: str, **parameters: Any) -> Any:
        given: list[object] = ["--cli-input-json", json.dumps(parameters)]
        # Only this one writes a file, wants to know where, and then takes no JSON.
        if operation == "GetPackageVersionAsset":
            options = [(f"--{xform_name(name, '-')}", value) for name, value in parameters.items()]
            given = [*(word for option in options for word in option), file]
        result = run(
            "aws", "codeartifact", xform_name(operation, "-"), "--output", "json", *given, **administrator
        )
        return json.loads(result.stdout or "{}")

    walk(call)
    assert file.read_bytes().startswith(b"PK")


def test_the_cli_shows_why_a_copy_failed(emulator: Emulator, run: Any) -> None:
    command = (
        "aws codeartifact copy-package-versions --domain acme --source-repository pypi-store "
        "--destination-repository team-pypi --format pypi --package tablefit --versions 3.0.4 --output json"
    )
    administrator = emulator.credentials("AdministratorRole")
    refused = run(*command.split(), check=False, **administrator)
    assert refused.returncode != 0
    assert "(ResourceNotFoundException)" in refused.stderr
    done = json.loads(run(*command.split(), "--include-from-upstream", **administrator).stdout)
    assert list(done["successfulVersions"]) == ["3.0.4"]
