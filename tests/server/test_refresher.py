"""What the refresher writes where, and when it asks AWS again."""

from __future__ import annotations

import asyncio
import json
import stat
import time
from urllib.parse import urlsplit

import pytest

from jupyter_securepypi.core.files import usual_mode
from jupyter_securepypi.server.extension import EVENT


async def until(jp_fetch, condition, seconds=60.0):
    """Return the status once `condition` holds of it."""
    deadline = time.monotonic() + seconds
    while True:
        found = json.loads((await jp_fetch("securepypi", "status")).body)
        if condition(found):
            return found
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.05)


def fresh(status):
    return status["state"] == "fresh"


async def settled(condition, seconds=60.0):
    """Wait until a condition on files holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.05)


async def test_the_kernels_pip_points_at_the_index_without_a_secret(jp_fetch, aws, prefix, jp_serverapp):
    config = prefix / "pip.conf"
    await settled(config.exists)
    text = config.read_text()
    assert f"index-url = {aws.index_url}" in text
    assert f"extra-index-url = {aws.index_url}" in text
    assert "disable-pip-version-check = true" in text
    assert "aws:" not in text
    assert stat.S_IMODE(config.stat().st_mode) == usual_mode(), "others may use the environment, too"


async def test_nothing_is_written_where_nothing_changes(jp_fetch, prefix, home):
    config, netrc = prefix / "pip.conf", home / ".netrc"
    await settled(lambda: config.exists() and netrc.exists())
    before = (config.stat().st_mtime_ns, config.stat().st_ino, netrc.stat().st_mtime_ns, netrc.stat().st_ino)
    await asyncio.sleep(1.5)  # several looks
    assert (
        config.stat().st_mtime_ns,
        config.stat().st_ino,
        netrc.stat().st_mtime_ns,
        netrc.stat().st_ino,
    ) == before


async def test_a_file_that_was_spoilt_is_mended(jp_fetch, aws, prefix):
    config = prefix / "pip.conf"
    await settled(config.exists)
    config.write_text("[global]\nindex-url = https://packages.example.com/simple\n# mine\ntimeout = 7\n")
    await settled(lambda: aws.index_url in config.read_text())
    assert "# mine\ntimeout = 7\n" in config.read_text()


async def test_a_refresh_changes_the_netrc_entry_and_nothing_else_in_it(jp_fetch, aws, home):
    netrc = home / ".netrc"
    others = "machine example.com\n  login me\n  password mine # keep\n"
    await settled(netrc.exists)
    first = netrc.read_text()
    netrc.write_text(first + others)
    await jp_fetch("securepypi", "refresh", method="POST", body="")
    await settled(lambda: netrc.read_text() != first + others)
    assert netrc.read_text().endswith(others)
    assert netrc.read_text().count(f"machine {urlsplit(aws.index_url).hostname}") == 1


async def test_changed_aws_credentials_are_noticed(jp_fetch, aws, home):
    before = await until(jp_fetch, fresh)
    (home / ".aws").mkdir()
    (home / ".aws/credentials").write_text("[default]\naws_access_key_id = x\n")
    await until(jp_fetch, lambda status: status["minted_at"] > before["minted_at"])


async def test_the_token_is_replaced_ahead_of_expiry(jp_fetch, aws, jp_runtime_dir):
    states, known = set(), set()

    def new(status):
        states.add(status["state"])
        return fresh(status) and status["minted_at"] not in known

    for left in (1700.0, 100.0):  # of two hours: in the window in which a new one is wanted, and needed
        # What the package managers have is shown until they have the new one.
        known.add((await until(jp_fetch, fresh))["minted_at"])
        [store] = (jp_runtime_dir / "securepypi").glob("*.json")
        data = json.loads(store.read_text())
        aged = data["token"]
        aged["expires_at"] = time.time() + left
        aged["minted_at"] = aged["expires_at"] - 7200
        known.add(aged["minted_at"])
        store.write_text(json.dumps(data))
        await until(jp_fetch, new)
    assert "expired" not in states
    assert aws.calls()["counts"]["GetAuthorizationToken"] == 3


async def test_events_tell_of_failure_expiry_and_return(jp_fetch, aws, jp_serverapp):
    seen = []

    async def listen(logger, schema_id, data):
        seen.append(data)

    jp_serverapp.event_logger.add_listener(schema_id=EVENT, listener=listen)
    await until(jp_fetch, fresh)
    aws.faults(token_lifetime=2.0)
    await jp_fetch("securepypi", "refresh", method="POST", body="")
    aws.faults(deny=["codeartifact:GetAuthorizationToken"])
    await until(jp_fetch, lambda status: status["state"] == "expired")
    await settled(lambda: any(event["action"] == "expired" for event in seen))
    aws.clear()
    await until(jp_fetch, fresh)
    await settled(lambda: seen[-1]["action"] == "refreshed")
    actions = [event["action"] for event in seen]
    assert actions.index("refreshed") < actions.index("refresh_failed") < actions.index("expired")
    assert all(set(event) == {"action", "expires_at", "message"} for event in seen)
    assert any("codeartifact:GetAuthorizationToken" in event["message"] for event in seen)


class TestWithCredentialsInPipsConfiguration:
    @pytest.fixture
    def options(self, options):
        return {**options, "credential_store": "pip"}

    async def test_the_file_holds_the_token_alone_and_loses_it_with_expiry(self, jp_fetch, aws, prefix, home):
        config = prefix / "pip.conf"
        await settled(config.exists)
        text = config.read_text()
        assert "index-url = http://aws:" in text
        assert stat.S_IMODE(config.stat().st_mode) == 0o600
        assert not (home / ".netrc").exists()
        aws.faults(token_lifetime=2.0)
        await jp_fetch("securepypi", "refresh", method="POST", body="")
        aws.faults(deny=["codeartifact:GetAuthorizationToken"])
        await settled(lambda: "aws:" not in config.read_text())
        assert f"index-url = {aws.index_url}" in config.read_text()


class TestWithoutManagingKernels:
    @pytest.fixture
    def options(self, options):
        return {**options, "manage_kernels": False}

    async def test_no_pip_configuration_is_written(self, jp_fetch, prefix, home):
        await until(jp_fetch, fresh)
        await settled((home / ".netrc").exists)
        assert not (prefix / "pip.conf").exists()
