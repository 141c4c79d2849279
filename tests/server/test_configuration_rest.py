"""Saving a repository from the panel: only where nothing names one, and never more than that."""

from __future__ import annotations

import asyncio
import json
import stat

import pytest
from tornado.httpclient import HTTPClientError

ARN = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"


async def save(jp_fetch, body, **more):
    """Return the status and the body of the answer, whatever it is."""
    try:
        answer = await jp_fetch("securepypi", "configuration", method="POST", body=json.dumps(body), **more)
    except HTTPClientError as error:
        answer = error.response
    return answer.code, json.loads(answer.body)


async def status_of(jp_fetch):
    return json.loads((await jp_fetch("securepypi", "status")).body)


class TestWhereNothingIsConfigured:
    @pytest.fixture
    def aws(self, aws, monkeypatch):
        monkeypatch.delenv("CA_REPOSITORY_ARN", raising=False)
        monkeypatch.delenv("SECURE_PYPI_INDEX", raising=False)
        return aws

    async def test_it_is_saved_beside_what_is_there_and_used_at_once(self, jp_fetch, jp_config_dir):
        assert (await status_of(jp_fetch))["state"] == "not_configured"
        file = jp_config_dir / "jupyter_securepypi_config.json"
        before = json.loads(file.read_text())["SecurePyPI"]
        file.chmod(0o640)
        code, answer = await save(jp_fetch, {"repository": f" {ARN} "})
        assert (code, answer) == (200, {"written": str(file)})
        assert json.loads(file.read_text())["SecurePyPI"] == {**before, "repository": ARN}
        assert stat.S_IMODE(file.stat().st_mode) == 0o640
        said = await status_of(jp_fetch)
        assert said["repository"]["label"] == "acme/shared-pypi"
        for _ in range(600):  # the refresher was woken: a token is on its way
            if (await status_of(jp_fetch))["state"] == "fresh":
                break
            await asyncio.sleep(0.05)
        else:
            pytest.fail("no token came")
        code, answer = await save(jp_fetch, {"repository": ARN.replace("shared-pypi", "other")})
        assert code == 409, "the second one replaces nothing"
        assert answer["why"] == f"it is set in {file}"

    @pytest.mark.parametrize(
        "wrong",
        ["no address", "https://me:hunter2@index.example.com/simple/", "http://index.example.com/simple/"],
    )
    async def test_what_is_no_address_is_refused_and_nothing_is_written(self, jp_fetch, jp_config_dir, wrong):
        file = jp_config_dir / "jupyter_securepypi_config.json"
        before = file.read_bytes()
        code, answer = await save(jp_fetch, {"repository": wrong})
        assert code in (400, 409)
        assert "hunter2" not in json.dumps(answer)
        assert file.read_bytes() == before

    @pytest.mark.parametrize("more", [{"role": "arn:aws:iam::1:role/x"}, {"endpoint": "x"}, {"path": "/etc"}])
    async def test_a_page_chooses_neither_role_nor_endpoint_nor_file(self, jp_fetch, more):
        code, answer = await save(jp_fetch, {"repository": ARN, **more})
        assert code == 400
        assert answer["kind"] == "BadRequest"

    async def test_another_origin_without_the_xsrf_token_changes_nothing(
        self, jp_fetch, jp_serverapp, jp_config_dir, monkeypatch
    ):
        file = jp_config_dir / "jupyter_securepypi_config.json"
        before = file.read_bytes()
        cookie = {"Cookie": "username=somebody", "Origin": "https://evil.example.com"}
        code, _ = await save(jp_fetch, {"repository": ARN}, headers={"Authorization": "", **cookie})
        assert code in (401, 403, 404), "Jupyter itself answers 404 to other origins"
        assert file.read_bytes() == before


async def test_where_a_variable_names_one_already_nothing_is_written(jp_fetch, jp_config_dir):
    file = jp_config_dir / "jupyter_securepypi_config.json"
    before = file.read_bytes()
    code, answer = await save(jp_fetch, {"repository": ARN})
    assert code == 409
    assert answer["message"] == "A repository is configured already."
    assert answer["why"].startswith("it is set in the variable")
    assert file.read_bytes() == before
