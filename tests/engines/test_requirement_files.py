"""Requirements files that pip and uv would read differently, and what a marker leaves out."""

from __future__ import annotations

import hashlib
import json

import pytest

# Each is acme-features to pip, and something else, or nothing, to uv.
FILES = {
    "a requirement that goes on in the next line": b"acme-features \\\n  >=1.0\n",
    "a name that does": b"acme-\\\nfeatures\n",
    "a byte order mark": b"\xef\xbb\xbfacme-features\n",
    "UTF-16": "\ufeffacme-features\n".encode("utf-16-le"),
    "Latin-1, as it says": b"# coding: latin-1\nacme-features  # f\xfcr alle\n",
    "a form feed": b"acme-features\x0c# more\n",
    "carriage returns": b"# what we need\racme-features\r",
}


@pytest.fixture
def history(home):
    def last():
        lines = (home / ".local/share/jupyter/securepypi/installs.jsonl").read_text().split("\n")
        return json.loads([line for line in lines if line][-1])

    return last


@pytest.mark.parametrize("what", FILES)
def test_what_uv_would_read_otherwise_means_the_same_with_both(environment, history, engine, what):
    (environment.cwd / "odd.txt").write_bytes(FILES[what])
    environment.install("--engine", engine, "-r", "odd.txt")
    assert history()["engine"] == engine
    assert set(environment.versions()) == {"acme_core", "acme_features"}


def test_options_in_a_file_count_with_both(environment, engine):
    (environment.cwd / "options.txt").write_text("--pre\n--no-binary=acme-plots\nacme-core\n")
    environment.install("--engine", engine, "-r", "options.txt")
    assert environment.versions() == {"acme_core": "1.4.0"}
    (environment.cwd / "options.txt").write_text("--only-binary=:all:\n--no-binary=acme-core\nacme-core\n")
    environment.empty()
    environment.fails("install", "--engine", engine, "-r", "options.txt")


MARKERS = {
    "python_version in '3.8 3.9 3.10 3.11 3.12 3.13 3.14'": "a version among texts",
    "platform_release >= '0'": "a text by its order",
    "python_version === '3'": "another equality",
}


@pytest.mark.parametrize("marker", MARKERS)
def test_a_marker_that_pip_and_uv_understand_differently_is_for_pip(environment, history, marker):
    (environment.cwd / "odd.txt").write_text(f"acme-core\nacme-plots ; {marker}\n")
    environment.install("-r", "odd.txt")
    assert history()["engine"] == "pip"
    said = environment.fails("install", "--engine", "uv", "-r", "odd.txt")
    assert "the marker of acme-plots (odd.txt, line 2)" in said
    assert "--engine pip" in said


def test_options_in_further_lines_are_read_alike_and_stay_with_uv(environment, history, packages):
    digest = hashlib.sha256((packages / "acme_core-1.4.0-py3-none-any.whl").read_bytes()).hexdigest()
    text = f"acme-core==1.4.0 \\\n    --hash=sha256:{digest} \\\n    --hash=sha256:{'0' * 64}\n    # by hand\n"
    (environment.cwd / "hashed.txt").write_text(text)
    environment.install("-r", "hashed.txt")
    assert history()["engine"] == "uv"


def test_what_a_marker_leaves_out_is_not_called_there_already(environment, engine):
    (environment.cwd / "marker.txt").write_text('acme-features; sys_platform == "win32"\n')
    said = environment.ok("install", "--engine", engine, "-r", "marker.txt").splitlines()[-1]
    assert said.startswith("Nothing to install: not meant for this Python and platform")
    assert said.endswith("acme-features.")
    report = json.loads(environment.ok("install", "--json", "--engine", engine, "-r", "marker.txt"))
    assert report["left_out"] == ["acme-features"]
    code = f"import jupyter_securepypi as s; s.install_packages(requirements='marker.txt', engine={engine!r})"
    assert "markers leave out acme-features here" in environment.call(code).stdout


def test_what_is_there_already_is_called_so(environment, engine):
    environment.install("acme-core")
    words = ["acme-core", 'acme-plots; python_version < "3"']
    assert "not meant for" in environment.ok("install", "--engine", engine, *words).splitlines()[-1]
    said = environment.ok("install", "--engine", engine, "acme-core").splitlines()[-1]
    assert said == "Nothing to install: everything asked for is there already."
