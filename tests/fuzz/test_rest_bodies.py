"""REST against a running server: whatever is sent, each verb answers as openapi.yaml says, and never with a 500."""

from __future__ import annotations

import time
from http.cookiejar import DefaultCookiePolicy

import pytest
import requests
import schemathesis
from fuzz_support import drawn
from schemathesis.checks import CHECKS

from jupyter_securepypi.demo.sandbox import Sandbox
from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.server.openapi import description

SCHEMA = schemathesis.openapi.from_dict(description())
# These ask the world outside on each call, seconds long; what they take is a body that is ignored, or none.
SLOW = ["/refresh", "/doctor", "/doctor/fix"]
HELD = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "unsupported_method",
    )
]

# Of bodies only: JupyterLab puts the time behind each GET, `?1700000000`, to get round caches.
REFUSED = CHECKS.get_one("negative_data_rejection")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A Jupyter server with the extension, a token and a kernel, in a home of its own."""
    with Emulator() as aws:
        options = {"role_arn": aws.role_template, "poll_interval": 5.0}
        with Sandbox(tmp_path_factory.mktemp("rest") / "sandbox", aws.environment(), options) as sandbox:
            sandbox.start()
            deadline = time.monotonic() + 60
            while sandbox.get("securepypi/status")["state"] != "fresh":
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield sandbox


@pytest.fixture(scope="module")
def session():
    """One connection for all requests, no proxy of the machine's, and no cookie that would do as a login."""
    with requests.Session() as session:
        session.trust_env = False
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        yield session


def hold(case, server, session):
    case.call_and_validate(
        base_url=f"{server.url}securepypi",
        session=session,
        headers={"Authorization": f"token {server.token}"},
        checks=[*HELD, REFUSED] if case.method == "POST" else HELD,
    )


@SCHEMA.exclude(path=SLOW).parametrize()
@drawn(30)
def test_each_verb_answers_as_described(case, server, session):
    hold(case, server, session)


@SCHEMA.include(path=SLOW).parametrize()
@drawn(3)
def test_each_slow_verb_answers_as_described(case, server, session):
    hold(case, server, session)
