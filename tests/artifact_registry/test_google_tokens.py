"""Tokens for Artifact Registry from every kind of credentials, by the real google-auth."""

from __future__ import annotations

import json

import pytest
import throwaway

from jupyter_securepypi.core.providers.registry import provider_of, repository_of
from jupyter_securepypi.core.token import Token, TokenState

NOTEBOOK = "notebook@acme-project.iam.gserviceaccount.com"
READER = "package-reader@acme-project.iam.gserviceaccount.com"
NAME = "projects/acme-project/locations/europe-west1/repositories/shared-pypi"
AWS_ROLE = "arn:aws:iam::111122223333:role/SecurePyPIReadRole"
AWS_REPOSITORY = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"


def status(environment):
    return json.loads(environment.ok("status", "--json"))


@pytest.mark.parametrize(
    ("kind", "identity", "calls"),
    [
        ("metadata", NOTEBOOK, {"token:metadata"}),
        ("key", NOTEBOOK, {"token:key"}),
        ("user", "data-scientist@example.com", {"token:user"}),
        ("federation", None, {"token:sts"}),
        ("impersonated", READER, {"token:user", "token:impersonation"}),
    ],
)
def test_every_kind_of_credentials_gives_a_token(environment, google, login, kind, identity, calls):
    login(kind)
    environment.ok("refresh")
    found = status(environment)
    assert (found["state"], found["identity"]) == ("fresh", identity)
    assert found["repository"]["provider_label"] == "Google Artifact Registry"
    assert found["repository"]["id"] == google.repository
    assert found["repository"]["index_url"] == google.index_url
    assert {fact["label"] for fact in found["repository"]["facts"]} == {"Project", "Location", "Repository"}
    assert {name for name in google.calls()["counts"] if name.startswith("token:")} == calls


@pytest.mark.parametrize("kind", ["metadata", "user", "federation"])
def test_a_service_account_takes_the_place_of_a_role(environment, google, login, kind):
    login(kind)
    environment.ok("refresh", SECURE_PYPI_ROLE_ARN=READER)
    assert google.calls()["counts"]["token:impersonation"] == 1
    found = json.loads(environment.ok("status", "--json", SECURE_PYPI_ROLE_ARN=READER))
    assert found["identity"] == READER


def test_the_role_of_one_cloud_is_refused_by_the_other(environment, google):
    said = environment.fails("refresh", SECURE_PYPI_ROLE_ARN=AWS_ROLE)
    assert "This is not a service account" in said
    assert "the ARN of an AWS role" in said
    assert google.token_calls() == 0


@pytest.mark.parametrize(
    ("trouble", "kind", "told"),
    [
        ("expired", "user", ["has expired or was revoked", "gcloud auth application-default login"]),
        ("reauth", "user", ["log in again (reauthentication)", "gcloud auth application-default login"]),
        ("unknown key", "key", ["does not know the service account's key", "make another one"]),
        ("clock", "key", ["clock is wrong", "set the clock"]),
        ("expired", "federation", ["workload identity federation fails", "subject token"]),
        ("", "none", ["there are no Google credentials", "GOOGLE_APPLICATION_CREDENTIALS"]),
    ],
)
def test_a_login_that_fails_is_told_with_its_remedy(environment, google, login, trouble, kind, told):
    login(kind)
    google.trouble(login=trouble)
    said = environment.fails("refresh")
    assert all(one in said for one in told), said


def test_impersonation_that_is_denied_names_permission_and_account(environment, google):
    google.trouble(denied=frozenset({"iam.serviceAccounts.getAccessToken"}))
    said = environment.fails("refresh", SECURE_PYPI_ROLE_ARN=READER)
    assert f"iam.serviceAccounts.getAccessToken is denied on {READER}" in said
    assert "roles/iam.serviceAccountTokenCreator" in said


def test_a_service_account_that_does_not_exist_is_named(environment, google):
    nobody = READER.replace("package-reader", "nobody")
    assert f"there is no service account {nobody}" in environment.fails("refresh", SECURE_PYPI_ROLE_ARN=nobody)


def test_a_file_that_is_not_there_is_named_with_its_variable(environment, google, monkeypatch):
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "missing.json")
    said = environment.fails("refresh")
    assert "the file with the credentials cannot be used" in said
    assert "missing.json (GOOGLE_APPLICATION_CREDENTIALS)" in said


def test_no_proxy_is_asked_for_the_metadata_server(environment, google):
    dead = "http://127.0.0.1:9"
    environment.ok("refresh", HTTP_PROXY=dead, http_proxy=dead, NO_PROXY="", no_proxy="")
    assert google.calls()["counts"]["token:metadata"] == 1


def test_too_many_requests_are_called_that(environment, google):
    google.faults(throttle=0, operations=["token:metadata"])
    assert "too many requests" in environment.fails("refresh")


def test_a_metadata_server_that_falls_silent_is_named(environment, google):
    google.faults(error=503, operations=["token:metadata"])
    assert "the metadata server does not answer" in environment.fails("refresh")


def test_without_google_auth_the_package_to_install_is_named(environment, google, tmp_path):
    python = throwaway.without(tmp_path / "without", "google", "no such thing")
    environment.python, kept = python, environment.python
    try:
        said = environment.fails("refresh")
    finally:
        environment.python = kept
    assert "google-auth cannot be imported" in said
    assert "jupyter_securepypi[google]" in said


def test_a_server_that_hands_out_the_same_token_again_is_not_asked_in_a_loop(environment, google):
    environment.ok("refresh")
    environment.ok("refresh")
    assert google.calls()["counts"]["token:metadata"] == 2
    for _ in range(2):
        environment.ok("exec", "--", environment.python, "-c", "pass")
    assert google.calls()["counts"]["token:metadata"] == 2


def test_no_window_opens_before_the_metadata_server_has_another_token():
    windows = provider_of(repository_of("projects/acme-project/locations/us/repositories/any")).windows
    token = Token("", expires_at=3600.0, minted_at=0.0, windows=windows)
    assert token.expires_at - token.advisory_at < 4 * 60  # as google-auth has it: the smallest cache
    assert token.expires_at - token.mandatory_at >= 2 * 60
    # Whatever is handed out late has windows of its own, so it is fresh: asking again would not help.
    late = Token("", expires_at=3600.0, minted_at=3400.0, windows=windows)
    assert late.state(late.minted_at + 50) is TokenState.FRESH


@pytest.mark.parametrize("left", [300.0, 600.0, 1800.0, 3600.0])
def test_a_token_that_was_handed_out_before_is_replaced_and_refused_no_later(left):
    windows = provider_of(repository_of(NAME)).windows
    token = Token("", expires_at=left, minted_at=0.0, windows=windows)
    assert (token.expires_at - token.advisory_at, token.expires_at - token.mandatory_at) == (225.0, 120.0)


@pytest.mark.parametrize("left", [225.0, 200.0, 120.0, 30.0])
def test_a_token_that_comes_late_is_used_before_it_is_asked_for_again(left):
    windows = provider_of(repository_of(NAME)).windows
    token = Token("", expires_at=left, minted_at=0.0, windows=windows)
    assert token.state(left / 4) is TokenState.FRESH
    assert token.advisory_at <= token.mandatory_at


def test_another_login_gets_another_token(environment, google, login, home):
    login("user")
    environment.ok("refresh")
    file = home / ".config/gcloud/application_default_credentials.json"
    file.parent.mkdir(parents=True)
    file.write_text("{}")  # as `gcloud auth application-default login` does
    environment.ok("exec", "--", environment.python, "-c", "pass")
    assert google.calls()["counts"]["token:user"] == 2


@pytest.mark.parametrize(
    "text",
    [
        "https://europe-west1-python.pkg.dev/acme-project/shared-pypi",
        "https://europe-west1-python.pkg.dev/acme-project/shared-pypi/simple/",
        "projects/acme-project/locations/europe-west1/repositories/shared-pypi",
        "//artifactregistry.googleapis.com/projects/acme-project/locations/europe-west1/repositories/shared-pypi",
    ],
)
def test_every_way_to_write_a_repository_means_the_same(text):
    found = repository_of(text)
    assert (found.provider, found.id) == ("artifact_registry", NAME)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("https://europe-west1-docker.pkg.dev/acme-project/images", "the host is not one"),
        ("http://europe-west1-python.pkg.dev/acme-project/shared-pypi/", "the scheme or port is not one"),
        ("https://europe-west1-python.pkg.dev/acme-project/", "the path is not one"),
        ("projects/12345/locations/us/repositories/any", "the id, not the number"),
        ("projects/acme-project/locations/us/repositories/Upper", "lower-case"),
        (
            "projects/acme-project/repositories/any",
            "projects/PROJECT/locations/LOCATION/repositories/REPOSITORY",
        ),
    ],
)
def test_what_is_wrong_with_an_address_is_said(environment, text, told):
    assert told in environment.fails("refresh", SECURE_PYPI_INDEX=text)


def test_a_key_in_an_address_is_refused_and_not_shown(environment):
    url = "https://_json_key_base64:bWFkZS11cA==@europe-west1-python.pkg.dev/acme-project/shared-pypi/simple/"
    said = environment.fails("refresh", SECURE_PYPI_INDEX=url)
    assert "holds credentials" in said
    assert "bWFkZS11cA" not in said


def test_codeartifact_refuses_a_service_account(aws, environment):
    said = environment.fails("refresh", SECURE_PYPI_INDEX=AWS_REPOSITORY, SECURE_PYPI_ROLE_ARN=READER)
    assert "This is not the ARN of a role" in said
    assert "the service account of another cloud" in said
