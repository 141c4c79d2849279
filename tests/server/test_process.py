"""A real server process: what it leaves behind, what it lets out, and how it behaves under Studio's flags."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psutil
import pytest
from silent_kernels import silent_kernels

from jupyter_securepypi.demo.kernel import Kernel
from jupyter_securepypi.demo.sandbox import KERNEL, Sandbox
from jupyter_securepypi.server.extension import EVENT

MODULES = """
import asyncio, json, logging, sys
from jupyter_securepypi.server.extension import SecurePyPIExtension
from jupyter_securepypi.server.refresher import Refresher

async def main():
    announced = []
    refresher = Refresher(specs=dict, announce=lambda *a: announced.append(a[0]), on_options=lambda o: None,
                          log=logging.getLogger("test"))
    refresher.start()
    await refresher.refresh()
    await refresher.stop()
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    modules = sorted(m for m in sys.modules if m.split(".")[0] in ("boto3", "botocore"))
    print(json.dumps([announced, len(tasks), modules]))

asyncio.run(main())
"""


@pytest.fixture
def sandbox(aws, tmp_path):
    options = {"poll_interval": 0.5, "mint_timeout": 600.0}
    with Sandbox(tmp_path / "sandbox", aws.environment(), options) as found:
        yield found


def until_fresh(sandbox, path="securepypi/status"):
    deadline = time.monotonic() + 60
    while True:
        status = sandbox.get(path)
        if status["state"] == "fresh":
            return status
        assert time.monotonic() < deadline, status
        time.sleep(0.1)


def raw(url, method="GET", headers=(), body=None):
    """Return (status, body) of a request without any of the sandbox's credentials."""
    request = urllib.request.Request(url, method=method, headers=dict(headers), data=body)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_server_mints_without_importing_boto3_and_stops_without_a_task(aws):
    done = subprocess.run([sys.executable, "-c", MODULES], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    announced, tasks, modules = json.loads(done.stdout)
    assert announced == ["refreshed"]
    assert tasks == 0
    assert modules == []


def test_stopping_does_not_wait_for_an_aws_that_hangs_and_leaves_no_child(sandbox, aws):
    aws.faults(hang=600.0)
    sandbox.start()
    server = psutil.Process(sandbox.process.pid)
    deadline = time.monotonic() + 60
    while not any("minting" in " ".join(child.cmdline()) for child in server.children()):
        assert time.monotonic() < deadline, "the minting child did not start"
        time.sleep(0.05)
    children = server.children(recursive=True)
    process = sandbox.process
    process.terminate()
    # Until AWS answers it would take ten minutes.
    assert process.wait(60) == 0
    assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]


def test_the_server_starts_at_once_while_aws_hangs(sandbox, aws):
    aws.faults(hang=600.0)
    sandbox.start()
    status = sandbox.get("securepypi/status")
    assert status["state"] == "missing"
    assert status["refreshing"]


def test_the_server_recovers_when_aws_comes_back(sandbox, aws):
    aws.faults(error=503)
    sandbox.environ["AWS_MAX_ATTEMPTS"] = "1"
    sandbox.start()
    deadline = time.monotonic() + 60
    while sandbox.get("securepypi/status")["error"] is None:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    aws.clear()
    until_fresh(sandbox)


def test_credentials_and_known_kernels_do_not_wait_for_kernels_that_must_be_asked(sandbox, aws):
    sandbox.start(silent_kernels(sandbox, 60, KERNEL))
    until_fresh(sandbox)
    assert "login aws" in (sandbox.home / ".netrc").read_text(), "fresh means published"
    assert sandbox.post("securepypi/refresh")["state"] == "fresh"
    assert aws.index_url in (sandbox.prefix / "pip.conf").read_text()
    running = psutil.Process(sandbox.process.pid).children(recursive=True)
    assert any("silent" in " ".join(one.cmdline()) for one in running), "others are still being asked"


def test_the_server_removes_the_token_that_a_killed_process_left_in_its_temporary_folder(sandbox, tmp_path):
    left = tmp_path / "securepypi-netrc-x1y2z3"
    left.mkdir(0o700)
    (left / "netrc").write_text("machine index.example login aws password left-behind\n")
    sandbox.environ["TMPDIR"] = str(tmp_path)
    sandbox.start()
    deadline = time.monotonic() + 60
    while left.exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_metrics_and_events_tell_of_the_refresh(sandbox):
    sandbox.start()
    status = until_fresh(sandbox)
    deadline, counted = time.monotonic() + 60, []
    while counted != ["1.0"]:  # the file is there a moment before the metrics
        assert time.monotonic() < deadline, counted
        _, text = raw(sandbox.url + "metrics", headers={"Authorization": f"token {sandbox.token}"})
        total = r'^securepypi_token_refreshes_total\{outcome="success"\} (\S+)$'
        counted = re.findall(total, text, re.MULTILINE)
    [expiry] = re.findall(r"^securepypi_token_expiry_timestamp_seconds (\S+)$", text, re.MULTILINE)
    assert float(expiry) == pytest.approx(status["expires_at"], abs=1)

    async def listen():
        from tornado.httpclient import HTTPRequest
        from tornado.websocket import websocket_connect

        url = sandbox.url.replace("http", "ws") + "api/events/subscribe"
        socket = await websocket_connect(HTTPRequest(url, headers={"Authorization": f"token {sandbox.token}"}))
        await asyncio.get_running_loop().run_in_executor(None, sandbox.post, "securepypi/refresh")
        try:
            while True:
                event = json.loads(await asyncio.wait_for(socket.read_message(), 60))
                if event["schema_id"] == EVENT:
                    return event
        finally:
            socket.close()

    event = asyncio.run(listen())
    assert event["action"] == "refreshed"
    assert event["expires_at"] > status["expires_at"] - 60


def test_kernels_do_not_inherit_what_leads_elsewhere(sandbox):
    sandbox.environ.update(
        PIP_INDEX_URL="https://packages.example.com/simple",
        UV_EXTRA_INDEX_URL="https://x.example.com",
        PIP_TIMEOUT="9",
    )
    sandbox.start()
    until_fresh(sandbox)
    kernel = Kernel(sandbox)
    shown = kernel.run(
        "import os; print({n: v for n, v in os.environ.items() if n.startswith(('PIP_', 'UV_'))})"
    )
    kernel.close()
    assert "example.com" not in shown
    assert "PIP_TIMEOUT" in shown
    log = sandbox.log.read_text()
    assert "PIP_INDEX_URL" in log
    assert "packages.example.com" not in log, "only names are logged, values may hold passwords"


class TestUnderStudiosFlags:
    """Base URL, no server token, any origin: XSRF and the absence of secrets are the whole defence."""

    @pytest.fixture
    def studio(self, sandbox):
        sandbox.environ["JUPYTER_TOKEN"] = ""
        sandbox.base_url = "/jupyterlab/default/"
        sandbox.start("--IdentityProvider.token=", "--ServerApp.allow_origin=*")
        return sandbox

    def test_status_works_below_the_base_url(self, studio):
        until_fresh(studio)

    def test_a_foreign_page_cannot_refresh(self, studio, aws):
        until_fresh(studio)
        before = aws.calls()["counts"]["GetAuthorizationToken"]
        for headers in (
            {"Origin": "https://evil.example.com", "Content-Type": "text/plain"},
            {"Origin": "https://evil.example.com", "Content-Type": "application/json"},
            {},
        ):
            status, _ = raw(f"{studio.url}securepypi/refresh", "POST", headers, b"{}")
            assert status == 403
        assert aws.calls()["counts"]["GetAuthorizationToken"] == before

    def test_what_a_foreign_page_can_read_holds_no_secret(self, studio):
        until_fresh(studio)
        [store] = (studio.runtime / "securepypi").glob("*.json")
        secret = json.loads(store.read_text())["token"]["secret"]
        status, body = raw(f"{studio.url}securepypi/status", headers={"Origin": "https://evil.example.com"})
        assert status == 200
        assert secret not in body
