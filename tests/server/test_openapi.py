"""The description held against the running server: each verb answers as described, and each verb is described."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from jsonschema import Draft202012Validator
from tornado.httpclient import HTTPClientError

from jupyter_securepypi.core.errors import RequestRefused
from jupyter_securepypi.core.report import InstalledPackage, InstallReport
from jupyter_securepypi.install.history import record
from jupyter_securepypi.sagemaker.routes import IMAGES, ROUTES
from jupyter_securepypi.server.handlers import routes
from jupyter_securepypi.server.openapi import description

DESCRIPTION = description()
VERBS = [(verb.upper(), path) for path, item in DESCRIPTION["paths"].items() for verb in item]
STEP = {"step": "training", "route": "v3-model-trainer", "image": "pytorch"}
# A key is one of an examination's; `test_doctor_rest` uses some. A repository is configured here already;
# `test_configuration_rest` has a server without one.
REFUSED = (("GET", "/doctor/fix"), ("POST", "/doctor/fix"), ("POST", "/configuration"))
ARN = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
QUERIES = {
    "/why": {"requirement": "acme-core"},
    "/kernels/fix": {"kernel": "acme"},
    "/doctor/fix": {"key": "0"},
    "/installs/export": {"format": "csv"},
    "/packages": {"kernel": "acme"},
    "/packages/search": {"text": "acme"},
    "/packages/newest": {"kernel": "acme", "packages": "acme-core==1.0"},
}
BODIES = {
    "/kernels/fix": {"kernel": "acme"},
    "/preview": STEP,
    "/doctor/fix": {"key": "0"},
    "/configuration": {"repository": ARN},
}


def hold(answer, operation):
    """Fail unless `answer` has the form that is described for its status."""
    responses = operation["responses"]
    described = responses.get(str(answer.code), responses.get("default"))
    schema = {"components": DESCRIPTION["components"], **content_of(described)}
    assert answer.headers["Content-Type"].startswith("application/json")
    Draft202012Validator(schema).validate(json.loads(answer.body))
    return json.loads(answer.body)


def content_of(response):
    if "$ref" in response:
        response = DESCRIPTION["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return response["content"]["application/json"]["schema"]


async def ask(jp_fetch, method, path, body=None, **more):
    """Return the answer, whatever its status."""
    text = None if method == "GET" else json.dumps(body if body is not None else BODIES.get(path, {}))
    more.setdefault("params", QUERIES.get(path, {}))
    try:
        return await jp_fetch("securepypi", *path.strip("/").split("/"), method=method, body=text, **more)
    except HTTPClientError as error:
        return error.response


def operation_of(method, path):
    return DESCRIPTION["paths"][path][method.lower()]


async def until_fresh(jp_fetch):
    deadline = time.monotonic() + 60
    while json.loads((await ask(jp_fetch, "GET", "/status")).body)["state"] != "fresh":
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


@pytest.mark.parametrize(("method", "path"), [verb for verb in VERBS if verb not in REFUSED])
async def test_each_described_verb_answers_as_described(jp_fetch, method, path):
    package = InstalledPackage("one", "2.0", "1.0", "https://host/one.whl", "ab" * 32, requested=True)
    record(["one"], repository="arn:x", outcome=InstallReport((package,)), seconds=1.5)
    record(["two"], repository="arn:x", outcome=RequestRefused("no"), seconds=0)
    await until_fresh(jp_fetch)
    answer = await ask(jp_fetch, method, path)
    assert answer.code == 200
    hold(answer, operation_of(method, path))


@pytest.mark.parametrize(("method", "path"), [verb for verb in VERBS if verb not in (("GET", "/installs"),)])
async def test_each_verb_answers_as_described_without_a_token(jp_fetch, aws, method, path):
    aws.faults(deny=["sts:GetServiceBearerToken"])
    hold(await ask(jp_fetch, method, path), operation_of(method, path))


@pytest.mark.parametrize(("method", "path"), VERBS)
async def test_each_refusal_of_the_server_itself_is_as_described(jp_fetch, method, path):
    answer = await ask(jp_fetch, method, path, headers={"Authorization": "token no"})
    assert answer.code in (401, 403)
    hold(answer, operation_of(method, path))


@pytest.mark.parametrize(
    "path", [path for method, path in VERBS if "requestBody" in operation_of(method, path)]
)
async def test_each_body_is_refused_where_its_form_is_not_the_described_one(jp_fetch, path):
    form = DESCRIPTION["components"]["schemas"][
        operation_of("POST", path)["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition(
            "/"
        )[2]
    ]
    wrong = [[], "text", 5, None, {}, {**BODIES[path], "another": 1}]
    wrong += [{**BODIES[path], name: []} for name in form["properties"]]
    wrong += [
        {name: value for name, value in BODIES[path].items() if name != left} for left in form["required"]
    ]
    for body in wrong:
        text = json.dumps(body)
        with pytest.raises(HTTPClientError) as caught:
            await jp_fetch("securepypi", *path.strip("/").split("/"), method="POST", body=text)
        assert caught.value.code == 400, body
        assert hold(caught.value.response, operation_of("POST", path))["kind"] == "BadRequest"


def test_each_registered_verb_is_described_and_no_other():
    registered = {
        (method.upper(), path.removeprefix("/securepypi"))
        for path, handler, _ in routes(None, None)
        for method in ("get", "head", "post", "put", "patch", "delete")
        if method in vars(handler)
    }
    assert registered == set(VERBS)


async def test_each_verb_of_the_running_application_is_described(jp_serverapp):
    """Also one that somebody adds to the application past our table of routes."""

    def rules(router):
        for rule in router.rules:
            if hasattr(rule.target, "rules"):
                yield from rules(rule.target)
            else:
                yield rule

    running = {
        (method.upper(), rule.matcher.regex.pattern.partition("/securepypi")[2].rstrip("$"))
        for rule in rules(jp_serverapp.web_app.default_router)
        if "/securepypi/" in getattr(getattr(rule.matcher, "regex", None), "pattern", "")
        for method in ("get", "head", "post", "put", "patch", "delete")
        if method in vars(rule.target)
    }
    assert running == set(VERBS)


def test_each_schema_is_one_and_none_is_left_over():
    text = json.dumps(DESCRIPTION)
    for name, schema in DESCRIPTION["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert f"#/components/schemas/{name}" in text, f"{name} is used by nobody"
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False
    identities = [operation_of(*verb)["operationId"] for verb in VERBS]
    assert len(identities) == len(set(identities))


@pytest.mark.parametrize(("schema", "known"), [("RouteId", ROUTES), ("ImageId", IMAGES)])
def test_the_enumerations_of_a_step_are_what_the_code_knows(schema, known):
    assert DESCRIPTION["components"]["schemas"][schema]["enum"] == [one.id for one in known]


def test_no_word_of_a_description_has_become_a_keyword():
    """In YAML's short form a comma ends a text without quotes; what follows is a key without a value."""
    assert lost_words(DESCRIPTION) == []
    assert lost_words({"a": {"description": "One", "two": None}}) == ["two"]


def lost_words(node):
    if isinstance(node, list):
        return [word for item in node for word in lost_words(item)]
    if not isinstance(node, dict):
        return []
    found = [name for name, value in node.items() if value is None and name != "default"]
    return found + lost_words(list(node.values()))


class TestPreview:
    """Forms and limits of the preview; what it says is tested where it is made."""

    async def test_every_choice_of_the_form_has_a_preview(self, jp_fetch):
        choices = json.loads((await ask(jp_fetch, "GET", "/preview")).body)
        for step, defaults in choices["defaults"].items():
            answer = await ask(jp_fetch, "POST", "/preview", {"step": step, **defaults})
            assert answer.code == 200, answer.body
            hold(answer, operation_of("POST", "/preview"))
        for route in choices["routes"]:
            body = {"step": route["steps"][0], "route": route["id"], "image": choices["images"][0]["id"]}
            answer = await ask(jp_fetch, "POST", "/preview", body)
            assert answer.code == 200, answer.body
            hold(answer, operation_of("POST", "/preview"))

    async def test_a_choice_that_does_not_exist_is_the_clients_mistake(self, jp_fetch):
        answer = await ask(jp_fetch, "POST", "/preview", {**STEP, "route": "no-such-route"})
        assert answer.code == 400
        assert hold(answer, operation_of("POST", "/preview"))["remedy"]

    async def test_roles_and_repositories_in_it_mint_nothing(self, jp_fetch, aws):
        await until_fresh(jp_fetch)
        before = aws.calls()["counts"]
        other = "arn:aws:codeartifact:us-east-1:444455556666:repository/other/repo"
        body = {**STEP, "repository": other, "role": "arn:aws:iam::444455556666:role/Other"}
        answer = hold(await ask(jp_fetch, "POST", "/preview", body), operation_of("POST", "/preview"))
        assert other in answer["environment"].values()
        assert aws.calls()["counts"] == before
        status = json.loads((await ask(jp_fetch, "GET", "/status")).body)
        assert other != status["repository"]["id"]
