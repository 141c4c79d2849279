"""An index that says one thing and then another, or sends what it should not: tried with both engines.

What must never happen, whatever the index does: that a file runs or is kept that has another hash than the one that was
promised, that the user's password goes elsewhere, that anything is written outside of the environment, or that nobody
is told.

| tried                                              | must happen                                                  |
| -------------------------------------------------- | ------------------------------------------------------------ |
| the page has a file's hash, the file is another    | refused, nothing is installed                                |
| the page changes after it was read once            | what is installed has a hash that the page gave for it       |
| the file changes after it was proven               | refused, nothing is installed (``--verify before``)          |
| the file ends before its length                    | refused, nothing is installed                                |
| the file is no wheel                               | refused, nothing is installed                                |
| an archive whose members lead out of the folder    | nothing is written outside                                   |
| metadata beside the file that differ from its own  | what is missing then is told                                 |
| a file of another project on the page              | it is not taken, and is no version of this one               |
| a link to a file of this machine                   | it is not from the index                                     |
| a redirect with a password in its address          | neither that password nor ours is shown or sent on           |
| a withdrawn version                                | it is not taken where another fits                           |
| a young file under the name of an old one          | it is held back where an age is asked for                    |
"""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile

import pytest
from attacked import SECRET, WHEEL, credentials, hashed, redirect

from jupyter_securepypi.emulator.samples import build_wheel


def wheel(tmp_path, version="1.0", code="", requires=()):
    """Return a wheel whose module is `code`."""
    modules = {"acme_tool": code or f"VERSION = {version!r}\n"}
    folder = tmp_path / f"made-{sha256(repr((version, code)).encode())[:8]}"
    return build_wheel(folder, "acme-tool", version, requires, modules=modules).read_bytes()


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def in_turn(*contents, kind="application/octet-stream"):
    """Answer each request with the next of `contents`, and every further one with the last."""
    left = list(contents)

    def answer(handler):
        content = left.pop(0) if len(left) > 1 else left[0]
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(content)

    return answer


def links(*all_links):
    return "".join(f'<a href="{one}">{one}</a>\n' for one in all_links).encode()


def json_page(*files):
    page = {"meta": {"api-version": "1.1"}, "name": "acme-tool", "versions": [], "files": list(files)}
    return in_turn(json.dumps(page).encode(), kind="application/vnd.pypi.simple.v1+json")


def install(attacked, engine, *words, **variables):
    return attacked.run("install", "--engine", engine, *words, "acme-tool", **variables)


def hash_installed(attacked):
    """The hash of the module that was installed; None where none was."""
    path = attacked.packages / "acme_tool.py"
    return sha256(path.read_bytes()) if path.exists() else None


def refused(done, attacked):
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr.strip(), "and it is said why"
    assert "Traceback" not in done.stderr
    assert not attacked.has("acme_tool"), done.stderr
    return done.stderr


def test_a_file_with_another_hash_than_the_page_has(attacked, index, engine, tmp_path):
    index.page("acme-tool", f"/team/files/{WHEEL}#sha256={'0' * 64}")
    index.answers[f"/team/files/{WHEEL}"] = wheel(tmp_path)
    refused(install(attacked, engine), attacked)


@pytest.mark.parametrize("reads", [1, 2])
def test_a_page_that_changes_after_so_many_reads(attacked, index, engine, tmp_path, reads):
    """The first page and the file are honest; then the file and its hash are exchanged at once, or only the page's."""
    good, evil = wheel(tmp_path), wheel(tmp_path, code="EVIL = 1\n")
    pages = [links(hashed(f"/team/files/{WHEEL}", one)) for one in (good, evil)]
    index.answers["/team/simple/acme-tool/"] = in_turn(*[pages[0]] * reads, pages[1], kind="text/html")
    index.answers[f"/team/files/{WHEEL}"] = in_turn(good)
    done = install(attacked, engine, "--verify", "before")
    if done.returncode:
        refused(done, attacked)
    else:
        assert "1 installed, all from" in done.stdout
        assert hash_installed(attacked) == sha256(b"VERSION = '1.0'\n")


def test_a_file_that_changes_after_it_was_proven(attacked, index, engine, tmp_path):
    """Without a hash on the page, the first download is what was judged."""
    good, evil = wheel(tmp_path), wheel(tmp_path, code="EVIL = 1\n")
    index.page("acme-tool", f"/team/files/{WHEEL}")
    index.answers[f"/team/files/{WHEEL}"] = in_turn(good, evil)
    done = install(attacked, engine, "--verify", "before")
    assert hash_installed(attacked) != sha256(b"EVIL = 1\n")
    if engine == "pip":
        assert "hash" in refused(done, attacked).lower()


def test_bare_pip_takes_the_exchanged_file(attacked, index, tmp_path):
    """A first look, then an install: nothing holds the second to what the first one saw."""
    good, evil = wheel(tmp_path), wheel(tmp_path, code="EVIL = 1\n")
    index.page("acme-tool", f"/team/files/{WHEEL}")
    index.answers[f"/team/files/{WHEEL}"] = in_turn(good, evil)
    pip = [
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "--index-url",
        f"{index.url}team/simple/",
    ]
    for words in (["--dry-run", "--report", "report.json"], []):
        done = attacked.call(*pip, *words, "acme-tool")
        assert done.returncode == 0, done.stderr
    [seen] = json.loads((attacked.work / "report.json").read_text())["install"]
    assert seen["download_info"]["archive_info"]["hashes"]["sha256"] == sha256(good)
    assert hash_installed(attacked) == sha256(b"EVIL = 1\n")


@pytest.mark.parametrize("damage", ["cut", "no wheel", "leads out"])
def test_a_file_that_is_damaged_or_leads_out_of_its_folder(attacked, index, engine, tmp_path, damage):
    whole = wheel(tmp_path)
    content = {"cut": whole[:-200], "no wheel": b"<html>" * 100, "leads out": leading_out(whole)}[damage]
    index.page("acme-tool", hashed(f"/team/files/{WHEEL}", content))

    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(whole if damage == "cut" else content)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(content)

    index.answers[f"/team/files/{WHEEL}"] = answer
    done = install(attacked, engine, PIP_RETRIES="0", UV_HTTP_RETRIES="0")
    assert not list(tmp_path.rglob("planted*"))
    assert not list(attacked.packages.parent.parent.rglob("planted*"))
    assert not list(attacked.packages.glob("planted*"))
    if damage != "leads out":
        refused(done, attacked)
    elif done.returncode:  # uv leaves such members out
        assert "planted" in done.stderr


def leading_out(content):
    """The wheel, with members that climb out of the folder that it is unpacked into."""
    into = io.BytesIO(content)
    with zipfile.ZipFile(into, "a") as archive:
        archive.writestr("../../../../planted.py", "EVIL = 1\n")
        archive.writestr("acme_tool/../../planted.pth", "import os\n")
        archive.writestr("/tmp/planted-by-a-wheel", "EVIL = 1\n")
    return into.getvalue()


def test_metadata_beside_the_file_that_differ_from_its_own(attacked, index, engine, tmp_path):
    """The page's metadata hide what the wheel needs, so no installer looks for it: that it is missing is told."""
    content = wheel(tmp_path, requires=["acme-secret>=2"])
    metadata = b"Metadata-Version: 2.1\nName: acme-tool\nVersion: 1.0\n"
    file = {
        "filename": WHEEL,
        "url": f"/team/files/{WHEEL}",
        "hashes": {"sha256": sha256(content)},
        "core-metadata": {"sha256": sha256(metadata)},
    }
    index.answers["/team/simple/acme-tool/"] = json_page(file)
    index.answers[f"/team/files/{WHEEL}"] = content
    index.answers[f"/team/files/{WHEEL}.metadata"] = metadata
    done = install(attacked, engine)
    if done.returncode:  # newer pips compare the two
        assert "inconsistent Requires-Dist" in refused(done, attacked)
    else:
        assert "acme-tool 1.0 needs acme-secret>=2, which is not installed" in done.stdout + done.stderr


def test_files_of_others_and_withdrawn_ones_are_not_taken(attacked, index, engine, tmp_path):
    content, newer = wheel(tmp_path), wheel(tmp_path, "1.5", code="WITHDRAWN = 1\n")
    other = build_wheel(tmp_path, "acme-evil", "9.0").read_bytes()
    names = [
        (WHEEL, content, ""),
        ("acme_tool-1.5-py3-none-any.whl", newer, "do not use"),
        ("acme_evil-9.0-py3-none-any.whl", other, ""),
    ]
    page = []
    for name, one, reason in names:
        said = f' data-yanked="{reason}"' if reason else ""
        page.append(f'<a href="{hashed(f"/team/files/{name}", one)}"{said}>{name}</a>\n')
        index.answers[f"/team/files/{name}"] = one
    index.answers["/team/simple/acme-tool/"] = in_turn("".join(page).encode(), kind="text/html")
    done = install(attacked, engine)
    assert done.returncode == 0, done.stderr
    assert hash_installed(attacked) == sha256(b"VERSION = '1.0'\n")
    assert not attacked.has("acme_evil")
    if engine == "pip":
        found = json.loads(attacked.run("search-versions", "--json", "acme-tool").stdout)["versions"]
        assert [one["version"] for one in found] == ["1.0"], (
            "the file of another project is no version of this one"
        )


def test_a_link_to_a_file_of_this_machine(attacked, index, engine, tmp_path):
    path = build_wheel(tmp_path / "planted-here", "acme-tool", "9.0")
    index.page("acme-tool", hashed(path.as_uri(), path.read_bytes()))
    done = install(attacked, engine, "--verify", "before")
    refused(done, attacked)


def test_a_redirect_with_a_password_in_its_address(attacked, index, elsewhere, engine, tmp_path):
    content = wheel(tmp_path)
    index.page("acme-tool", f"/team/files/{WHEEL}")
    host = elsewhere.url.removeprefix("http://")
    index.answers[f"/team/files/{WHEEL}"] = redirect(f"http://thief:hunter2@{host}{WHEEL}")
    elsewhere.answers[f"/{WHEEL}"] = content
    done = install(attacked, engine, "--verify", "before", "-v")
    refused(done, attacked)
    assert "hunter2" not in done.stdout + done.stderr
    assert SECRET not in done.stdout + done.stderr
    assert not credentials(elsewhere)


@pytest.mark.parametrize("young_first", [False, True])
def test_a_young_file_under_the_name_of_an_old_one(attacked, index, engine, tmp_path, young_first):
    """A page that was merged from several may list a name twice; which of them an installer takes is its own affair."""
    old, young = wheel(tmp_path), wheel(tmp_path, code="YOUNG = 1\n")
    times = {"old": "2020-01-01T00:00:00Z", "young": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    files = [
        {
            "filename": WHEEL,
            "url": f"/team/{place}/{WHEEL}",
            "hashes": {"sha256": sha256(content)},
            "upload-time": times[place],
        }
        for place, content in (("old", old), ("young", young))
    ]
    index.answers["/team/simple/acme-tool/"] = json_page(*(files[::-1] if young_first else files))
    index.answers[f"/team/old/{WHEEL}"] = old
    index.answers[f"/team/young/{WHEEL}"] = young
    done = install(attacked, engine, SECURE_PYPI_MINIMUM_AGE="7 days")
    assert hash_installed(attacked) in (None, sha256(b"VERSION = '1.0'\n")), "the young one was let through"
    if done.returncode:
        said = refused(done, attacked)
        assert "Held back: acme-tool 1.0" in said or "the index lists it more than once" in said
