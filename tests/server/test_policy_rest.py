"""REST tells the policy in force and its locks; a file that would loosen them is a misconfiguration that says so."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from administrator import needs_root
from tornado.httpclient import HTTPClientError


async def status(jp_fetch):
    return json.loads((await jp_fetch("securepypi", "status")).body)


async def until(jp_fetch, *states, seconds=60.0):
    deadline = time.monotonic() + seconds
    while (found := await status(jp_fetch))["state"] not in states:
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.05)
    return found


class TestWithAPolicy:
    @pytest.fixture
    def options(self, options):
        return {**options, "minimum_age": "7 days", "blocked": {"requests<2.32": "CVE-2024-35195"}}

    async def test_the_status_tells_it(self, jp_fetch):
        policy = (await status(jp_fetch))["policy"]
        assert policy["minimum_age"] == 604_800
        assert policy["blocked"] == {"requests<2.32": "CVE-2024-35195"}
        assert policy["text"] == "7 days old at least; blocked by name: requests<2.32"
        assert policy["locked"] == []


@needs_root
class TestLocked:
    @pytest.fixture
    def file(self, jp_environ, lock):  # in this order: Jupyter's fixture puts its own folders in place, too
        return lock("minimum_age", minimum_age="7 days")

    @pytest.fixture
    def jp_server_config(self, file, jp_server_config):
        return jp_server_config

    async def test_the_status_names_the_file(self, jp_fetch, file):
        policy = (await status(jp_fetch))["policy"]
        assert policy["minimum_age"] == 604_800
        assert policy["locked"] == [{"option": "minimum_age", "file": str(file)}]

    async def test_a_file_that_loosens_is_a_misconfiguration_that_names_both_until_it_is_taken_back(
        self, jp_fetch, file, jp_config_dir, aws
    ):
        await until(jp_fetch, "fresh")
        mine = jp_config_dir / "jupyter_securepypi_config.json"
        before = mine.read_text()
        chosen = json.loads(before)["SecurePyPI"]
        mine.write_text(json.dumps({"SecurePyPI": {**chosen, "minimum_age": "1 day"}}))
        found = await until(jp_fetch, "misconfigured")
        assert f"{mine} sets SecurePyPI.minimum_age to 1 day, which loosens" in found["error"]["message"]
        assert str(file) in found["error"]["why"]
        assert found["error"]["remedy"]
        assert found["policy"] is None
        with pytest.raises(HTTPClientError) as caught:
            await jp_fetch("securepypi", "refresh", method="POST", body="")
        assert caught.value.code == 409
        mine.write_text(before)
        assert (await until(jp_fetch, "fresh", "stale"))["policy"]["minimum_age"] == 604_800
