"""docs/jupyterhub.md, run: all users of one hub start their servers at once, and AWS throttles.

There are five, with AWS at one request a second; at night twenty, at two a second. The tests build on one another's
hub, in the order in which they stand here: a start of twenty servers takes a minute.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_accounts import Account
from hub_page import block, moved
from hub_world import Hub, until
from prometheus_client.parser import text_string_to_metric_families

from jupyter_securepypi.administration.hub.overview import overview as look
from jupyter_securepypi.emulator import Emulator

pytestmark = pytest.mark.timeout(900)

PATIENCE = 25.0  # seconds for a stop, on a busy machine; who ignores the interrupt is ended after thirty
# A server runs what its owner likes: this keeps what it is sent, and answers what she has put into a file.
_HERS = """
import pathlib
from jupyter_server.base.handlers import JupyterHandler
prepare, home = JupyterHandler.prepare, pathlib.Path.home()
async def listen(self, *words, **more):
    with home.joinpath("heard").open("a") as file:
        print(self.request.headers.get("Authorization", ""), file=file)
    if self.request.path.endswith("/securepypi/status") and home.joinpath("forged").exists():
        return self.finish(home.joinpath("forged").read_bytes())
    return await prepare(self, *words, **more)
JupyterHandler.prepare = listen
"""
_FORGED = {
    "no status": b"[]",
    "no JSON": b"fresh",
    "an unknown state": b'{"state": "splendid"}',
    "a time that no clock has": b'{"state": "fresh", "expires_at": 1e300, "seconds_left": 1e300}',
    "a time that is none": b'{"state": "fresh", "expires_at": "soon"}',
    "a list for an object": b'{"state": "fresh", "policy": [1]}',
    "a deep one": b"[" * 100_000,
    "a long one": b'{"state": "' + b"x" * 5_000_000 + b'"}',
}


@pytest.fixture(scope="module")
def eavesdropper(users: list[Account]) -> Account:
    """One of those who start: she listens to what is sent to her server."""
    write(users[-1], ".jupyter/jupyter_server_config.py", _HERS)
    return users[-1]


@pytest.fixture(scope="module")
def without(users: list[Account], eavesdropper: Account) -> Account:
    """One more: she has disabled the extension for herself, and answers in its place as she likes."""
    write(users[-2], ".jupyter/jupyter_server_config.py", _HERS)
    config = {"ServerApp": {"jpserver_extensions": {"jupyter_securepypi": False}}}
    write(users[-2], ".jupyter/jupyter_server_config.json", json.dumps(config))
    return users[-2]


@pytest.fixture(scope="module")
def started(hub: Hub, users: list[Account], without: Account, cloud: Emulator) -> Iterator[list[Account]]:
    """All have started at once under throttling; those who have the extension."""
    cloud.faults(throttle=max(1, len(users) // 10))  # requests a second
    began = time.monotonic()
    hub.start_all(users)
    ready = time.monotonic() - began
    served = [user for user in users if user is not without]
    took = hub.until_fresh(served, 170)
    print(
        f"{len(users)} servers ready after {ready:.0f} s, the last token after {ready + max(took.values()):.0f} s"
    )
    print(f"calls of AWS: {cloud.calls()['counts']}")
    cloud.faults(throttle=None)
    yield served


def test_everybody_gets_a_token_of_her_own_although_aws_throttles(hub, started, cloud):
    asked = [call for call in cloud.calls()["calls"] if call["operation"] == "GetAuthorizationToken"]
    names = [call["principal"].rpartition("/")[2] for call in asked if call["status"] == 200]
    assert set(names) == {user.name for user in started}
    assert len({secret_of(user) for user in started}) == len(started)
    assert [call for call in cloud.calls()["calls"] if call["status"] == 429], "nobody was throttled"


def test_nobody_reads_the_token_the_netrc_or_the_history_of_another(hub, started, open_folder):
    one, other = started[:2]
    done = hub.in_terminal(one, "jupyter-securepypi", "install", "acme-core")
    assert "This environment is not yours to write." in done.stderr
    held = [path for path in files(one.home) if secret_of(one) in path.read_bytes()]
    assert one.home / ".netrc" in held
    private = [*held, one.home / ".local/share/jupyter/securepypi/installs.jsonl"]
    for path in private:
        assert path.is_file()
        assert one.run("cat", path).returncode == 0
        assert "Permission denied" in other.run("cat", path).stderr
    secrets = [secret_of(user) for user in started]
    shared = [
        path for name in ("jupyterhub/etc", "jupyterhub/share", "hub") for path in files(open_folder / name)
    ]
    assert not [path for path in shared if any(secret in path.read_bytes() for secret in secrets)]
    for process in one.processes():
        said = " ".join([*process.cmdline(), *process.environ().values()]).encode()
        assert not any(secret in said for secret in secrets)


def test_a_users_server_answers_nobody_else(hub, started):
    one, other = started[:2]
    mine, hers = hub.token_of(one), hub.token_of(other)
    for path in ("securepypi/status", "securepypi/installs", "metrics"):
        assert hub.server(one, path, mine).status_code == 200
        assert hub.server(one, path, hers).status_code in (403, 404)


def test_the_administrator_configures_once_and_nobody_loosens_it(hub, started):
    config = hub.scripts.parent / "etc/jupyter/jupyter_securepypi_config.py"
    for user in started:
        said = hub.status(user)
        assert said["policy"]["minimum_age"] == 3 * 86_400
        assert {"option": "minimum_age", "file": str(config)} in said["policy"]["locked"]
    command = ("jupyter-securepypi", "install", "acme-core")
    done = hub.in_terminal(started[0], *command, SECURE_PYPI_MINIMUM_AGE="0")
    assert done.returncode == 1
    assert "locked" in done.stderr
    assert str(config) in done.stderr


def test_a_user_installs_into_an_environment_of_her_own(hub, started):
    user = started[0]
    for line in moved(block("bin/uv venv"), hub.scripts.parent, hub.folder).splitlines():
        done = hub.in_terminal(user, "sh", "-c", line)
        assert done.returncode == 0, done.stdout + done.stderr
    done = user.run("work/bin/python", "-c", "import acme_core")
    assert done.returncode == 0, done.stderr


def test_each_server_has_its_panel_and_its_metrics_below_its_own_address(hub, started):
    user = started[0]
    token = hub.token_of(user)
    assert "jupyter-securepypi" in hub.server(user, "lab", token).text, (
        "the panel is not among Lab's extensions"
    )
    answer = hub.server(user, "metrics", token)
    samples = [one for family in text_string_to_metric_families(answer.text) for one in family.samples]
    found = {one.name: one.value for one in samples}
    assert found["securepypi_token_expiry_timestamp_seconds"] == hub.status(user)["expires_at"]


def test_the_overview_shows_everybody_and_who_needs_attention(hub, started, without, tmp_path):
    metrics = tmp_path / "securepypi.prom"
    done = overview(hub, "--textfile", metrics)
    print(done.stdout)
    assert done.returncode == 1, done.stdout + done.stderr
    rows = done.stdout.splitlines()
    assert rows[0].split()[:4] == ["user", "server", "token", "repository"]
    assert rows[1].startswith(without.name)
    assert "jupyter_securepypi is not loaded there." in rows[1]
    for user in started:
        [row] = [row for row in rows if row.startswith(user.name)]
        assert "fresh, 11 h" in row
        assert "acme/shared-pypi" in row
        assert "3 days old at least" in row
    assert rows[-1] == f"{len(started) + 1} servers; 1 needs attention."

    values = {
        (sample.name, sample.labels.get("user")): sample.value
        for family in text_string_to_metric_families(metrics.read_text())
        for sample in family.samples
    }
    assert values["securepypi_hub_servers", None] == len(started) + 1
    for user in started:
        assert values["securepypi_hub_server_needs_attention", user.name] == 0
        expiry = values["securepypi_hub_token_expiry_timestamp_seconds", user.name]
        assert expiry == pytest.approx(hub.status(user)["expires_at"], abs=1)
    assert values["securepypi_hub_server_needs_attention", without.name] == 1

    found = json.loads(overview(hub, "--json").stdout)["servers"]
    assert {one["user"] for one in found} == {user.name for user in (*started, without)}
    everything = done.stdout + metrics.read_text() + json.dumps(found)
    assert not any(secret_of(user).decode() in everything for user in started)


def test_who_listens_to_the_overview_gets_no_key_to_other_servers(hub, started, eavesdropper):
    heard = eavesdropper.home / "heard"
    before = len(heard.read_text().splitlines())
    overview(hub)
    [said] = {line.split()[1] for line in heard.read_text().splitlines()[before:] if line.startswith("token ")}
    assert said != hub.overview_token
    assert hub.server(started[0], "securepypi/status", said).status_code == 403
    until(lambda: hub.ask("GET", "/hub/api/user", token=said).status_code == 403, "it is not taken back")


@pytest.mark.parametrize("answer", _FORGED.values(), ids=_FORGED.keys())
def test_a_forged_answer_says_nothing_of_others(hub, started, without, answer):
    (without.home / "forged").write_bytes(answer)
    seen = look(hub.api_url, hub.overview_token)
    (without.home / "forged").unlink()
    assert [one.server.user for one in seen if one.problem] == [without.name]
    assert {one.server.user for one in seen if one.state == "fresh"} == {user.name for user in started}


def test_a_terminal_obeys_no_server(hub, started, without):
    forged = {
        "state": "fresh",
        "repository": {"label": "acme\x1b[2J\nmallory"},
        "error": {"message": "\x1b[2J"},
    }
    (without.home / "forged").write_text(json.dumps(forged))
    said = overview(hub).stdout
    (without.home / "forged").unlink()
    assert "\x1b" not in said
    assert "acme\\x1b[2J\\nmallory" in said


def test_the_overview_says_what_its_token_lacks(hub, started, tmp_path):
    file = tmp_path / "token"
    file.write_text(hub.token_of(started[0]))
    done = hub.jupyter("hub", "--url", hub.api_url, "--token-file", file)
    assert done.returncode == 1
    assert "the token has not the scope 'proxy'" in done.stderr
    file.write_text("0" * 32)
    done = hub.jupyter("hub", "--url", hub.api_url, "--token-file", file)
    assert "The hub does not know the token." in done.stderr
    done = hub.jupyter("hub", "--url", hub.url, "--token-file", file)
    assert "This is not the API of a hub" in done.stderr


def test_a_server_stops_at_once_while_aws_hangs(hub, started, cloud):
    user = started[2]
    cloud.faults(hang=600)
    threading.Thread(
        target=lambda: hub.ask("POST", f"/user/{user.name}/securepypi/refresh"), daemon=True
    ).start()
    until(lambda: any("minting" in " ".join(one.cmdline()) for one in user.processes()), "nothing is minted")
    seconds = hub.stop(user)
    print(f"stopped after {seconds:.1f} s while AWS hangs")
    cloud.faults(hang=None)
    assert seconds < PATIENCE
    until(lambda: not user.processes(), "a process is left")


def test_who_is_idle_is_culled_however_often_the_overview_looks_and_nothing_is_left(
    hub, started, without, cloud, open_folder
):
    running = [user for user in (*started, without) if user is not started[2]]
    with hub.culler(idle=8):
        deadline = time.monotonic() + 120
        while look(hub.api_url, hub.overview_token):
            assert time.monotonic() < deadline, "the servers are not culled"
            time.sleep(0.2)
    assert overview(hub).stdout == "No server runs.\n"
    until(
        lambda: not any(hub.api("GET", f"/users/{user.name}").get("servers") for user in running), "they stop"
    )
    for user in running:
        until(lambda user=user: not user.processes(), "a process is left")
    for user in running:
        left = [path for path in files(user.home) if re.search(r"\.securepypi-|\.(tmp|lease)$", path.name)]
        assert left == []
    assert not [
        path for path in Path(tempfile.gettempdir()).iterdir() if owner(path) in {one.uid for one in running}
    ]


def test_a_restart_takes_the_token_that_is_there_and_a_logout_leaves_none(hub, started, cloud):
    user = started[3]
    secret, before = secret_of(user), cloud.calls()["counts"]["GetAuthorizationToken"]
    hub.start_all([user])
    hub.until_fresh([user], 60)
    assert secret_of(user) == secret
    assert cloud.calls()["counts"]["GetAuthorizationToken"] == before
    hub.stop(user)
    done = hub.in_terminal(user, "jupyter-securepypi", "logout")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [path for path in files(user.home) if secret in path.read_bytes()] == []


def overview(hub: Hub, *words: object) -> subprocess.CompletedProcess[str]:
    """Run the page's command for the overview."""
    line = moved(block("overview.token\n", "jupyter securepypi hub"), hub.scripts.parent, hub.folder)
    return hub.jupyter(*line.split()[2:], "--url", hub.api_url, *words)


def secret_of(user: Account) -> bytes:
    """The token in the user's store."""
    folder = user.home / ".local/share/jupyter/runtime/securepypi"
    [file] = (path for path in folder.glob("*.json") if "failure" not in path.name)
    return str(json.loads(file.read_bytes())["token"]["secret"]).encode()


def owner(path: Path) -> int | None:
    """The user id of the file's owner; None if it is no longer there."""
    try:
        return path.lstat().st_uid
    except FileNotFoundError:
        return None


def files(folder: Path) -> list[Path]:
    """All files in `folder`."""
    return [Path(one, name) for one, _, names in os.walk(folder) for name in names if Path(one, name).is_file()]


def write(user: Account, name: str, text: str) -> None:
    """Write a file in the user's home, as she would."""
    done = user.run("sh", "-c", f'mkdir -p "$(dirname {name})" && printf %s "$0" > {name}', text)
    assert done.returncode == 0, done.stderr
