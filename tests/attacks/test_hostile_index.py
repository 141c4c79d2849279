"""An index that leads elsewhere, or whose names, pages and redirects are made up: tried, and this is what happens."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
from urllib.parse import urlsplit

import pytest
from attacked import WHEEL, credentials, hashed, redirect

from jupyter_securepypi.core.errors import InstallFailed
from jupyter_securepypi.core.index import Index
from jupyter_securepypi.core.index_requests import TooMuch, read
from jupyter_securepypi.core.proxy_and_trust import ProxyAndTrust
from jupyter_securepypi.core.reach import NoAnswer, Remedies, get
from jupyter_securepypi.emulator.samples import build_wheel
from jupyter_securepypi.install.engines.pylock import File


@pytest.fixture
def wheel(tmp_path):
    return build_wheel(tmp_path / "wheels", "acme-tool", "1.0").read_bytes()


def test_a_redirected_file_with_the_hash_of_the_index_is_proven_and_no_credentials_go_along(
    attacked, index, elsewhere, wheel, engine
):
    index.page("acme-tool", hashed(f"/team/files/{WHEEL}", wheel))
    index.answers[f"/team/files/{WHEEL}"] = redirect(f"{elsewhere.url}bucket/{WHEEL}?signature=abc")
    elsewhere.answers[f"/bucket/{WHEEL}"] = wheel
    done = attacked.run("install", "--engine", engine, "acme-tool")
    assert done.returncode == 0, done.stderr
    assert "1 installed, all from" in done.stdout
    assert credentials(index)
    assert elsewhere.asked
    assert not credentials(elsewhere)


def test_a_redirected_file_without_hash_is_from_elsewhere(attacked, index, elsewhere, wheel, engine):
    index.page("acme-tool", f"/team/files/{WHEEL}")
    index.answers[f"/team/files/{WHEEL}"] = redirect(f"{elsewhere.url}bucket/{WHEEL}?signature=abc")
    elsewhere.answers[f"/bucket/{WHEEL}"] = wheel
    done = attacked.run("install", "--engine", engine, "acme-tool")
    assert done.returncode == 1, done.stdout
    if engine == "pip":
        assert f"NOT from the secure index: acme-tool 1.0 from {elsewhere.url}bucket/{WHEEL}." in done.stderr
        assert "pip uninstall acme-tool" in done.stderr
        assert "signature" not in done.stderr
    else:
        assert not attacked.has("acme_tool"), "uv's proof comes before the install, and needs a hash"
    assert not credentials(elsewhere)


def test_a_page_that_the_index_redirects_is_none_of_its_own_and_its_hashes_prove_nothing(
    attacked, index, elsewhere, wheel
):
    """uv follows such a page without a word: with it, whoever runs the index must not redirect pages."""
    elsewhere.page("acme-tool", hashed(f"{index.url}team/files/{WHEEL}", wheel))
    page = next(iter(elsewhere.answers))
    index.answers["/team/simple/acme-tool/"] = redirect(f"{elsewhere.url.rstrip('/')}{page}")
    index.answers[f"/team/files/{WHEEL}"] = redirect(f"{elsewhere.url}bucket/{WHEEL}")
    elsewhere.answers[f"/bucket/{WHEEL}"] = wheel
    done = attacked.run("install", "--engine", "pip", "acme-tool")
    assert done.returncode == 1, done.stdout
    assert f"NOT from the secure index: acme-tool 1.0 from {elsewhere.url}bucket/{WHEEL}." in done.stderr
    done = attacked.run("search-versions", "acme-tool")
    assert "The index redirects its page of acme-tool to" in done.stderr


def test_a_lock_holds_the_hashes_of_the_index_and_none_that_uv_computed(
    attacked, index, elsewhere, wheel, tmp_path
):
    index.page("acme-tool", f"/team/files/{WHEEL}")
    index.answers[f"/team/files/{WHEEL}"] = redirect(f"{elsewhere.url}bucket/{WHEEL}")
    elsewhere.answers[f"/bucket/{WHEEL}"] = wheel
    (tmp_path / "requirements.txt").write_text("acme-tool\n")
    lock = tmp_path / "pylock.toml"
    done = attacked.run("lock", "--engine", "uv", "-o", lock, tmp_path / "requirements.txt")
    assert done.returncode == 1, done.stdout
    assert "gives no SHA-256 for a file of acme-tool" in done.stderr
    assert not lock.exists()


def test_a_file_without_hash_that_the_index_has_itself_is_proven_by_its_address(attacked, index, wheel):
    index.page("acme-tool", f"/team/files/{WHEEL}")
    index.answers[f"/team/files/{WHEEL}"] = wheel
    done = attacked.run("install", "--engine", "pip", "acme-tool")
    assert done.returncode == 0, done.stderr


def bare_uv(attacked, *words):
    """Run a uv that knows nothing of us, and checks no hash; it has our cache."""
    uv = attacked.python.with_name("uv")
    command = [uv, "pip", *words, "--no-config", "--python", attacked.python, "acme-tool"]
    environ = {**os.environ, "UV_CACHE_DIR": str(attacked.work.parent / "uv-cache")}
    subprocess.run(command, env=environ, check=True, capture_output=True, timeout=60)


@pytest.fixture
def cached(attacked, index, wheel):
    """The wheel lies in uv's cache, put there by a bare uv, and is not installed any more."""
    index.page("acme-tool", hashed(f"/team/files/{WHEEL}", wheel))
    index.answers[f"/team/files/{WHEEL}"] = wheel
    bare_uv(attacked, "install", "--index-url", f"{index.url}team/simple/")
    bare_uv(attacked, "uninstall")
    assert not attacked.has("acme_tool")


def test_what_a_bare_uv_cached_is_installed_with_the_hash_that_the_index_gives_now(
    attacked, index, cached, tmp_path
):
    newer = build_wheel(tmp_path / "newer", "acme-tool", "1.0", modules={"acme_tool": "NEWER = True\n"})
    index.page("acme-tool", hashed(f"/team/files/{WHEEL}", newer.read_bytes()))
    index.answers[f"/team/files/{WHEEL}"] = newer.read_bytes()
    done = attacked.run("install", "--engine", "uv", "acme-tool")
    assert done.returncode == 0, done.stderr
    assert (attacked.packages / "acme_tool.py").read_text() == "NEWER = True\n"


def test_what_a_bare_uv_cached_is_not_installed_in_place_of_another_hash(attacked, index, cached):
    index.page("acme-tool", hashed(f"/team/files/{WHEEL}", b"another file"))
    done = attacked.run("install", "--engine", "uv", "acme-tool")
    assert done.returncode == 1, done.stdout
    assert "does not have the hash that was asked for; it is not installed" in done.stderr
    assert not attacked.has("acme_tool")


def test_uv_does_not_fetch_a_wheel_again_that_it_has_with_the_hash_of_the_index(attacked, index, cached):
    def fetches(*words):
        index.asked.clear()
        done = attacked.run("install", "--engine", "uv", *words, "acme-tool")
        assert done.returncode == 0, done.stderr
        return sum(path.endswith(WHEEL) for path, _ in index.asked)

    fetches()
    bare_uv(attacked, "uninstall")
    assert fetches("--dry-run") == fetches(), "the plan reads its metadata, and nothing fetches it whole"
    assert attacked.has("acme_tool")


def test_a_hash_in_a_page_of_json_proves_as_well(attacked, index, elsewhere, wheel):
    file = {
        "filename": WHEEL,
        "url": f"/team/files/{WHEEL}",
        "hashes": {"sha256": hashlib.sha256(wheel).hexdigest()},
    }
    page = {"meta": {"api-version": "1.0"}, "name": "acme-tool", "files": [file]}

    def answer(handler):
        content = json.dumps(page).encode()
        handler.send_response(200)
        handler.send_header("Content-Type", "application/vnd.pypi.simple.v1+json")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    index.answers["/team/simple/acme-tool/"] = answer
    index.answers[f"/team/files/{WHEEL}"] = redirect(f"{elsewhere.url}bucket/{WHEEL}")
    elsewhere.answers[f"/bucket/{WHEEL}"] = wheel
    done = attacked.run("install", "--engine", "pip", "acme-tool")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "link",
    [
        "http://{index}\\@{elsewhere}/files/{file}",
        "http://{elsewhere}/files/{file}",
        "http://{index}@{elsewhere}/files/{file}",
        "/team/files/..%2f..%2fother/{file}",
        "/team/files/%2e%2e/%2e%2e/other/{file}",
        "//{elsewhere}/files/{file}",
    ],
)
def test_an_address_that_leads_elsewhere_or_that_tools_read_differently_is_not_the_index(
    attacked, index, elsewhere, wheel, engine, link
):
    hosts = {"index": urlsplit(index.url).netloc, "elsewhere": urlsplit(elsewhere.url).netloc, "file": WHEEL}
    index.page("acme-tool", hashed(link.format_map(hosts), wheel))
    for web in (index, elsewhere):
        web.answers.update(
            dict.fromkeys(
                [f"/files/{WHEEL}", f"/team/files/{WHEEL}", link.format_map(hosts), f"/other/{WHEEL}"], wheel
            )
        )
    done = attacked.run("install", "--engine", engine, "acme-tool")
    assert done.returncode == 1, done.stdout
    assert "all from" not in done.stdout
    assert not credentials(elsewhere)
    assert "NOT from the secure index" in done.stderr or not attacked.has("acme_tool"), done.stderr


def test_a_download_stays_in_its_folder(attacked, index, wheel):
    for number, up in enumerate(("..%2f..%2f", "..%5c..%5c", "%2e%2e%2f", "..%252f")):
        link = f"/team/files/{up}planted/acme_tool-1.{number}-py3-none-any.whl"
        index.page("acme-tool", hashed(link, wheel))
        index.answers[link] = wheel
        before = sorted(attacked.work.parent.rglob("*.whl"))
        done = attacked.run("download", "-d", "there", "acme-tool")
        assert done.returncode == 1, done.stdout
        assert sorted(attacked.work.parent.rglob("*.whl")) == before


def test_a_download_without_hash_is_not_kept_where_the_index_redirects(attacked, index, elsewhere, wheel):
    index.page("acme-tool", f"/team/files/{WHEEL}")
    index.answers[f"/team/files/{WHEEL}"] = redirect(f"{elsewhere.url}{WHEEL}")
    elsewhere.answers[f"/{WHEEL}"] = wheel
    done = attacked.run("download", "-d", "there", "acme-tool")
    assert done.returncode == 1
    assert elsewhere.url in done.stderr
    assert not list(attacked.work.rglob("*.whl"))


@pytest.mark.parametrize(
    "base",
    [
        "acme_tool-1.0-py3-none-any.whl",
        "Acme.Tool-1.0-7build-py2.py3-none-any.whl",
        "acme-tool-1.0.tar.gz",
        "acme_tool-1.0.zip",
        "acme-tool-1.0.tar.bz2",
    ],
)
def test_a_file_of_the_package_keeps_its_name(base):
    assert File("acme-tool", "1.0", f"https://index.example.com/files/{base}", "").stored_name == base


@pytest.mark.parametrize(
    "base",
    [
        "..%2f..%2fhome%2fplanted%2facme_tool-1.0-py3-none-any.whl",
        "..%5cacme_tool-1.0-py3-none-any.whl",
        "acme_tool-1.0-py3-none-any%2f..%2fx.whl",
        "acme_tool-1.0-1%2f..%2fx-py3-none-any.whl",
        "acme_tool-1.0-py3-none-any%00.whl",
        "acme_tool-1.0-py3-none-any%1b[31m.whl",
        "%2e%2e",
        ".bashrc",
        "",
        "acme_tool.whl",
        "acme_tool-2.0-py3-none-any.whl",
        "other_tool-1.0-py3-none-any.whl",
        "acme-tool-1.0.exe",
        "acme%0atool-1.0.tar.gz",
    ],
)
def test_a_file_of_another_name_is_not_kept(base):
    with pytest.raises(InstallFailed) as refused:
        _ = File("acme-tool", "1.0", f"https://index.example.com/files/{base}", "").stored_name
    assert str(refused.value).replace("\n", "").isprintable()


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65536)


def drip(handler):
    """Never long silent, never done."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.1)


def dripping_headers(handler):
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nX: ")
    while True:
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.1)


@pytest.fixture
def page(index):
    """Read a page that answers so, with limits of a second and a megabyte."""

    def read_it(answer):
        def quietly(handler):
            try:
                answer(handler)
            except OSError:
                pass  # the reader has had enough

        index.answers["/team/simple/acme-tool/"] = quietly
        url = f"{index.url}team/simple/"
        asked = Index(url, index.url)
        return read(f"{url}acme-tool/", asked, ProxyAndTrust(proxy=""), seconds=1.0, most=1_000_000)

    return read_it


@pytest.mark.parametrize(
    ("answer", "why"),
    [(endless, "more than 1 MB"), (drip, "within 1 seconds"), (dripping_headers, "within 1 seconds")],
)
def test_a_page_without_end_is_left(page, answer, why):
    with pytest.raises(TooMuch, match=why):
        page(answer)


def test_the_doctor_leaves_an_answer_without_end(index):
    def quietly(handler):
        try:
            dripping_headers(handler)
        except OSError:
            pass

    index.answers["/"] = quietly
    with pytest.raises(NoAnswer, match="no answer in 4 seconds"):
        get(index.url, ProxyAndTrust(proxy=""), Remedies("", "", ""))


def test_a_page_that_is_too_large_is_told(attacked, index):
    index.answers["/team/simple/acme-tool/"] = b"<a" * 20_000_000
    done = attacked.run("search-versions", "acme-tool")
    assert done.returncode == 1
    assert "The index's page of acme-tool is more than can be read." in done.stderr
    assert "more than 32 MB" in done.stderr
