"""The emulated Google Cloud answers as the real one is known to, to clients that know nothing of it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator

import pytest
import requests

from jupyter_securepypi.emulator.google import GoogleEmulator

HOST = "https://europe-west1-python.pkg.dev"
API = "https://artifactregistry.googleapis.com/v1"
Ask = Callable[..., requests.Response]


@pytest.fixture(scope="module")
def cloud() -> Iterator[GoogleEmulator]:
    with GoogleEmulator() as running:
        yield running


@pytest.fixture
def google(cloud: GoogleEmulator) -> GoogleEmulator:
    cloud.clear()
    return cloud


@pytest.fixture
def ask(google: GoogleEmulator) -> Iterator[Ask]:
    """Ask through the emulator's proxy."""
    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"https": google.environment()["HTTPS_PROXY"]}
        session.verify = str(google.ca_file)
        yield lambda url, method="GET", **more: session.request(method, url, timeout=30, **more)


def metadata(google: GoogleEmulator, path: str, flavor: str = "Google") -> requests.Response:
    url = f"http://{google.environment()['GCE_METADATA_HOST']}/computeMetadata/v1/{path}"
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, headers={"Metadata-Flavor": flavor} if flavor else {}, timeout=30)


@pytest.fixture
def token(google: GoogleEmulator) -> str:
    found = metadata(google, "instance/service-accounts/default/token").json()
    return str(found["access_token"])


def basic(token: str, user: str = "oauth2accesstoken") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()}


def test_the_metadata_server_wants_its_header_and_gives_it(google: GoogleEmulator) -> None:
    assert metadata(google, "project/project-id", flavor="").status_code == 403
    answer = metadata(google, "project/project-id")
    assert (answer.text, answer.headers["Metadata-Flavor"]) == ("acme-project", "Google")
    assert metadata(google, "instance/nothing").status_code == 404


def test_the_metadata_server_hands_out_the_same_token_again(google: GoogleEmulator, token: str) -> None:
    again = metadata(google, "instance/service-accounts/default/token").json()
    assert again["access_token"] == token
    assert again["expires_in"] <= 3600


@pytest.mark.parametrize("headers", [{}, basic("wrong"), {"Authorization": "Bearer wrong"}])
def test_nobody_gets_in_without_a_token(google: GoogleEmulator, ask: Ask, headers: dict[str, str]) -> None:
    answer = ask(f"{google.index_url}acme-core/", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_another_user_name_is_none(google: GoogleEmulator, ask: Ask, token: str) -> None:
    assert ask(f"{google.index_url}acme-core/", headers=basic(token, "aws")).status_code == 401


def test_pages_are_html_and_files_lie_beside_them(google: GoogleEmulator, ask: Ask, token: str) -> None:
    json_only = {"Accept": "application/vnd.pypi.simple.v1+json"}
    page = ask(f"{google.index_url}acme-core/", headers={**basic(token), **json_only})
    assert page.headers["Content-Type"].startswith("text/html")
    assert 'href="../../acme-core/acme_core-1.4.0-py3-none-any.whl#sha256=' in page.text
    file = ask(
        f"{HOST}/acme-project/shared-pypi/acme-core/acme_core-1.4.0-py3-none-any.whl", headers=basic(token)
    )
    assert file.content == (google.packages_dir / "acme_core-1.4.0-py3-none-any.whl").read_bytes()
    assert ask(google.index_url, headers=basic(token)).status_code == 404, "there is no list of projects"
    assert ask(f"{google.index_url}nothing/", headers=basic(token)).status_code == 404


def test_whoever_may_not_read_does_not_learn_what_exists(google: GoogleEmulator, ask: Ask, token: str) -> None:
    said = [
        ask(f"{HOST}/{place}/simple/acme-core/", headers=basic(token))
        for place in ("acme-project/closed-pypi", "acme-project/nowhere", "other-project/shared-pypi")
    ]
    assert {answer.status_code for answer in said} == {403}
    assert all("artifactregistry.repositories.downloadArtifacts" in answer.text for answer in said)


def test_the_api_tells_the_mode_of_a_repository(google: GoogleEmulator, ask: Ask, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    found = ask(f"{API}/{google.repository_named('everything')}", headers=headers).json()
    assert found["mode"] == "VIRTUAL_REPOSITORY"
    upstreams = found["virtualRepositoryConfig"]["upstreamPolicies"]
    assert {one["repository"] for one in upstreams} == {
        google.repository_named(name) for name in ("shared-pypi", "pypi-cache")
    }
    assert ask(f"{API}/{google.repository_named('nowhere')}", headers=headers).status_code == 404
    google.trouble(api_disabled=True)
    refused = ask(f"{API}/{google.repository}", headers=headers)
    assert refused.status_code == 403
    assert refused.json()["error"]["details"][0]["reason"] == "SERVICE_DISABLED"


def test_what_exists_is_not_uploaded_again(google: GoogleEmulator, ask: Ask, login_of_a_publisher: str) -> None:
    content = (google.packages_dir / "acme_core-1.4.0-py3-none-any.whl").read_bytes()
    files = {"content": ("acme_core-1.4.0-py3-none-any.whl", content)}
    answer = ask(
        f"{HOST}/acme-project/shared-pypi/",
        "POST",
        headers=basic(login_of_a_publisher),
        data={":action": "file_upload"},
        files=files,
    )
    assert (answer.status_code, answer.text) == (400, "requested entity already exists")


@pytest.fixture
def login_of_a_publisher(google: GoogleEmulator, ask: Ask) -> str:
    """The token that a publisher's key gets, by the real google-auth."""
    from google.auth.transport.requests import Request
    from google.oauth2 import service_account

    file = google.environment("key", account="package-publisher@acme-project.iam.gserviceaccount.com")
    credentials = service_account.Credentials.from_service_account_file(
        file["GOOGLE_APPLICATION_CREDENTIALS"], scopes=["https://www.googleapis.com/auth/cloud-platform"]
    )
    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"https": google.environment()["HTTPS_PROXY"]}
        session.verify = str(google.ca_file)
        credentials.refresh(Request(session))
    return str(credentials.token)


def test_another_host_is_refused_and_noted(google: GoogleEmulator, ask: Ask) -> None:
    with pytest.raises(requests.exceptions.ProxyError):
        ask("https://packages.example.com/")
    assert [call["host"] for call in google.calls()["calls"]] == ["packages.example.com:443"]
