"""A server whose index is any other one by its URL: the user's own credentials, nothing minted, no expiry."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

INDEX = "http://127.0.0.1:9/team/dev/+simple/"
PASSWORD = "the-users-own-password"


@pytest.fixture
def netrc(home):
    """The user's own entry for the index."""
    file = home / ".netrc"
    file.write_text(f"machine 127.0.0.1 login me password {PASSWORD}\n")
    file.chmod(0o600)
    return file


@pytest.fixture
def options(monkeypatch, netrc):
    monkeypatch.setenv("SECURE_PYPI_INDEX", INDEX)
    return {"poll_interval": 0.1}


@pytest.fixture
def jp_server_config(jp_server_config, monkeypatch):
    """Without the repository that the emulated provider brings."""
    monkeypatch.delenv("CA_REPOSITORY_ARN")
    return jp_server_config


async def asked(jp_fetch, verb):
    answer = await jp_fetch("securepypi", verb)
    assert PASSWORD not in answer.body.decode()
    return json.loads(answer.body)


async def until(ask, condition):
    deadline = time.monotonic() + 60
    while not condition(found := await ask()):
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.05)
    return found


async def test_status_kernels_and_clients_work_as_with_a_minted_token(
    jp_fetch, jp_serverapp, aws, prefix, netrc
):
    before = netrc.read_bytes()
    status = await until(lambda: asked(jp_fetch, "status"), lambda found: found["state"] == "fresh")
    assert [status[name] for name in ("expires_at", "minted_at", "seconds_left", "error")] == [None] * 4
    assert status["repository"]["id"] == INDEX
    assert status["identity"] == "me"
    (kernel,) = (
        await until(lambda: asked(jp_fetch, "kernels"), lambda found: found["kernels"][0]["state"] == "secure")
    )["kernels"]
    assert kernel["index_url"] == INDEX
    while not (prefix / "pip.conf").exists():  # kernels come last
        await asyncio.sleep(0.05)
    assert PASSWORD not in (prefix / "pip.conf").read_text()
    clients = {one["name"]: one["state"] for one in (await asked(jp_fetch, "clients"))["clients"]}
    assert clients["netrc"] == "secure"
    assert netrc.read_bytes() == before
    assert aws.calls()["counts"] == {}, "the emulated provider is asked for nothing"


async def test_it_is_refreshed_once_and_not_at_each_look(jp_fetch, jp_serverapp, netrc):
    told = []

    async def hear(logger, schema_id, data):
        told.append(data)

    jp_serverapp.event_logger.add_listener(
        schema_id="https://events.jupyter.org/jupyter_securepypi/token/v1", listener=hear
    )
    await until(lambda: asked(jp_fetch, "status"), lambda found: found["state"] == "fresh")
    netrc.write_text(
        netrc.read_text().replace(PASSWORD, f"{PASSWORD}-2")
    )  # a new password: one more word of it

    async def events():
        return told

    await until(events, lambda heard: any(data["action"] == "refreshed" for data in heard))
    count = len(told)
    for _ in range(5):
        await asked(jp_fetch, "status")
        await asyncio.sleep(0.1)  # looks of the refresher, at each of which nothing has changed
    assert len(told) == count
    assert all(data["expires_at"] is None for data in told)


async def test_its_metrics_can_be_read(jp_fetch, jp_serverapp):
    await until(lambda: asked(jp_fetch, "status"), lambda found: found["state"] == "fresh")

    async def metrics():
        return (await jp_fetch("metrics")).body.decode()

    # The token is there a moment before the metrics.
    await until(metrics, lambda text: "securepypi_token_expiry_timestamp_seconds +Inf" in text)
