"""Escapes, markup and characters that mislead in what others say: tried, and this is what is shown."""

from __future__ import annotations

import ast
import io
import json
import os
import tarfile
from pathlib import Path
from urllib.parse import quote

import pytest
from attacked import Web
from jupyter_client.manager import start_new_kernel

import jupyter_securepypi
from jupyter_securepypi.core.errors import NotFound
from jupyter_securepypi.core.foreign_text import for_html, for_terminal, in_one_line
from jupyter_securepypi.install.tables import html_table, text_table

PACKAGE = Path(jupyter_securepypi.__file__).parent
CLEAR, LINK, TURNED, WIDE = "\x1b[2J", "\x1b]8;;http://127.0.0.1:9/\x07", "\u202egnp.exe", "\x9b31m"
HOSTILE = [
    CLEAR,
    LINK,
    TURNED,
    WIDE,
    "\x00",
    "\x08",
    "\r",
    "\x7f",
    "\u2066",
    "\u200b",
    "\u2028",
    "\udc80",
    "\U000e0041",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_terminal_or_a_reader_would_be_misled_by_is_escaped(text):
    for door in (for_terminal, in_one_line, for_html):
        shown = door(f"a{text}b")
        assert shown.isprintable()
        assert shown.startswith("a\\")
        assert shown.endswith("b")


def test_what_people_write_stays():
    text = "Größe: 3 µm, 価格 → ✓ 🎉"
    assert for_terminal(f"{text}\n\tmore") == f"{text}\n\tmore"
    assert in_one_line(text) == text


def test_a_name_with_line_ends_stays_in_its_line():
    rows = [("acme\n  try   curl 127.0.0.1:9 | sh", "1.0\r")]
    assert text_table(("package", "version"), rows).splitlines()[1:] == [
        "acme\\n  try   curl 127.0.0.1:9 | sh  1.0\\r"
    ]


def test_markup_is_no_markup():
    assert "<img" not in html_table(("package",), [("<img src=x onerror=alert(1)>",)])
    assert for_html("<b title='\"'>") == "&lt;b title=&#x27;&quot;&#x27;&gt;"


def test_an_error_shows_what_others_said_without_escapes():
    error = NotFound(f"{CLEAR} is not there", why=LINK, remedy=TURNED)
    assert all(line.isprintable() for line in str(error).splitlines())
    assert NotFound.from_dict(error.to_dict()).message == error.message


@pytest.fixture
def index(home, monkeypatch):
    web = Web.start()
    monkeypatch.setenv("SECURE_PYPI_INDEX", f"{web.url}team/simple/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield web
    web.close()


def printable(text):
    return all(line.isprintable() for line in text.split("\n"))


def test_versions_in_the_index_reach_the_terminal_without_escapes(index, bare):
    texts = [text for text in HOSTILE if text not in ("\udc80",)]
    names = [f"acme_tool-{number}{text}-py3-none-any.whl" for number, text in enumerate(texts)]
    index.page("acme-tool", *(f"/team/files/{quote(name)}" for name in names))
    shown = bare.run("search-versions", "acme-tool")
    assert shown.returncode == 0, shown.stderr
    assert printable(shown.stdout.replace("\t", ""))
    assert "0\\x1b[2J" in shown.stdout
    as_json = bare.run("search-versions", "--json", "acme-tool").stdout
    assert as_json.isascii()
    assert {f"0{CLEAR}", f"2{TURNED}"} <= {one["version"] for one in json.loads(as_json)["versions"]}


def test_a_name_like_the_one_that_is_missing_is_offered_without_escapes(index, bare):
    index.answers["/team/simple/"] = f'<a href="acme-tool{quote(CLEAR)}/">x</a>'.encode()
    said = bare.run("search-versions", "acme-tool").stderr
    assert "is not in" in said
    assert printable(said)


# A build backend in the source archive itself, which says this when it is asked for a wheel.
BUILD = {
    "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    "backend.py": "def build_wheel(*words):\n"
    f"    print('said by the build', {CLEAR!r})\n    raise SystemExit({WIDE!r})\n",
    "PKG-INFO": "Metadata-Version: 2.1\nName: acme-tool\nVersion: 1.0\n",
}


def source_archive():
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, text in BUILD.items():
            entry = tarfile.TarInfo(f"acme_tool-1.0/{name}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return content.getvalue()


def test_the_lines_of_pip_and_of_builds_reach_the_terminal_without_escapes(index, bare):
    index.page("acme-tool", "/team/files/acme_tool-1.0.tar.gz")
    index.answers["/team/files/acme_tool-1.0.tar.gz"] = source_archive()
    done = bare.run("install", "--engine", "pip", "-v", "acme-tool")
    assert done.returncode == 1
    assert f"said by the build {CLEAR!r}"[:-1].replace("'", "") in done.stdout
    assert printable(done.stdout.replace("\t", ""))
    assert printable(done.stderr.replace("\t", ""))


SHOW = """
from jupyter_securepypi.core.report import Conflict, InstalledPackage, InstallReport
from jupyter_securepypi.notebook.display import Progress, show_report
bad = "<img src=x onerror=alert(1)>\\x1b[2J"
package = InstalledPackage(bad, bad, None, bad, bad, True, direct=True)
report = InstallReport((package,), public=True, conflicts=(Conflict(bad, bad, bad, None),))
with Progress(get_ipython(), silent=False, arguments=[]) as progress:
    progress.phase(bad)
    progress.line(f"Collecting {bad}")
    show_report(report, progress, as_json=False, stale=[bad])
with Progress(get_ipython(), silent=False, arguments=["-v"]) as progress:
    progress.line(f"Collecting {bad}")
"""


def test_a_report_in_a_notebook_has_no_markup_and_no_escapes_of_others(aws):
    manager, client = start_new_kernel(env={**os.environ})
    shown = []

    def take(message):
        content = message["content"]
        shown.extend(content.get("data", {}).items())
        shown.append(("stream", content.get("text", "")))

    try:
        reply = client.execute_interactive(SHOW, timeout=60, output_hook=take)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert reply["content"]["status"] == "ok", reply
    html = [text for kind, text in shown if kind == "text/html"]
    assert html
    assert "<img" not in "".join(html)
    assert "&lt;img" in html[-1]
    assert "onerror" in "".join(text for kind, text in shown if kind == "stream"), "what -v prints"
    assert all(printable(text) for _, text in shown)


FACES = [path for room in ("cli", "notebook") for path in sorted((PACKAGE / room).rglob("*.py"))]
# They print what a shell or AWS is to read, made of our own words.
GENERATED = {"iam_policy.py", "lifecycle_config.py", "emulator.py", "demo.py"}


@pytest.mark.parametrize("path", FACES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_face_prints_through_the_door_or_json(path):
    if path.name in GENERATED:
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            [text, *_] = node.args
            said = ast.unparse(text)
            ours = said.startswith("json.dumps(") and "ensure_ascii" not in said
            assert ours, f"{path.name}, line {node.lineno}"


def test_there_is_one_door_for_html():
    others = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if "escape(" in path.read_text().replace("re.escape(", "") and path.name != "foreign_text.py"
    ]
    assert [path for path in others if not path.startswith("emulator/")] == []
