"""A server whose repository is Google's: the same answers, and no word of another cloud in them."""

from __future__ import annotations

import asyncio
import json
import re
import time

import pytest

OTHER = re.compile(r"AWS|CodeArtifact|codeartifact|arn:|\bARN\b")


@pytest.fixture
def jp_server_config(google, prefix, jp_config_dir, jp_data_dir):
    kernel = jp_data_dir / "kernels/acme/kernel.json"
    kernel.parent.mkdir(parents=True, exist_ok=True)
    argv = [str(prefix / "bin/python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel.write_text(json.dumps({"argv": argv, "display_name": "acme", "language": "python"}))
    jp_config_dir.mkdir(parents=True, exist_ok=True)
    chosen = {"SecurePyPI": {"poll_interval": 0.2}}
    (jp_config_dir / "jupyter_securepypi_config.json").write_text(json.dumps(chosen))
    return {
        "ServerApp": {"jpserver_extensions": {"jupyter_securepypi": True}},
        "KernelSpecManager": {"ensure_native_kernel": False, "allowed_kernelspecs": {"acme"}},
    }


async def asked(jp_fetch, verb):
    text = (await jp_fetch("securepypi", verb)).body.decode()
    assert "LEAKEDTOKEN" not in text
    assert not OTHER.search(text), OTHER.findall(text)
    return json.loads(text)


async def until(ask, condition):
    deadline = time.monotonic() + 60
    while not condition(found := await ask()):
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.05)
    return found


async def test_kernels_are_pointed_and_the_status_names_the_place(jp_fetch, jp_serverapp, google, prefix, home):
    status = await until(lambda: asked(jp_fetch, "status"), lambda found: found["state"] == "fresh")
    assert status["repository"]["facts"] == [
        {"label": "Project", "value": "acme-project"},
        {"label": "Location", "value": "europe-west1"},
        {"label": "Repository", "value": "shared-pypi"},
    ]
    assert status["repository"]["provider_label"] == "Google Artifact Registry"
    assert 3000 < status["seconds_left"] <= 3600
    await until(lambda: asked(jp_fetch, "kernels"), lambda found: found["kernels"][0]["state"] == "secure")
    assert google.index_url in (prefix / "pip.conf").read_text()
    assert "europe-west1-python.pkg.dev login oauth2accesstoken" in " ".join(
        (home / ".netrc").read_text().split()
    )
    await asked(jp_fetch, "doctor")
    await asked(jp_fetch, "clients")
