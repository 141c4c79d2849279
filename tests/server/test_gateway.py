"""A server whose kernels run behind a kernel gateway: they are shown as remote, and the user's files are served."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from client_tools import Tools

from jupyter_securepypi.demo.sandbox import Sandbox


@pytest.fixture(scope="module")
def gateway_program(tmp_path_factory):
    tools = Tools(tmp_path_factory.mktemp("gateway"))
    return tools.script("jupyter_kernel_gateway", "jupyter-kernelgateway")


@pytest.fixture
def gateway(gateway_program, tmp_path):
    """The address of a real kernel gateway on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {**os.environ, "JUPYTER_DATA_DIR": str(tmp_path / "gateway-data")}
    spec = tmp_path / "gateway-data/kernels/far/kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": ["python9"], "display_name": "Far away", "language": "python"}))
    words = [f"--KernelGatewayApp.port={port}", "--KernelGatewayApp.ip=127.0.0.1"]
    words.append("--KernelSpecManager.ensure_native_kernel=False")
    words.append("--JupyterWebsocketPersonality.list_kernels=True")  # JupyterLab asks for them
    with subprocess.Popen([gateway_program, *words], env=environ, stderr=subprocess.DEVNULL) as process:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while not _answers(f"{url}/api"):
            assert process.poll() is None, "the gateway ended"
            assert time.monotonic() < deadline, "the gateway does not answer"
            time.sleep(0.1)
        yield url
        process.terminate()


def _answers(url):
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10) as answer:
            return answer.status == 200
    except OSError:
        return False


@pytest.fixture
def sandbox(aws, tmp_path):
    with Sandbox(tmp_path / "sandbox", aws.environment(), {"poll_interval": 0.5}) as found:
        yield found


def until_served(sandbox):
    """Wait until the panel would say fresh; the files are there by then."""
    deadline = time.monotonic() + 60
    while (status := sandbox.get("securepypi/status"))["state"] != "fresh":
        assert time.monotonic() < deadline, status
        time.sleep(0.1)
    assert "login aws" in (sandbox.home / ".netrc").read_text()
    return status


def test_the_gateways_kernels_are_remote_and_the_users_files_are_served(sandbox, gateway, aws):
    sandbox.start(f"--GatewayClient.url={gateway}")
    until_served(sandbox)
    [kernel] = sandbox.get("securepypi/kernels")["kernels"]
    assert (kernel["name"], kernel["kind"], kernel["fixable"]) == ("far", "remote", False)
    assert "gateway" in kernel["reason"]
    assert aws.index_url in (sandbox.home / ".config/pip/pip.conf").read_text()
    assert sandbox.post("securepypi/refresh")["state"] == "fresh"
    checks = sandbox.post("securepypi/doctor")["checks"]
    assert any(check["name"] == "kernel far" and check["ok"] is None for check in checks)
    assert "Traceback" not in sandbox.log.read_text()


class _Broken(BaseHTTPRequestHandler):
    """A gateway that lists no kernel specifications."""

    def do_GET(self):
        found = self.path.startswith("/api/kernels") and not self.path.startswith("/api/kernelspecs")
        self.send_response(200 if found else 500)
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, *_):
        pass


@pytest.fixture
def broken_gateway():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Broken) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_gateway_without_a_list_costs_the_list_of_kernels_and_nothing_else(sandbox, broken_gateway):
    sandbox.start(f"--GatewayClient.url={broken_gateway}")
    until_served(sandbox)
    assert sandbox.post("securepypi/refresh")["state"] == "fresh"
    checks = sandbox.post("securepypi/doctor")["checks"]
    assert any(check["name"] == "kernels" and "cannot be listed" in check["message"] for check in checks)
    assert any(check["name"] == "token" for check in checks), "the others were made"
    assert "unexpected failure" not in sandbox.log.read_text()
