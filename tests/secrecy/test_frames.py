"""The secret in no variable's ``repr``: in our own frames, and in what a kernel shows of an interrupt or a failure."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from installing import _environment, serve

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel

MARK = "mark0123456789abcdefmark"
__all__ = ["_environment", "serve"]
# A build that prints what it can read of the credentials, and fails.
_LEAKY = """
import base64, os, pathlib
text = pathlib.Path(os.environ["NETRC"]).read_text()
secret = text.split()[-1]
print("netrc:", text, base64.b64encode(f"aws:{secret}".encode()).decode(), flush=True)
raise SystemExit("nothing can be built; " + text)
"""
RUN = "from jupyter_securepypi.cli import main\nstatus = main({words!r})\nassert status == {status}, status\n"


@pytest.fixture(scope="module")
def marked():
    """AWS whose every token has the mark in it, and an index with a build that tells its credentials."""
    with Emulator(token_marker=MARK) as aws:
        files = {
            "setup.py": _LEAKY,
            "PKG-INFO": "Metadata-Version: 2.1\nName: acme-leaky\nVersion: 1.0\n",
            "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "leak"\nbackend-path = ["."]\n',
            "leak.py": _LEAKY,
        }
        with tarfile.open(aws.packages_dir / "acme_leaky-1.0.tar.gz", "w:gz") as archive:
            for name, text in files.items():
                entry = tarfile.TarInfo(f"acme_leaky-1.0/{name}")
                entry.size = len(text.encode())
                archive.addfile(entry, io.BytesIO(text.encode()))
        yield aws


@pytest.fixture
def watched(marked, _environment, home, tmp_path, monkeypatch):
    """Return what runs code in a process where every frame of ours is looked at, and fails where one shows the mark."""
    marked.clear()
    for name, value in marked.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", marked.role_template)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    _environment.cwd = tmp_path
    program = Path(__file__).with_name("frames.py")

    def run(code: str, looks: int = 1000, **variables: str) -> str:
        call = f"import runpy; runpy.run_path({str(program)!r})['main']({MARK!r}, {code!r})"
        done = _environment.call(call, **variables)
        ends = [line for line in done.stdout.splitlines() if line.startswith("ended: ")]
        assert ends, done.stdout + done.stderr
        assert int(done.stdout.partition("looks: ")[2].split()[0]) >= looks
        shown = [line for line in done.stdout.splitlines() if line.startswith("shown: ")]
        assert not shown, "\n".join(shown + ends)
        assert MARK not in done.stdout + done.stderr
        return ends[0].partition(" ")[2]

    yield run
    _environment.empty()


def test_what_shows_the_secret_is_found(watched, _environment):
    """A watch that sees nothing would be content with everything."""
    code = (
        "from jupyter_securepypi.core.foreign_text import in_one_line\n"
        "from jupyter_securepypi.core.secret import Secret\n"
        f"in_one_line(Secret({MARK!r}))\n"
    )
    assert watched(code, looks=2) == "well"
    with pytest.raises(AssertionError, match=r"shown: core/foreign_text.py:in_one_line text"):
        watched(code.replace("Secret(", "str("), looks=2)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("status", 0),
        ("configure", 0),
        ("list", 0),
        ("why acme-core", 0),
        ("search-versions acme-core", 0),
        ("doctor", 1),
        ("exec --env TOKEN -- true", 0),
        ("exec --secret netrc -- test -s {netrc}", 0),
        ("logout", 0),
        ("restore", 0),
    ],
)
def test_a_command(watched, words, status):
    assert watched(RUN.format(words=["refresh"], status=0)) == "well"
    assert watched(RUN.format(words=words.split(), status=status)) == "well"


@pytest.mark.parametrize("fault", [{"deny": ["codeartifact:GetAuthorizationToken"]}, {"error": 503}])
def test_a_failed_refresh(watched, marked, fault):
    assert watched(RUN.format(words=["refresh"], status=0)) == "well"
    marked.faults(**fault)
    assert watched(RUN.format(words=["refresh"], status=1)) == "well"


MINT = """
from jupyter_securepypi.config import load_options
from jupyter_securepypi.core.providers.registry import provider_of
request = load_options().mint_request()
grant = provider_of(request.repository).mint(request)
provider_of(request.repository).examine(request, print, grant.token.secret, grant.index_url)
"""


def test_what_a_child_does_to_mint_and_to_examine(watched):
    """It runs in this process here."""
    assert watched(MINT) == "well"


@pytest.mark.parametrize(
    "words", ["refresh", "why acme-mine", "doctor", "install --engine pip acme-mine", "logout"]
)
def test_a_password_of_the_users_own(watched, serve, home, tmp_path, monkeypatch, words):
    pages = tmp_path / "index/simple/acme-mine"
    wheel = build_wheel(pages, "acme-mine", "1.0")
    (pages / "index.html").write_text(f'<a href="{wheel.name}">{wheel.name}</a>')
    (home / ".netrc").write_text(f"machine 127.0.0.1 login me password {MARK}\n")
    (home / ".netrc").chmod(0o600)
    monkeypatch.delenv("CA_REPOSITORY_ARN")
    monkeypatch.delenv("SECURE_PYPI_ROLE_ARN")
    monkeypatch.setenv("SECURE_PYPI_INDEX", f"{serve(tmp_path / 'index')}simple/")
    status = 1 if words == "doctor" else 0
    assert watched(RUN.format(words=words.split(), status=status)) == "well"


SERVER = """
import json, threading, urllib.request
from jupyter_server.serverapp import ServerApp
app = ServerApp.instance()
app.initialize(["--ServerApp.port=0", "--no-browser", "--allow-root", "--IdentityProvider.token=t",
                "--ServerApp.jpserver_extensions={'jupyter_securepypi': True}"])
said = []
def ask():
    for method, path in [("POST", "refresh"), ("GET", "status"), ("POST", "doctor"), ("GET", "doctor")]:
        request = urllib.request.Request(
            f"{app.local_url.partition('?')[0].rstrip('/').removesuffix('/tree').removesuffix('/lab')}/securepypi/{path}",
            method=method, data=b"{}" if method == "POST" else None, headers={"Authorization": "token t"})
        try:
            said.append(urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).status)
        except Exception as error:
            said.append(str(error))
    app.io_loop.add_callback(app.stop)
app.io_loop.call_later(1, lambda: threading.Thread(target=ask).start())
app.start()
assert said[:2] == [200, 200], said
"""


def test_a_server(watched):
    assert watched(SERVER) == "well"


@pytest.mark.parametrize("engine", ["pip", "uv"])
@pytest.mark.parametrize("verify", ["before", "after"])
def test_an_install(watched, engine, verify):
    words = ["install", "--engine", engine, "--verify", verify, "acme-core"]
    assert watched(RUN.format(words=words, status=0)) == "well"


@pytest.mark.parametrize("engine", ["pip", "uv"])
def test_a_build_that_tells_its_credentials(watched, engine):
    words = ["install", "-v", "--engine", engine, "acme-leaky"]
    assert watched(RUN.format(words=words, status=1)) == "well"
