"""The Simple API in its two forms, with what pip and uv make of it."""

from __future__ import annotations

import datetime
import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import boto3
import pytest
import requests
from client_tools import Tools
from emulator_support import Aws, download, mint, run

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel

HTML, JSON = "application/vnd.pypi.simple.v1+html", "application/vnd.pypi.simple.v1+json"
PIP = f"{JSON}, {HTML}; q=0.1, text/html; q=0.01"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
OLD, YOUNG = 1_600_000_000, 1_790_000_000  # epoch seconds: September 2020, September 2026
BETWEEN = "2026-01-01T00:00:00Z"


@pytest.fixture
def aged(emulator: Emulator) -> str:
    """A package with an old and a young version."""
    build_wheel(emulator.packages_dir, "aged", "1.0", uploaded=OLD, requires_python=">=3.8")
    build_wheel(emulator.packages_dir, "aged", "1.1", uploaded=YOUNG)
    return emulator.index_url + "aged/"


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        ("text/html", "text/html"),
        (BROWSER, "text/html"),
        (JSON, JSON),
        (HTML, HTML),
        (PIP, JSON),
        (f"{JSON};q=0.1, {HTML};q=0.2", HTML),
        (f"*/*, {JSON}", JSON),
        (f"{JSON};q=0, text/html", "text/html"),
        ("application/vnd.pypi.simple.latest+json", JSON),
        ("application/vnd.pypi.simple.latest+html", HTML),
    ],
)
def test_a_client_gets_the_form_that_it_takes_best(
    aged: str, http: requests.Session, token: str, accept: str, given: str
) -> None:
    answer = http.get(aged, auth=("aws", token), headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].partition(";")[0] == given


def test_a_client_that_asks_for_no_type_gets_html(aged: str, http: requests.Session, token: str) -> None:
    del http.headers["Accept"]
    assert http.get(aged, auth=("aws", token)).headers["Content-Type"] == "text/html; charset=UTF-8"


@pytest.mark.parametrize(
    "accept", ["application/json", "application/vnd.pypi.simple.v2+json", "text/html;q=0", "text/plain"]
)
def test_other_types_are_not_acceptable(aged: str, http: requests.Session, token: str, accept: str) -> None:
    answer = http.get(aged, auth=("aws", token), headers={"Accept": accept})
    assert answer.status_code == 406
    assert answer.json()["message"]


def test_the_json_page_tells_times_sizes_and_hashes(
    emulator: Emulator, aged: str, http: requests.Session, token: str
) -> None:
    page = http.get(aged, auth=("aws", token), headers={"Accept": JSON}).json()
    assert (page["meta"], page["name"], page["versions"]) == ({"api-version": "1.1"}, "aged", ["1.0", "1.1"])
    first, second = page["files"]
    assert first["requires-python"] == ">=3.8"
    assert "requires-python" not in second
    for file, uploaded in ((first, OLD), (second, YOUNG)):
        content = (emulator.packages_dir / file["filename"]).read_bytes()
        assert file["hashes"] == {"sha256": hashlib.sha256(content).hexdigest()}
        assert file["size"] == len(content)
        assert (
            datetime.datetime.fromisoformat(file["upload-time"].replace("Z", "+00:00")).timestamp() == uploaded
        )
        assert file["yanked"] is False
        assert not {"core-metadata", "dist-info-metadata", "data-dist-info-metadata"} & set(file)
        assert http.get(urljoin(aged, file["url"]), auth=("aws", token)).content == content


def test_a_file_stands_below_its_package_and_version(
    emulator: Emulator, aged: str, http: requests.Session, token: str
) -> None:
    name = "aged-1.0-py3-none-any.whl"
    assert http.get(f"{aged}1.0/{name}", auth=("aws", token)).status_code == 200
    assert http.get(f"{aged}1.1/{name}", auth=("aws", token)).status_code == 404
    partial = http.get(f"{aged}1.0/{name}", auth=("aws", token), headers={"Range": "bytes=0-9"})
    assert (partial.status_code, len(partial.content)) == (
        200,
        (emulator.packages_dir / name).stat().st_size,
    )


def test_a_bearer_token_opens_the_index(aged: str, http: requests.Session, token: str) -> None:
    assert http.get(aged, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert http.get(aged, headers={"Authorization": f"Bearer {token}x"}).status_code == 401


@pytest.fixture(scope="module")
def html_only() -> Iterator[Emulator]:
    with Emulator(html_index_only=True) as emulator:
        for version, uploaded in (("1.0", OLD), ("1.1", YOUNG)):
            build_wheel(emulator.packages_dir, "aged", version, uploaded=uploaded)
        yield emulator


@pytest.fixture
def clients_index(request: pytest.FixtureRequest, emulator: Emulator, aged: str, aws: Aws) -> str:
    """The index with its token in the address, of the emulator in ``request.param``."""
    if request.param == "html":
        chosen: Emulator = request.getfixturevalue("html_only")
        token = token_of(chosen)
    else:
        chosen, token = emulator, mint(aws)
    return chosen.index_url.replace("://", f"://aws:{token}@")


def token_of(emulator: Emulator) -> str:
    keys = emulator.environment()
    session = boto3.session.Session(
        keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"], keys["AWS_SESSION_TOKEN"], "us-west-2"
    )
    client = session.client("codeartifact", endpoint_url=emulator.url)
    return str(client.get_authorization_token(domain="acme")["authorizationToken"])


def compiled(index: str, *options: str) -> subprocess.CompletedProcess[str]:
    uv = (sys.executable, "-m", "uv", "pip", "compile", "--no-cache", "--no-header", "--no-annotate", "-q")
    request = Path("aged.in")
    request.write_text("aged\n")
    return run(*uv, "--index-url", index, *options, request)


both = pytest.mark.parametrize("clients_index", ["json", "html"], indirect=True)


@both
def test_pip_and_uv_install_from_either_form(
    clients_index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = download(sys.executable, clients_index, tmp_path / "files", "aged")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "files").iterdir()] == ["aged-1.1-py3-none-any.whl"]
    done = compiled(clients_index)
    assert done.stdout.strip() == "aged==1.1", done.stderr


@pytest.fixture(scope="module")
def pip_of_2022(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python whose pip asks for JSON and knows no upload times."""
    return Tools(tmp_path_factory.mktemp("package-managers")).python("pip-22.3.1", "pip==22.3.1")


@both
def test_an_old_pip_installs_from_either_form(clients_index: str, pip_of_2022: Path, tmp_path: Path) -> None:
    done = download(pip_of_2022, clients_index, tmp_path / "files", "aged")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "files/aged-1.1-py3-none-any.whl").is_file()


@both
def test_with_an_age_the_older_version_is_taken_where_the_index_tells_times(
    request: pytest.FixtureRequest, clients_index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with_uv = compiled(clients_index, "--exclude-newer", BETWEEN)
    with_pip = download(
        sys.executable, clients_index, tmp_path / "files", "aged", "--uploaded-prior-to", BETWEEN
    )
    if "html" in request.node.name:
        assert with_uv.returncode != 0
        assert "does not provide upload-time metadata" in with_pip.stderr
    else:
        assert with_uv.stdout.strip() == "aged==1.0", with_uv.stderr
        assert with_pip.returncode == 0, with_pip.stderr
        assert (tmp_path / "files/aged-1.0-py3-none-any.whl").is_file()


def test_a_file_without_a_given_time_was_uploaded_now(
    emulator: Emulator, http: requests.Session, token: str
) -> None:
    since = time.time() - 1
    build_wheel(emulator.packages_dir, "untimed", "1.0")
    answer: Any = http.get(emulator.index_url + "untimed/", auth=("aws", token), headers={"Accept": JSON})
    shown = answer.json()["files"][0]["upload-time"].replace("Z", "+00:00")
    assert since <= datetime.datetime.fromisoformat(shown).timestamp() <= time.time() + 1
