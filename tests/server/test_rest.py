"""REST: what it tells, whom it lets in, and that it never waits for AWS."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from tornado.httpclient import HTTPClientError


async def status(jp_fetch):
    answer = await jp_fetch("securepypi", "status")
    return json.loads(answer.body)


async def until(jp_fetch, *states, seconds=60.0):
    """Return the status once its state is one of `states`."""
    deadline = time.monotonic() + seconds
    while True:
        found = await status(jp_fetch)
        if found["state"] in states:
            return found
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.05)


async def test_status_tells_state_expiry_repository_and_identity(jp_fetch, aws):
    found = await until(jp_fetch, "fresh")
    now = time.time()
    assert found["repository"]["id"] == aws.repository_arn
    assert found["repository"]["index_url"] == aws.index_url
    assert "assumed-role/SecurePyPIReadRole_675292366480/" in found["identity"]
    assert found["expires_at"] - found["minted_at"] == pytest.approx(43200, abs=1)
    assert found["minted_at"] <= found["expires_at"] - found["seconds_left"] <= now
    assert found["error"] is None


async def test_refresh_mints_a_new_token(jp_fetch):
    before = await until(jp_fetch, "fresh")
    answer = await jp_fetch("securepypi", "refresh", method="POST", body="")
    assert json.loads(answer.body)["minted_at"] > before["minted_at"]


async def test_many_refreshes_at_once_share_one_attempt(jp_fetch, aws):
    await until(jp_fetch, "fresh")
    before = aws.calls()["counts"]["GetAuthorizationToken"]
    await asyncio.gather(*(jp_fetch("securepypi", "refresh", method="POST", body="") for _ in range(16)))
    assert aws.calls()["counts"]["GetAuthorizationToken"] - before <= 2


async def test_no_answer_holds_the_token(jp_fetch, home, jp_runtime_dir):
    await until(jp_fetch, "fresh")
    [store] = [path for path in (jp_runtime_dir / "securepypi").glob("*.json") if "failure" not in path.name]
    secret = json.loads(store.read_text())["token"]["secret"]
    for method, verb, body in (("GET", "status", None), ("POST", "refresh", "{}")):
        answer = await jp_fetch("securepypi", verb, method=method, body=body)
        assert secret not in answer.body.decode() + str(list(answer.headers.get_all()))
        assert answer.headers["Cache-Control"] == "no-store"


async def test_a_body_cannot_choose_role_endpoint_or_index(jp_fetch, aws):
    before = await until(jp_fetch, "fresh")
    body = json.dumps(
        {"role_arn": "arn:aws:iam::111122223333:role/Admin", "repository": "x", "index_url": "http://x"}
    )
    answer = await jp_fetch("securepypi", "refresh", method="POST", body=body)
    after = json.loads(answer.body)
    assert after["identity"] == before["identity"]
    assert after["repository"] == before["repository"]


async def test_a_failed_refresh_says_why_and_what_to_do(jp_fetch, aws):
    await until(jp_fetch, "fresh")
    aws.faults(deny=["sts:GetServiceBearerToken"])
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("securepypi", "refresh", method="POST", body="")
    assert caught.value.code == 403
    error = json.loads(caught.value.response.body)
    assert "sts:GetServiceBearerToken" in error["message"]
    assert error["remedy"]
    found = await status(jp_fetch)
    assert found["state"] == "fresh", "the old token still serves"
    assert found["error"]["message"] == error["message"]


async def test_status_answers_while_aws_hangs(jp_fetch, aws):
    await until(jp_fetch, "fresh")
    aws.faults(hang=600.0)
    calls = len(aws.calls()["calls"])
    request = {"method": "POST", "body": "", "request_timeout": 120}
    refresh = asyncio.ensure_future(jp_fetch("securepypi", "refresh", **request))
    while len(aws.calls()["calls"]) == calls:
        await asyncio.sleep(0.05)
    for _ in range(50):
        assert (await status(jp_fetch))["refreshing"]
    assert not refresh.done(), "nobody waited for AWS"
    aws.clear()
    refresh.cancel()


class TestNotConfigured:
    @pytest.fixture
    def jp_server_config(self, jp_server_config, monkeypatch):
        monkeypatch.delenv("CA_REPOSITORY_ARN")
        return jp_server_config

    async def test_it_is_a_state_with_a_next_step(self, jp_fetch):
        found = await until(jp_fetch, "not_configured")
        assert found["repository"] is None
        assert "repository" in found["error"]["remedy"]

    async def test_a_configuration_file_that_appears_is_noticed(self, jp_fetch, jp_config_dir, aws):
        await until(jp_fetch, "not_configured")
        path = jp_config_dir / "jupyter_securepypi_config.json"
        path.write_text(json.dumps({"SecurePyPI": {"repository": aws.repository_arn, "poll_interval": 0.2}}))
        await until(jp_fetch, "fresh")


@pytest.fixture
def not_started(monkeypatch):
    """A server whose refresher has not begun yet."""
    monkeypatch.setattr("jupyter_securepypi.server.refresher.Refresher.start", lambda self: None)


async def test_the_first_request_is_not_told_of_options_that_nobody_has_read(not_started, jp_fetch, aws):
    found = await status(jp_fetch)
    assert (found["state"], found["error"]) == ("missing", None)
    assert found["repository"]["id"] == aws.repository_arn
