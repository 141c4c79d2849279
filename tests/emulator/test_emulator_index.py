"""The package index: who gets in, what is served, what may be uploaded."""

from __future__ import annotations

import hashlib
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from emulator_support import HOME, PARTNER, Aws, mint
from opened import opened

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel

PARTNER_ARN = f"arn:aws:codeartifact:us-west-2:{PARTNER}:repository/partner/partner-pypi"
ISLAND_ARN = f"arn:aws:codeartifact:us-west-2:{HOME}:repository/island/island-pypi"
LET_IN = 404
"""What the root of an index answers to who may read: CodeArtifact gives no list of projects."""
TEAM_ARN = f"arn:aws:codeartifact:us-west-2:{HOME}:repository/acme/team-pypi"


def upload(http: requests.Session, index_url: str, token: str, wheel: Path) -> requests.Response:
    fields = {":action": "file_upload", "protocol_version": "1", "filetype": "bdist_wheel"}
    return http.post(
        index_url.removesuffix("simple/"),
        auth=("aws", token),
        data=fields,
        files={"content": (wheel.name, wheel.read_bytes())},
        headers={"User-Agent": "twine/7.0.0"},
    )


def test_a_token_opens_the_index(emulator: Emulator, http: requests.Session, token: str) -> None:
    answer = http.get(emulator.index_url + "acme-features/", auth=("aws", token))
    assert answer.status_code == 200
    assert "acme_features-1.2.0-py3-none-any.whl" in answer.text


def test_one_token_opens_every_repository_of_its_domain(emulator: Emulator, http: Any, token: str) -> None:
    assert http.get(emulator.index_url_of(TEAM_ARN), auth=("aws", token)).status_code == LET_IN


@pytest.mark.parametrize(
    "credentials",
    [None, ("aws", "made-up"), ("aws", ""), ("somebody", "TOKEN")],
    ids=["none", "made up", "empty", "user"],
)
def test_nothing_else_opens_it(
    emulator: Emulator, http: requests.Session, token: str, credentials: tuple[str, str] | None
) -> None:
    given = None if credentials is None else (credentials[0], credentials[1].replace("TOKEN", token))
    answer = http.get(emulator.index_url + "acme-features/", auth=given)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="acme/shared-pypi"'


@pytest.mark.parametrize(
    ("domain", "owner", "arn"), [("island", HOME, ISLAND_ARN), ("partner", PARTNER, PARTNER_ARN)]
)
def test_a_token_of_another_domain_does_not_open_it(
    emulator: Emulator, aws: Aws, http: requests.Session, token: str, domain: str, owner: str, arn: str
) -> None:
    other = mint(aws, domain, owner)
    assert http.get(emulator.index_url, auth=("aws", other)).status_code == 401
    assert http.get(emulator.index_url_of(arn), auth=("aws", token)).status_code == 401
    assert http.get(emulator.index_url_of(arn), auth=("aws", other)).status_code == LET_IN


def test_a_token_closes_the_index_when_it_expires(
    emulator: Emulator, aws: Aws, http: requests.Session, later: Any
) -> None:
    emulator.faults(token_lifetime=900)
    token = mint(aws)
    assert http.get(emulator.index_url, auth=("aws", token)).status_code == LET_IN
    later(901)
    assert http.get(emulator.index_url, auth=("aws", token)).status_code == 401


def test_reading_needs_its_permission_at_every_request(
    emulator: Emulator, http: requests.Session, token: str
) -> None:
    emulator.faults(deny=["codeartifact:ReadFromRepository"])
    answer = http.get(emulator.index_url, auth=("aws", token))
    assert answer.status_code == 403
    assert (
        "is not authorized to perform: codeartifact:ReadFromRepository on resource: arn:"
        in answer.json()["message"]
    )


@pytest.mark.parametrize("spelling", ["acme-features", "Acme_Features", "acme.features", "ACME--features"])
def test_every_spelling_of_a_name_finds_it(
    emulator: Emulator, http: requests.Session, token: str, spelling: str
) -> None:
    answer = http.get(f"{emulator.index_url}{spelling}/", auth=("aws", token))
    assert answer.status_code == 200
    assert answer.url == emulator.index_url + "acme-features/"


def test_links_stay_in_the_repository_and_carry_the_true_hash(
    emulator: Emulator, http: Any, token: str
) -> None:
    page = emulator.index_url + "acme-core/"
    links = re.findall(r'href="([^"]+)"', http.get(page, auth=("aws", token)).text)
    assert links
    for link in (urljoin(page, link) for link in links):
        assert link.startswith(emulator.index_url.removesuffix("simple/"))
        content = http.get(link, auth=("aws", token)).content
        assert urlsplit(link).fragment == "sha256=" + hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("path", ["simple/no-such-package/", "packages/", "elsewhere", "packages/../../secret"])
def test_what_is_not_there_is_not_found(
    emulator: Emulator, http: requests.Session, token: str, path: str
) -> None:
    url = emulator.index_url.removesuffix("simple/") + path
    assert http.get(url, auth=("aws", token), allow_redirects=False).status_code == 404


def test_a_file_dropped_into_the_folder_appears(emulator: Emulator, http: requests.Session, token: str) -> None:
    build_wheel(emulator.packages_dir, "dropped-in", "1.0")
    assert http.get(emulator.index_url + "dropped-in/", auth=("aws", token)).status_code == 200


def test_a_large_repository_reads_no_file_for_its_hash_twice(
    emulator: Emulator, aws: Aws, http: requests.Session
) -> None:
    for number in range(200):
        build_wheel(emulator.packages_dir_of(TEAM_ARN), "large", f"1.{number}")
    token, page = mint(aws), emulator.index_url_of(TEAM_ARN) + "large/"
    for times in (1, 0):
        with opened(emulator.packages_dir_of(TEAM_ARN)) as files:
            assert http.get(page, auth=("aws", token)).text.count("<a ") == 200
        assert len(files) == 200 * times


def test_only_a_publisher_uploads(
    emulator: Emulator, aws: Aws, http: requests.Session, token: str, tmp_path: Path
) -> None:
    wheel = build_wheel(tmp_path, "published", "1.0")
    refused = upload(http, emulator.index_url, token, wheel)
    assert refused.status_code == 403
    assert "codeartifact:PublishPackageVersion" in refused.json()["message"]
    publisher = mint(aws, role="SecurePyPIPublishRole")
    assert upload(http, emulator.index_url, publisher, wheel).status_code == 200
    assert (emulator.packages_dir / wheel.name).read_bytes() == wheel.read_bytes()


def test_of_many_uploads_under_one_name_the_first_wins(
    emulator: Emulator, aws: Aws, http: requests.Session, tmp_path: Path
) -> None:
    publisher = mint(aws, role="SecurePyPIPublishRole")
    wheels = [
        build_wheel(tmp_path / str(number), "contended", "1.0", modules={"contended": f"number = {number}"})
        for number in range(8)
    ]
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda wheel: upload(requests.Session(), emulator.index_url, publisher, wheel), wheels)
        )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert not [path for path in emulator.packages_dir.iterdir() if path.name.startswith(".contended")]


def test_the_same_file_again_succeeds_and_more_files_may_join_a_version(
    emulator: Emulator, aws: Aws, http: requests.Session, tmp_path: Path
) -> None:
    publisher = mint(aws, role="SecurePyPIPublishRole")
    wheel = build_wheel(tmp_path, "repeated", "1.0")
    for _ in range(2):
        assert upload(http, emulator.index_url, publisher, wheel).status_code == 200
    assert (
        upload(
            http, emulator.index_url, publisher, build_wheel(tmp_path, "repeated", "1.0", tag="cp311-none-any")
        ).status_code
        == 200
    )
    files = http.get(emulator.index_url + "repeated/", auth=("aws", publisher)).text
    assert files.count("<a ") == 2


def test_uploading_cannot_remove(emulator: Emulator, aws: Aws, http: requests.Session) -> None:
    publisher = mint(aws, role="SecurePyPIPublishRole")
    fields = {":action": "remove_pkg", "name": "acme_core", "version": "1.4.0"}
    answer = http.post(emulator.index_url.removesuffix("simple/"), auth=("aws", publisher), data=fields)
    assert answer.status_code == 405
    assert http.get(emulator.index_url + "acme-core/", auth=("aws", publisher)).status_code == 200


@pytest.mark.parametrize("path", ["acme-core/", "nothing-of-that-name/"])
def test_a_refused_head_request_has_no_body(emulator: Emulator, path: str) -> None:
    url = urlsplit(emulator.index_url)
    request = f" {url.path}{path} HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n"
    with socket.create_connection((str(url.hostname), url.port or 80), timeout=10) as connection:
        connection.sendall(f"HEAD{request}GET{request}".encode())
        answers = b""
        while b"Unauthenticated request" not in answers.rpartition(b"HTTP/1.1")[2]:
            answers += connection.recv(65536)
    # What follows the headers of the first is the second, and nothing between them.
    assert answers.split(b"\r\n\r\n")[1].startswith(b"HTTP/1.1 401")
