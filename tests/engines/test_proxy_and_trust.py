"""uv gets to the index as pip does: trusting the same authorities, by the same proxy, with the same certificate."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import certifi
import pytest
import trustme
from authorities import WAYS, configure_pip, folder_of, trusting, untrusted
from folder_index import attempt, digest, page

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel


@pytest.fixture(scope="module")
def _https():
    with Emulator(tls=True) as running:
        yield running


@pytest.fixture
def https(_https, environment, monkeypatch):
    """AWS behind TLS, whose authority nobody but the AWS SDK trusts until a test says otherwise."""
    untrusted(_https, monkeypatch)
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", _https.role_template)
    return _https


@pytest.mark.parametrize("way", WAYS)
def test_both_trust_whom_pips_user_named(environment, engine, https, home, way):
    variables = trusting(way, https.ca_file, home)
    assert len(environment.install("--engine", engine, "acme-features", **variables)) == 2


def test_both_take_a_folder_of_authorities_from_requests_variable(environment, engine, https, home):
    variables = {"REQUESTS_CA_BUNDLE": str(folder_of(https.ca_file, home / "authorities"))}
    assert len(environment.install("--engine", engine, "acme-features", **variables)) == 2


def test_a_variable_of_requests_counts_before_pips_own_setting(environment, engine, https):
    variables = {"PIP_CERT": str(https.ca_file), "REQUESTS_CA_BUNDLE": certifi.where()}
    said = environment.fails("install", "--engine", engine, "-q", "acme-core", **variables)
    assert "TLS connection to" in said


def test_authorities_that_are_not_there_are_named(environment, engine, https):
    said = environment.fails("install", "--engine", engine, "-q", "acme-core", REQUESTS_CA_BUNDLE="/no/ca.pem")
    assert "REQUESTS_CA_BUNDLE names the certificate authorities /no/ca.pem, which are not there." in said


def test_the_pages_of_the_index_are_asked_for_in_the_same_way(environment, https, home):
    configure_pip(home, cert=https.ca_file)
    said = {
        engine: environment.fails("install", "-q", "--engine", engine, "acme-core==99")
        for engine in ("pip", "uv")
    }
    assert said["uv"] == said["pip"]
    assert "it has 1.4.0" in said["uv"]
    assert "1.4.0" in environment.ok("search-versions", "acme-core")


class Proxy:
    """A forwarding proxy for https; `asked` are the hosts that it was asked for."""

    def __init__(self):
        asked = self.asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_CONNECT(self):
                asked.append(self.path)
                host, _, port = self.path.partition(":")
                with socket.create_connection((host, int(port)), 10) as other:
                    self.send_response(200)
                    self.end_headers()
                    ends = {self.connection: other, other: self.connection}
                    while True:
                        for ready in select.select(list(ends), [], [], 60)[0]:
                            content = ready.recv(65536)
                            if not content:
                                self.close_connection = True
                                return
                            ends[ready].sendall(content)

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def proxy():
    running = Proxy()
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.mark.parametrize("how", ["HTTPS_PROXY", "proxy", "--proxy"])
def test_both_go_through_the_proxy(environment, engine, https, home, proxy, how):
    environment.ok("refresh")  # AWS is asked without a proxy
    words, variables = [], {"REQUESTS_CA_BUNDLE": str(https.ca_file), "SSL_CERT_FILE": str(https.ca_file)}
    if how == "HTTPS_PROXY":
        # The machine's own list of hosts without a proxy holds loopback; pip's own setting does not heed it.
        variables |= {how: proxy.url, "NO_PROXY": "", "no_proxy": ""}
    elif how == "proxy":
        configure_pip(home, proxy=proxy.url.removeprefix("http://"))
    else:
        words = [how, proxy.url]
    environment.install("--engine", engine, *words, "acme-core", **variables)
    assert https.url.removeprefix("https://") in proxy.asked


def test_no_proxy_means_none(environment, engine, https):
    environment.ok("refresh")
    nobody = {"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "", "no_proxy": ""}
    variables = {"SSL_CERT_FILE": str(https.ca_file), **nobody}
    assert environment.install("--engine", engine, "--proxy", "", "acme-core", **variables)


def test_both_show_the_client_certificate(environment, engine, home, serve, tmp_path):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    authority.issue_cert("me@example.com").private_key_and_cert_chain_pem.write_to_path(
        str(tmp_path / "me.pem")
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    wheel = build_wheel(tmp_path / "index/simple/other-tool", "other-tool", "1.0")
    page(tmp_path / "index", "other-tool", {wheel.name: f"{wheel.name}#sha256={digest(wheel)}"})
    url = serve(tmp_path / "index", context)
    trusted = {"REQUESTS_CA_BUNDLE": str(tmp_path / "ca.pem")}
    assert attempt(environment, engine, "after", url, "other-tool", **trusted) != "installed"
    configure_pip(home, client_cert=tmp_path / "me.pem")
    assert attempt(environment, engine, "after", url, "other-tool", **trusted) == "installed"
