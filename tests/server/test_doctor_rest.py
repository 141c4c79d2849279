"""The doctor over REST: one examination at a time, remedies by their key only, and nothing that blocks or stays."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time

import psutil
import pytest
from test_openapi import hold, operation_of, until_fresh
from tornado.httpclient import HTTPClientError

from jupyter_securepypi.server import doctor as server_doctor

EMPTY: dict[str, object] = {"running": False, "examined_at": None, "findings": 0, "checks": []}


@pytest.fixture(autouse=True)
def only_our_indexes(home, monkeypatch):
    """No index of this machine's own shows through, and no uv that would have to be told about one."""
    monkeypatch.setenv("TMPDIR", str(home / "tmp"))
    (home / "tmp").mkdir()
    # This process has looked for its folder of temporary files already, and remembers the machine's.
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("PATH", os.defpath)


async def last(jp_fetch):
    return json.loads((await jp_fetch("securepypi", "doctor")).body)


async def examine(jp_fetch):
    answer = await jp_fetch("securepypi", "doctor", method="POST", body="", request_timeout=60)
    return hold(answer, operation_of("POST", "/doctor"))


async def fix(jp_fetch, check, **more):
    body = json.dumps({"key": check["fix"]["key"], **more})
    answer = await jp_fetch("securepypi", "doctor", "fix", method="POST", body=body, request_timeout=60)
    return hold(answer, operation_of("POST", "/doctor/fix"))


def named(examination, name):
    [check] = [check for check in examination["checks"] if check["name"] == name]
    return check


def children():
    return [one for one in psutil.Process().children() if "doctor.provider" in " ".join(one.cmdline())]


@pytest.fixture
def leftover(jp_runtime_dir):
    """A temporary file of ours that a killed process has left."""
    path = jp_runtime_dir / "securepypi/.token.json.securepypi-abcd1234"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text("secret")
    path.chmod(0o600)
    os.utime(path, (time.time() - 9000, time.time() - 9000))
    return path


async def test_nothing_is_examined_before_somebody_asks(jp_fetch, aws):
    await until_fresh(jp_fetch)
    assert await last(jp_fetch) == EMPTY
    assert "index:GET" not in aws.calls()["counts"]


async def test_an_examination_is_what_the_command_line_shows_and_is_remembered(jp_fetch, aws, prefix):
    await until_fresh(jp_fetch)
    before = time.time()
    found = await examine(jp_fetch)
    assert found["findings"] == 0, [check for check in found["checks"] if check["ok"] is False]
    assert named(found, "codeartifact:ReadFromRepository")["ok"]
    assert str(prefix / "pip.conf") in named(found, "kernel acme")["message"]
    assert before <= found["examined_at"] <= time.time()
    assert await last(jp_fetch) == found


async def test_two_clicks_start_one_examination(jp_fetch, aws):
    await until_fresh(jp_fetch)
    before = aws.calls()["counts"].get("GetCallerIdentity", 0)
    first, second = await asyncio.gather(examine(jp_fetch), examine(jp_fetch))
    assert first == second
    # Minting asks nobody who it is.
    assert aws.calls()["counts"]["GetCallerIdentity"] - before == 1


async def test_while_aws_hangs_everything_else_answers(jp_fetch, aws):
    await until_fresh(jp_fetch)
    aws.faults(hang=600.0)
    running = asyncio.ensure_future(examine(jp_fetch))
    while not children():
        await asyncio.sleep(0.05)
    for _ in range(20):
        assert (await last(jp_fetch))["running"]
    assert not running.done(), "nobody waited for AWS"
    aws.clear()
    running.cancel()


async def test_stopping_the_server_ends_the_examination_and_its_child(jp_fetch, jp_serverapp, aws):
    await until_fresh(jp_fetch)
    [extension] = jp_serverapp.extension_manager.extension_apps["jupyter_securepypi"]
    aws.faults(hang=600.0)
    running = asyncio.ensure_future(extension.doctor.examine())
    while not children():
        await asyncio.sleep(0.05)
    await extension.doctor.stop()
    assert not children()
    found = extension.doctor.outcome()
    assert not found["running"]
    assert named(found, "AWS")["ok"] is False, "the child has ended by itself"
    running.cancel()


async def test_an_examination_that_takes_too_long_says_so_and_goes_on(jp_fetch, aws, monkeypatch):
    await until_fresh(jp_fetch)
    aws.faults(hang=600.0)
    monkeypatch.setattr(server_doctor, "DEADLINE", 0.2)
    with pytest.raises(HTTPClientError) as caught:
        await examine(jp_fetch)
    assert caught.value.code == 502
    assert "not ended" in hold(caught.value.response, operation_of("POST", "/doctor"))["message"]
    assert (await last(jp_fetch))["running"]
    aws.clear()
    monkeypatch.setattr(server_doctor, "DEADLINE", 45.0)
    assert (await examine(jp_fetch))["examined_at"]


async def test_what_is_ours_is_fixed_by_its_key(jp_fetch, leftover):
    await until_fresh(jp_fetch)
    check = named(await examine(jp_fetch), "leftovers")
    assert check["fix"]["own_files"]
    fixed = await fix(jp_fetch, check)
    assert not leftover.exists()
    assert fixed["done"] == [f"removed {leftover}"]
    assert fixed["examination"]["findings"] == 0
    assert await last(jp_fetch) == fixed["examination"]


async def test_what_is_not_ours_takes_consent(jp_fetch, home):
    await until_fresh(jp_fetch)
    pypirc = home / ".pypirc"
    pypirc.write_text("[pypi]\nusername = me\npassword = hidden-word\n")
    pypirc.chmod(0o644)
    check = named(await examine(jp_fetch), "file modes")
    assert not check["fix"]["own_files"]
    with pytest.raises(HTTPClientError) as caught:
        await fix(jp_fetch, check)
    assert caught.value.code == 409
    assert str(pypirc) in hold(caught.value.response, operation_of("POST", "/doctor/fix"))["message"]
    assert pypirc.stat().st_mode & 0o777 == 0o644
    await fix(jp_fetch, check, consent=True)
    assert pypirc.stat().st_mode & 0o777 == 0o600


async def test_a_fix_that_fails_says_why(jp_fetch, aws):
    await until_fresh(jp_fetch)
    aws.faults(revoke="all")
    check = named(await examine(jp_fetch), "token at the index")
    aws.faults(deny=["codeartifact:GetAuthorizationToken"])
    with pytest.raises(HTTPClientError) as caught:
        await fix(jp_fetch, check)
    assert caught.value.code == 403
    error = hold(caught.value.response, operation_of("POST", "/doctor/fix"))
    assert "GetAuthorizationToken" in error["message"]


async def test_a_key_that_nobody_offered_fixes_nothing(jp_fetch, leftover):
    await until_fresh(jp_fetch)
    await examine(jp_fetch)
    for key in ("0" * 16, leftover.name, "../../etc"):
        with pytest.raises(HTTPClientError) as caught:
            await fix(jp_fetch, {"fix": {"key": key}}, consent=True)
        assert caught.value.code == 404
        assert hold(caught.value.response, operation_of("POST", "/doctor/fix"))["kind"] == "UnknownFinding"
    assert leftover.exists()


async def test_no_answer_holds_the_token(jp_fetch, jp_runtime_dir, prefix, home):
    await until_fresh(jp_fetch)
    [store] = [path for path in (jp_runtime_dir / "securepypi").glob("*.json") if "failure" not in path.name]
    secret = json.loads(store.read_text())["token"]["secret"]
    # A file that the refresher leaves alone.
    (home / ".pypirc").write_text(f"[corp]\nrepository = https://aws:{secret}@packages.example.com/\n")
    found = await examine(jp_fetch)
    assert any(check["name"] == "addresses" and check["ok"] is False for check in found["checks"])
    assert secret not in json.dumps(found)
    assert secret not in (await jp_fetch("securepypi", "doctor")).body.decode()


class TestWithTheTokenInEachKernelsFile:
    @pytest.fixture
    def options(self):
        """The refresher looks by itself only once: what follows is the fix's doing."""
        return {"poll_interval": 600.0, "credential_store": "pip"}

    async def test_a_new_token_reaches_every_kernel(self, jp_fetch, aws, prefix):
        await until_fresh(jp_fetch)
        aws.faults(revoke="all")
        check = named(await examine(jp_fetch), "token at the index")
        before = (prefix / "pip.conf").read_text()
        fixed = await fix(jp_fetch, check)
        assert "got a new token: fresh" in fixed["done"][0]
        assert named(fixed["examination"], "token at the index")["ok"]
        assert (prefix / "pip.conf").read_text() != before
