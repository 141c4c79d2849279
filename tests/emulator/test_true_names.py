"""AWS's own names through the proxy: what is served under which name, and that nothing else is reached."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import boto3
import botocore.config
import pytest
import requests
from emulator_support import HOME, PARTNER

from jupyter_securepypi.core.errors import ConfigurationError
from jupyter_securepypi.emulator import Emulator

INDEX = f"acme-{HOME}.d.codeartifact.us-west-2.amazonaws.com"
DUAL = f"acme-{HOME}.codeartifact.us-west-2.on.aws"
NAMES = [
    INDEX,
    DUAL,
    f"partner-{PARTNER}.d.codeartifact.us-west-2.amazonaws.com",
    "codeartifact.us-west-2.amazonaws.com",
    "codeartifact.us-west-2.api.aws",
    "sts.us-west-2.amazonaws.com",
    "sts.us-west-2.api.aws",
    "sts.amazonaws.com",
    "iam.amazonaws.com",
    "iam.global.api.aws",
]
OTHERS = [
    "example.com",
    "s3.us-west-2.amazonaws.com",
    "sts.us-west-2.amazonaws.com.example.com",
    "xsts.amazonaws.com",
    "sts.eu-west-1.amazonaws.com",
    f"acme-{HOME}.d.codeartifact.eu-west-1.amazonaws.com",
    f"acme-{HOME}.codeartifact.us-west-2.amazonaws.com",
    "acme.d.codeartifact.us-west-2.amazonaws.com",
    "127.0.0.1",
    "localhost",
]


@pytest.fixture(scope="module")
def shared_emulator() -> Iterator[Emulator]:
    with Emulator(true_names=True) as running:
        yield running


@pytest.fixture
def own(emulator: Emulator) -> Iterator[requests.Session]:
    """A session that reads the emulator's variables and nothing else of the machine."""
    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"https": emulator.environment()["HTTPS_PROXY"]}
        session.verify = str(emulator.ca_file)
        yield session


@pytest.fixture
def client(emulator: Emulator) -> Any:
    """Make a boto3 client that knows no endpoint but AWS's own."""
    found = emulator.environment()

    def make(service: str, **options: Any) -> Any:
        config = botocore.config.Config(
            proxies={"https": found["HTTPS_PROXY"]}, retries={"total_max_attempts": 1}, **options
        )
        session = boto3.session.Session(
            found["AWS_ACCESS_KEY_ID"], found["AWS_SECRET_ACCESS_KEY"], found["AWS_SESSION_TOKEN"], "us-west-2"
        )
        start: Any = session.client
        return start(service, config=config, verify=str(emulator.ca_file))

    return make


@pytest.fixture
def token(client: Any) -> str:
    return str(client("codeartifact").get_authorization_token(domain="acme")["authorizationToken"])


def port_of(emulator: Emulator) -> int:
    return int(emulator.environment()["HTTPS_PROXY"].rpartition(":")[2])


def connect(emulator: Emulator, target: str) -> tuple[socket.socket, bytes]:
    """Ask the proxy for a tunnel; return its connection and the first line of its answer."""
    connection = socket.create_connection(("127.0.0.1", port_of(emulator)), timeout=60)
    connection.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    answer = connection.recv(4096)
    return connection, answer.partition(b"\r\n")[0]


@pytest.mark.parametrize("name", NAMES)
def test_each_name_is_served_with_a_certificate_of_its_own(emulator: Emulator, name: str) -> None:
    connection, answer = connect(emulator, f"{name}:443")
    assert answer.split()[1] == b"200"
    context = ssl.create_default_context(cafile=str(emulator.ca_file))
    with context.wrap_socket(connection, server_hostname=name) as secure:
        certificate: Any = secure.getpeercert()
    assert certificate["subjectAltName"] == (("DNS", name),)


@pytest.mark.parametrize("name", OTHERS)
def test_any_other_host_is_refused_and_named_in_the_log(emulator: Emulator, name: str) -> None:
    connection, answer = connect(emulator, f"{name}:443")
    connection.close()
    assert answer == b"HTTP/1.1 403 Forbidden"
    [call] = emulator.calls()["calls"]
    assert (call["operation"], call["host"]) == ("proxy:refused", f"{name}:443")


@pytest.mark.parametrize("target", ["sts.amazonaws.com:80", "sts.amazonaws.com", "sts.amazonaws.com:443x", ""])
def test_a_name_is_served_at_its_own_port_only(emulator: Emulator, target: str) -> None:
    connection, answer = connect(emulator, target)
    connection.close()
    assert answer == b"HTTP/1.1 403 Forbidden"


def test_a_refused_host_is_never_connected(emulator: Emulator) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.2)
        port = elsewhere.getsockname()[1]
        for target in (f"127.0.0.1:{port}", f"localhost:{port}"):
            connection, answer = connect(emulator, target)
            connection.close()
            assert answer == b"HTTP/1.1 403 Forbidden"
        with pytest.raises(TimeoutError):
            elsewhere.accept()


def test_plain_http_through_the_proxy_is_refused(emulator: Emulator) -> None:
    proxy = emulator.environment()["HTTPS_PROXY"]
    with requests.Session() as session:
        session.trust_env = False
        for url in ("http://example.com/", "http://sts.amazonaws.com/"):
            assert session.get(url, proxies={"http": proxy}, timeout=60).status_code == 403


def test_inside_a_tunnel_only_served_names_are_greeted(emulator: Emulator) -> None:
    connection, _ = connect(emulator, "sts.amazonaws.com:443")
    context = ssl.create_default_context(cafile=str(emulator.ca_file))
    with contextlib.closing(connection), pytest.raises(ssl.SSLError, match=r"(?i)unrecognized.name"):
        context.wrap_socket(connection, server_hostname="example.com")


@pytest.mark.parametrize("dual_stack", [False, True])
def test_signed_calls_go_to_the_true_hosts(client: Any, emulator: Emulator, dual_stack: bool) -> None:
    options = {"use_dualstack_endpoint": dual_stack}
    sts, codeartifact = client("sts", **options), client("codeartifact", **options)
    assert sts.meta.endpoint_url.endswith(".api.aws" if dual_stack else ".amazonaws.com")
    assert sts.get_caller_identity()["Account"] == HOME
    role = f"arn:aws:iam::{HOME}:role/SecurePyPIReadRole_{PARTNER}"
    assert sts.assume_role(RoleArn=role, RoleSessionName="names")["Credentials"]
    assert codeartifact.list_domains()["domains"]
    assert {call["status"] for call in emulator.calls()["calls"]} == {200}


def test_a_signature_for_another_host_does_not_hold(client: Any, own: requests.Session) -> None:
    signed: dict[str, Any] = {}
    sts = client("sts")
    sts.meta.events.register("before-send", lambda request, **_: signed.update(vars(request)))
    sts.get_caller_identity()
    headers = {
        name: value.decode() if isinstance(value, bytes) else value for name, value in signed["headers"].items()
    }

    def answer(host: str) -> requests.Response:
        return own.post(f"https://{host}/", data=signed["body"], headers=headers, timeout=60)

    assert answer("sts.us-west-2.amazonaws.com").status_code == 200
    assert "SignatureDoesNotMatch" in answer("sts.amazonaws.com").text


@pytest.mark.parametrize(("kind", "host"), [("ipv4", INDEX), ("dualstack", DUAL)])
def test_the_endpoint_is_the_true_one(client: Any, emulator: Emulator, kind: str, host: str) -> None:
    where = {"domain": "acme", "repository": "shared-pypi", "format": "pypi", "endpointType": kind}
    endpoint = client("codeartifact").get_repository_endpoint(**where)["repositoryEndpoint"]
    assert endpoint == f"https://{host}/pypi/shared-pypi/"
    assert emulator.index_url == f"https://{INDEX}/pypi/shared-pypi/simple/"


@pytest.mark.parametrize("host", [INDEX, DUAL])
def test_links_stay_under_the_true_name(own: requests.Session, token: str, host: str) -> None:
    base = f"https://{host}/pypi/shared-pypi/"
    answer = own.get(f"{base}simple/Acme_Core/", auth=("aws", token))
    assert answer.url == f"{base}simple/acme-core/"
    [link] = [part.partition('"')[0] for part in answer.text.split('href="')[1:]]
    assert urljoin(answer.url, link).startswith(base)
    assert own.get(urljoin(answer.url, link), auth=("aws", token)).content.startswith(b"PK")


@pytest.mark.parametrize(
    "path", ["d/acme-111122223333/pypi/shared-pypi/simple/acme-core/", "v1/domain", "", "npm/x/"]
)
def test_the_host_of_an_index_has_only_the_index(own: requests.Session, token: str, path: str) -> None:
    assert own.get(f"https://{INDEX}/{path}", auth=("aws", token)).status_code == 404


def test_an_index_that_does_not_exist_is_not_found(own: requests.Session, token: str) -> None:
    url = f"https://nowhere-{HOME}.d.codeartifact.us-west-2.amazonaws.com/pypi/shared-pypi/simple/acme-core/"
    assert own.get(url, auth=("aws", token)).status_code == 404


def test_a_request_may_not_name_another_host_than_it_came_to(own: requests.Session) -> None:
    assert own.get("https://sts.amazonaws.com/", headers={"Host": "example.com"}).status_code == 421


def test_a_client_that_has_said_all_still_gets_the_answer(emulator: Emulator) -> None:
    with socket.create_connection(("127.0.0.1", port_of(emulator)), timeout=60) as connection:
        connection.sendall(b"GET /_emulator/calls HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"}")


class TestVariables:
    def test_they_hold_a_proxy_and_an_authority_in_place_of_endpoints(self, emulator: Emulator) -> None:
        found = emulator.environment()
        assert not [name for name in found if name.startswith("AWS_ENDPOINT_URL")]
        assert found["HTTPS_PROXY"] == found["https_proxy"] == emulator.url
        trust = {found[name] for name in ("AWS_CA_BUNDLE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")}
        assert trust == {str(emulator.ca_file)}

    def test_what_would_lead_past_the_proxy_is_taken_out_of_no_proxy(
        self, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given = f".amazonaws.com, amazonaws.com,*.on.aws,api.aws,sts.amazonaws.com,{INDEX},intranet.example.com"
        monkeypatch.setenv("NO_PROXY", given)
        found = emulator.environment()
        assert found["NO_PROXY"] == found["no_proxy"] == "intranet.example.com,127.0.0.1,localhost"
        monkeypatch.setenv("NO_PROXY", "*")
        assert emulator.environment()["NO_PROXY"] == "127.0.0.1,localhost"

    def test_endpoints_of_before_do_not_count(
        self, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
        for name, value in emulator.environment().items():
            monkeypatch.setenv(name, value)
        assert boto3.client("sts").get_caller_identity()["Account"] == HOME

    def test_the_port_itself_answers_for_the_emulator(self, emulator: Emulator, http: requests.Session) -> None:
        assert http.get(f"{emulator.url}/_emulator/faults").ok
        assert http.get(f"{emulator.osv_url}/v1/vulns/MAL-2026-1001").ok


@pytest.mark.parametrize(
    "options",
    [
        {"tls": True},
        {"repository_arn": f"arn:aws-cn:codeartifact:cn-north-1:{HOME}:repository/acme/shared-pypi"},
    ],
)
def test_true_names_that_cannot_be_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        Emulator(true_names=True, **options)


def test_a_port_that_is_taken_is_named_and_nothing_is_left() -> None:
    before = set(threading.enumerate())
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConfigurationError, match="--port"):
        Emulator(true_names=True, port=taken.getsockname()[1]).start()
    assert set(threading.enumerate()) <= before


def test_stopping_ends_open_tunnels_and_leaves_no_thread_and_no_port() -> None:
    before = set(threading.enumerate())
    with Emulator(true_names=True) as emulator:
        tunnel, _ = connect(emulator, "sts.amazonaws.com:443")
        url = emulator.url
    with contextlib.closing(tunnel):
        assert tunnel.recv(1) == b""
    assert set(threading.enumerate()) <= before
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=60)
