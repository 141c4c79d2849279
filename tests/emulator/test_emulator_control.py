"""Faults on demand, and the record of what was asked."""

from __future__ import annotations

import datetime
import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from emulator_support import HOME, READER, Aws

from jupyter_securepypi.core.errors import ConfigurationError
from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator import faults as faults_


def post(http: requests.Session, emulator: Emulator, **faults: Any) -> requests.Response:
    return http.post(f"{emulator.url}/_emulator/faults", json=faults)


def counts(emulator: Emulator) -> dict[str, int]:
    found: dict[str, int] = emulator.calls()["counts"]
    return found


def code_of(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def counted(emulator: Emulator, operation: str, calls: int = 1) -> None:
    """Wait until so many calls of an operation have come in."""
    deadline = time.monotonic() + 60
    while counts(emulator).get(operation, 0) < calls:
        assert time.monotonic() < deadline, counts(emulator)
        time.sleep(0.01)


def test_throttling_lets_so_many_a_second_pass(
    emulator: Emulator, aws: Aws, http: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(faults_, "time", SimpleNamespace(monotonic=lambda: clock.now))
    post(http, emulator, throttle=2)
    client = aws("codeartifact")
    client.list_domains()
    client.list_domains()
    with pytest.raises(client.exceptions.ThrottlingException) as error:
        client.list_domains()
    assert code_of(error) == ("ThrottlingException", 429)
    assert error.value.response["retryAfterSeconds"] == 1
    clock.now += 1
    client.list_domains()


def test_sts_throttles_in_its_own_shape(emulator: Emulator, aws: Aws) -> None:
    emulator.faults(throttle=0)
    with pytest.raises(ClientError) as error:
        aws("sts").get_caller_identity()
    assert code_of(error) == ("Throttling", 400)


@pytest.mark.parametrize(
    ("status", "code"), [(500, "InternalServerException"), (503, "ServiceUnavailableException")]
)
def test_errors_come_as_often_as_asked(emulator: Emulator, aws: Aws, status: int, code: str) -> None:
    emulator.faults(error={"status": status, "count": 2})
    client = aws("codeartifact")
    for _ in range(2):
        with pytest.raises(ClientError) as error:
            client.list_domains()
        assert code_of(error) == (code, status)
    client.list_domains()


def test_a_fault_keeps_to_its_operations(
    emulator: Emulator, aws: Aws, http: requests.Session, token: str
) -> None:
    emulator.faults(error=500, operations=["Get*", "index:*"])
    client = aws("codeartifact")
    client.list_domains()
    with pytest.raises(ClientError):
        client.get_authorization_token(domain="acme")
    assert http.get(emulator.index_url, auth=("aws", token)).status_code == 500


def test_a_hang_ends_when_it_is_lifted(emulator: Emulator, aws: Aws, http: requests.Session) -> None:
    emulator.faults(hang=600, operations=["ListDomains"])
    with pytest.raises(ReadTimeoutError):
        aws("codeartifact", timeout=0.5).list_domains()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(aws("codeartifact", timeout=600).list_domains)
        counted(emulator, "ListDomains", 2)
        assert not waiting.done()
        post(http, emulator, clear=True)
        assert waiting.result(timeout=60)["domains"]


def test_a_hang_ends_in_a_closed_connection(emulator: Emulator, aws: Aws) -> None:
    emulator.faults(hang=0.2)
    with pytest.raises(ConnectionClosedError):
        aws("codeartifact").list_domains()


def test_64_hanging_clients_leave_room_for_others(emulator: Emulator, aws: Aws, http: requests.Session) -> None:
    emulator.faults(hang=600, operations=["ListDomains"])
    client = aws("codeartifact", timeout=600)
    with ThreadPoolExecutor(64) as pool:
        waiting = [pool.submit(requests.post, f"{emulator.url}/v1/domains", timeout=600) for _ in range(64)]
        counted(emulator, "ListDomains", 64)
        client.list_repositories()
        assert http.get(f"{emulator.url}/_emulator/calls").json()["counts"]["ListDomains"] == 64
        assert not any(answer.done() for answer in waiting)
        emulator.clear()
        assert {answer.result(timeout=60).status_code for answer in waiting} == {403}


@pytest.mark.parametrize("lifted", [False, True])
def test_slow_answers_come_late_but_whole(emulator: Emulator, aws: Aws, lifted: bool) -> None:
    emulator.faults(slow=600 if lifted else 0.4)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(aws("codeartifact", timeout=600).list_domains)
        counted(emulator, "ListDomains")
        if lifted:
            assert not waiting.done()
            emulator.clear()
        assert waiting.result(timeout=60)["domains"]


def test_unreachable_drops_connections(emulator: Emulator, aws: Aws) -> None:
    emulator.faults(unreachable=True)
    with pytest.raises(ConnectionClosedError):
        aws("sts").get_caller_identity()


@pytest.mark.parametrize(
    ("skew", "words"), [(3600, "Signature expired: "), (-3600, "Signature not yet current: ")]
)
@pytest.mark.parametrize(
    ("service", "call", "code"),
    [
        ("sts", "get_caller_identity", "SignatureDoesNotMatch"),
        ("codeartifact", "list_domains", "InvalidSignatureException"),
    ],
)
def test_a_wrong_clock_breaks_signatures(
    emulator: Emulator, aws: Aws, skew: int, words: str, service: str, call: str, code: str
) -> None:
    emulator.faults(clock_skew=skew)
    before = time.time()
    with pytest.raises(ClientError) as error:
        getattr(aws(service), call)()
    assert code_of(error) == (code, 403)
    assert error.value.response["Error"]["Message"].startswith(words)
    date = error.value.response["ResponseMetadata"]["HTTPHeaders"]["date"]
    aws_time = datetime.datetime.strptime(date, "%a, %d %b %Y %H:%M:%S %Z").replace(
        tzinfo=datetime.timezone.utc
    )
    assert before - 1 <= aws_time.timestamp() - skew <= time.time()


def test_a_little_skew_is_tolerated_and_shows_in_the_expiry(emulator: Emulator, aws: Aws) -> None:
    emulator.faults(clock_skew=600)
    before = time.time()
    answer = aws("codeartifact").get_authorization_token(domain="acme", durationSeconds=900)
    assert before - 0.001 <= answer["expiration"].timestamp() - 1500 <= time.time() + 0.001


def test_an_action_can_be_denied_to_all(emulator: Emulator, aws: Aws) -> None:
    emulator.faults(deny=["sts:AssumeRole", "codeartifact:Get*"])
    with pytest.raises(ClientError) as error:
        aws("sts").assume_role(RoleArn=READER, RoleSessionName="tester")
    assert code_of(error) == ("AccessDenied", 403)
    with pytest.raises(ClientError) as error:
        aws("codeartifact").get_authorization_token(domain="acme")
    assert code_of(error) == ("AccessDeniedException", 403)
    aws("codeartifact").list_domains()


def test_credentials_can_be_expired(emulator: Emulator, aws: Aws) -> None:
    emulator.faults(expired_credentials=True)
    with pytest.raises(ClientError) as error:
        aws("sts").get_caller_identity()
    assert code_of(error) == ("ExpiredToken", 403)
    with pytest.raises(ClientError) as error:
        aws("codeartifact").list_domains()
    assert code_of(error) == ("ExpiredTokenException", 403)


@pytest.mark.parametrize("status", [401, 404])
def test_the_newest_token_can_be_revoked(
    emulator: Emulator, aws: Aws, http: requests.Session, token: str, status: int
) -> None:
    newer = aws("codeartifact").get_authorization_token(domain="acme")["authorizationToken"]
    post(http, emulator, revoke="newest", rejected_status=status)
    assert http.get(emulator.index_url, auth=("aws", newer)).status_code == status
    assert http.get(emulator.index_url, auth=("aws", token)).status_code == 404
    post(http, emulator, revoke="all")
    assert http.get(emulator.index_url, auth=("aws", token)).status_code == status
    # Without credentials a client must still learn that it needs some.
    assert http.get(emulator.index_url).status_code == 401


def test_faults_combine_and_go_one_by_one(emulator: Emulator, aws: Aws, http: requests.Session) -> None:
    post(http, emulator, slow=600)
    post(http, emulator, expired_credentials=True)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(aws("codeartifact", timeout=600).list_domains)
        counted(emulator, "ListDomains")
        assert not waiting.done()
        post(http, emulator, slow=None)
        with pytest.raises(ClientError):
            waiting.result(timeout=60)
    post(http, emulator, expired_credentials=None)
    aws("codeartifact").list_domains()
    assert http.delete(f"{emulator.url}/_emulator/faults").json()["faults"] == {"token_lifetime": None}


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ({"explode": True}, "unknown fault 'explode'"),
        ({"throttle": "much"}, "throttle must be a number"),
        ({"hang": -1}, "hang must be a number from 0"),
        ({"error": 200}, "error must be 500, 502, 503 or 504"),
        ({"error": {"status": 500, "count": 0}}, "count of error"),
        ({"deny": "sts:AssumeRole"}, "deny must be a list"),
        ({"revoke": "some"}, "revoke must be 'all' or 'newest'"),
        ({"rejected_status": 403}, "rejected_status must be 401 or 404"),
        ({"expired_credentials": "yes"}, "must be true or false"),
        ({"slow": 1, "operations": "GetAuthorizationToken"}, "operations must be a list"),
        ({"clear": "please"}, "clear must be true or false"),
    ],
)
def test_a_fault_that_cannot_be_is_named_and_changes_nothing(
    emulator: Emulator, http: requests.Session, faults: dict[str, Any], words: str
) -> None:
    answer = post(http, emulator, unreachable=True, **faults)
    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert http.get(f"{emulator.url}/_emulator/faults").json()["faults"] == {"token_lifetime": None}
    with pytest.raises(ConfigurationError, match="This fault cannot be"):
        emulator.faults(**faults)


@pytest.mark.parametrize("body", ["not json", "[]", "7"])
def test_a_body_that_is_no_object_is_refused(emulator: Emulator, http: requests.Session, body: str) -> None:
    answer = http.post(f"{emulator.url}/_emulator/faults", data=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_calls_are_counted_by_operation(
    emulator: Emulator, aws: Aws, http: requests.Session, token: str
) -> None:
    aws("sts").get_caller_identity()
    page = http.get(emulator.index_url + "acme-core/", auth=("aws", token))
    assert page.ok
    http.get(emulator.index_url + "acme-core/")
    assert counts(emulator) == {
        "GetAuthorizationToken": 1,
        "GetCallerIdentity": 1,
        "index:GET": 2,
        "index:simple:acme/shared-pypi": 2,
    }


def test_calls_say_who_asked_and_what_came_of_it(
    emulator: Emulator, aws: Aws, http: requests.Session, token: str
) -> None:
    with pytest.raises(ClientError):
        aws("codeartifact").get_authorization_token(domain="nowhere")
    before = time.time()
    http.get(emulator.index_url + "acme-core/", auth=("aws", token))
    minted, missed, read = http.get(f"{emulator.url}/_emulator/calls").json()["calls"]
    caller = f"arn:aws:sts::{HOME}:assumed-role/SageMakerExecutionRole/data-scientist"
    assert (minted["service"], minted["principal"], minted["status"]) == ("codeartifact", caller, 200)
    assert (missed["status"], missed["error"]) == (404, "ResourceNotFoundException")
    assert (read["operation"], read["kind"], read["repository"]) == ("index:GET", "simple", "acme/shared-pypi")
    assert before <= read["time"] <= time.time()


def test_calls_hold_no_secret(emulator: Emulator, aws: Aws, http: requests.Session) -> None:
    keys = emulator.environment()
    answer = aws("sts").assume_role(RoleArn=READER, RoleSessionName="tester")["Credentials"]
    token = aws("codeartifact").get_authorization_token(domain="acme")["authorizationToken"]
    http.get(emulator.index_url + "acme-core/", auth=("aws", token))
    http.get(emulator.url.replace("://", f"://aws:{token}@") + "/d/somewhere")
    recorded = json.dumps(emulator.calls())
    secrets = [
        answer["SecretAccessKey"],
        answer["SessionToken"],
        keys["AWS_SECRET_ACCESS_KEY"],
        keys["AWS_SESSION_TOKEN"],
    ]
    assert [secret for secret in [*secrets, token, "MARKED"] if secret in recorded] == []
    assert "MARKED" in token
    assert "MARKED" in answer["SecretAccessKey"]


def test_logs_hold_no_token(
    emulator: Emulator, http: requests.Session, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    http.get(emulator.index_url + "acme-core/", auth=("aws", token))
    http.get(emulator.index_url + "acme-core/", auth=("aws", token + "wrong"))
    assert "GET /d/acme-111122223333/pypi/shared-pypi/simple/acme-core/" in caplog.text
    assert "MARKED" not in caplog.text


def test_calls_can_be_forgotten(emulator: Emulator, aws: Aws, http: requests.Session) -> None:
    aws("sts").get_caller_identity()
    assert http.delete(f"{emulator.url}/_emulator/calls").json() == {"counts": {}, "calls": []}
    assert counts(emulator) == {}
