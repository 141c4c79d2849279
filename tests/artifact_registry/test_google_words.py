"""What Google's libraries say is shown without the secrets that it may hold."""

from __future__ import annotations

import base64
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from google.auth.exceptions import GoogleAuthError
from google.auth.identity_pool import Credentials
from google.auth.transport.requests import Request

from jupyter_securepypi.core.providers.artifact_registry.errors import masked, translate


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()


def _token(header: dict[str, str]) -> str:
    claims = {"iss": "issuer.example.com", "sub": "somebody", "aud": "an audience that is long enough"}
    return ".".join([_encoded(header), _encoded(claims), secrets.token_urlsafe(64)])


SECRETS = {
    "a JWT with a short header": _token({"alg": "RS256", "typ": "JWT"}),
    "a JWT with a long header": _token({"alg": "RS256", "typ": "JWT", "kid": "0123456789abcdef0123456789"}),
    "the secret of an OAuth client": "GOCSPX-" + secrets.token_urlsafe(21),
    "an access token": f"ya29.c.{secrets.token_urlsafe(40)}",
    "a text without a form": secrets.token_hex(30),
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
@pytest.mark.parametrize(
    "around", ["{}", "token:{}", "token={}", '"id_token":"{}"', "Bearer {}, twice: {}", "({})"]
)
def test_no_part_of_a_secret_is_shown(secret: str, around: str) -> None:
    said = masked(around.replace("{}", secret))
    assert "***" in said
    assert not [part for part in secret.split(".") if len(part) > 6 and part in said], said


def test_an_executable_that_prints_its_token_and_fails_is_told_without_it() -> None:
    token = SECRETS["a JWT with a short header"]
    error = translate(ValueError(f"Executable returned unsuccessful response: code: 1, token:{token}"))
    assert not [part for part in token.split(".") if part in str(error)]


@pytest.mark.parametrize(
    "text",
    [
        "HTTPSConnectionPool(host='oauth2.googleapis.com', port=443): Max retries exceeded with url: /token",
        "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b.iam.gserviceaccount.com",
        "Permission 'iam.serviceAccounts.getAccessToken' denied on resource",
    ],
)
def test_what_is_no_secret_is_shown(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize("subject", ["short-4711", secrets.token_hex(30)], ids=["short", "long"])
def test_a_subject_token_that_the_token_service_repeats_is_not_shown(
    subject: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            answer = {"error": "invalid_grant", "error_description": f"The subject {subject} is not known."}
            content = json.dumps(answer).encode()
            self.send_response(400)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing to the terminal."""

    (tmp_path / "subject").write_text(subject)
    server = HTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.handle_request, daemon=True).start()
    credentials = Credentials.from_info(
        {
            "type": "external_account",
            "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            "token_url": f"http://127.0.0.1:{server.server_port}/v1/token",
            "credential_source": {"file": str(tmp_path / "subject")},
        }
    )
    with pytest.raises(GoogleAuthError) as raised:
        credentials.with_scopes(["https://www.googleapis.com/auth/cloud-platform"]).refresh(Request())
    server.server_close()
    said = str(translate(raised.value))
    assert "invalid_grant" in said
    assert "is not known" in said
    assert subject not in said
