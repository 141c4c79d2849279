"""Every client of the matrix, the real one, with nothing but the files that `configure` wrote: no AWS, no token.

Whoever runs them has the role that may publish, and a company's certificate authority, as many do: the index speaks
TLS with a certificate of that. SECUREPYPI_MATRIX=http runs the same without TLS.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import forked
import pytest
from client_tools import Tools

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel

TLS = os.environ.get("SECUREPYPI_MATRIX") != "http"
# uv asks for trusted publishing with https, again and again, where the index speaks http.
HASTY = {"UV_HTTP_RETRIES": "0"}
ROOT = str(Path(__file__).parents[2])
BETWEEN = [pytest.param(version, marks=pytest.mark.nightly) for version in ("24.2", "25.0.1")]
PIPS = ["23.2.1", *BETWEEN, "newest"]
if sys.version_info < (3, 12):
    OLD = [pytest.param(version, marks=pytest.mark.nightly) for version in ("21.3.1", "22.3.1")]
    PIPS = ["20.3.4", *OLD, *PIPS]
BEFORE = """\
# the image's own
[global]
break-system-packages = true
extra-index-url = https://packages.example.com/simple
[install]
find-links = https://packages.example.com/wheels
"""
IMPORT = "import acme_features; print(acme_features.__version__, acme_features.features([2])['scaled'])"
PROJECT = """
[project]
name = "{name}"
version = "1.0"
requires-python = ">=3.9"
dependencies = ["acme-features"]
"""


class Customer:
    """Somebody whose clients were configured once, at their machine."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        self.home = folder / "home"
        self.emulator = emulator
        # One login for all that is done: another one would get another token.
        self.login = emulator.credentials("SecurePyPIPublishRole")
        self.index_url = emulator.index_url
        self.endpoint_url = emulator.index_url.removesuffix("simple/")
        authority = emulator.environment().get("AWS_CA_BUNDLE")
        # What companies set for everybody: requests and pip read the first, OpenSSL, httpx and uv the second.
        self.authority = dict.fromkeys(("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"), authority) if authority else {}
        config = self.home / ".jupyter/jupyter_securepypi_config.py"
        config.parent.mkdir(parents=True)
        # Besides those that are pointed at the index by default, of which are all that install; and no kernel.
        config.write_text(
            'c.SecurePyPI.clients.extend(["poetry", "twine", "keyring"])\nc.SecurePyPI.manage_kernels = False\n'
        )
        # Whoever had another index before must not be served from it.
        user = self.home / ".config/pip/pip.conf"
        user.parent.mkdir(parents=True)
        user.write_text(BEFORE)

    def ours(self, *words: str | Path, path: str = "", where: Path | None = None, **more: str) -> str:
        """Run a command of ours, with AWS in its environment."""
        variables = {**self.emulator.environment(), **self.login}
        command = [sys.executable, "-m", "jupyter_securepypi.cli", *(str(word) for word in words)]
        return self._run(command, where or self.home, {**variables, "PYTHONPATH": ROOT, **more}, path)

    def run(self, *command: str | Path, where: Path | None = None, **variables: str) -> str:
        """Run a client, with nothing of AWS in its environment, and return what it printed."""
        return self._run([str(word) for word in command], where or self.home, variables)

    @property
    def token(self) -> str:
        """The secret that nobody shall see; empty before the first."""
        for file in (self.home / ".local/share/jupyter/runtime/securepypi").glob("*.json"):
            return str(json.loads(file.read_bytes())["token"]["secret"])
        return ""

    def project(self, name: str, more: str = "") -> Path:
        """Make a project that needs acme-features."""
        folder = self.home / name
        folder.mkdir()
        (folder / "pyproject.toml").write_text(PROJECT.format(name=name) + more)
        (folder / f"{name.replace('-', '_')}.py").write_text("")
        return folder

    def published(self, wheel: str) -> bool:
        """Return whether the repository has a file."""
        return (self.emulator.packages_dir / wheel).is_file()

    def _run(self, command: list[str], where: Path, variables: dict[str, str], path: str = "") -> str:
        environment = {
            "HOME": str(self.home),
            "PATH": os.pathsep.join(filter(None, [path, str(Path(sys.executable).parent), os.defpath])),
            "LANG": "C.UTF-8",
            "NO_PROXY": "localhost",
            "PDM_CHECK_UPDATE": "0",
            "PIPENV_VENV_IN_PROJECT": "1",
            "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
            **self.authority,
            **variables,
        }
        done = forked.run(
            command,
            env=environment,
            cwd=where,
            capture_output=True,
            text=True,
            timeout=170,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        if self.token:
            assert self.token not in done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(tls=TLS, named="localhost") as running:
        assert running.index_url.startswith("https://localhost:" if TLS else "http://localhost:")
        yield running


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    return Tools(tmp_path_factory.mktemp("tools"))


@pytest.fixture(scope="module")
def customer(tmp_path_factory: pytest.TempPathFactory, emulator: Emulator, tools: Tools) -> Customer:
    found = Customer(tmp_path_factory.mktemp("customer"), emulator)
    said = found.ours("configure", path=str(tools.script("poetry").parent))
    for name in (".netrc", "uv.toml", "config.toml", ".pypirc", "keyringrc.cfg", "pip.conf"):
        assert name in said
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("wheels")
    return lambda name: build_wheel(folder, name, "1.0")


@pytest.mark.parametrize("version", PIPS)
def test_pip_installs(customer: Customer, tools: Tools, version: str) -> None:
    python = tools.python(
        f"pip-{version}", "pip" if version == "newest" else f"pip=={version}", "setuptools<81"
    )
    customer.run(python, "-m", "pip", "install", "--no-input", "--no-cache-dir", "acme-features")
    assert customer.run(python, "-c", IMPORT).strip() == "1.2.0 [4]"


def test_uv_installs_and_publishes(customer: Customer, wheel) -> None:  # type: ignore[no-untyped-def]
    folder = customer.project("by-uv")
    customer.run("uv", "sync", "--no-cache", "--no-install-project", "--python", sys.executable, where=folder)
    assert customer.run(folder / ".venv/bin/python", "-c", IMPORT).strip() == "1.2.0 [4]"
    assert "aws" not in (folder / "uv.lock").read_text()
    customer.run("uv", "publish", wheel("uv-made"), where=None, **HASTY)
    assert customer.published("uv_made-1.0-py3-none-any.whl")


@pytest.mark.parametrize(
    "priority", ["primary", pytest.param("supplemental", marks=pytest.mark.nightly), "explicit"]
)
def test_poetry_installs(customer: Customer, tools: Tools, priority: str) -> None:
    poetry = tools.script("poetry")
    # A supplemental source stands behind a primary one; nothing but loopback may be asked for here.
    first = f'[[tool.poetry.source]]\nname = "first"\nurl = "{customer.index_url}"\npriority = "primary"\n'
    source = (
        f'[[tool.poetry.source]]\nname = "securepypi"\nurl = "{customer.index_url}"\npriority = "{priority}"\n'
    )
    named = '[tool.poetry.dependencies]\nacme-features = {source = "securepypi"}\n'
    more = {"primary": source, "supplemental": first + source, "explicit": first + source + named}[priority]
    folder = customer.project(f"poetry-{priority}", "[tool.poetry]\npackage-mode = false\n" + more)
    customer.run(poetry, "install", "-n", where=folder, POETRY_VIRTUALENVS_IN_PROJECT="true")
    assert customer.run(folder / ".venv/bin/python", "-c", IMPORT).strip() == "1.2.0 [4]"
    assert customer.token not in (folder / "poetry.lock").read_text()


def test_poetry_publishes(customer: Customer, tools: Tools, wheel) -> None:  # type: ignore[no-untyped-def]
    folder = customer.project("poetry-made")
    (folder / "dist").mkdir()
    wheel("poetry-made").rename(folder / "dist/poetry_made-1.0-py3-none-any.whl")
    customer.run(tools.script("poetry"), "publish", "-n", "--repository", "securepypi", where=folder)
    assert customer.published("poetry_made-1.0-py3-none-any.whl")


def test_poetry_publishes_through_exec_whatever_password_the_shell_has(
    customer: Customer, tools: Tools, wheel
) -> None:  # type: ignore[no-untyped-def]
    folder = customer.project("poetry-stale")
    (folder / "dist").mkdir()
    wheel("poetry-stale").rename(folder / "dist/poetry_stale-1.0-py3-none-any.whl")
    words = (tools.script("poetry"), "publish", "-n", "--repository", "securepypi")
    stale = {"POETRY_HTTP_BASIC_SECUREPYPI_USERNAME": "aws", "POETRY_HTTP_BASIC_SECUREPYPI_PASSWORD": "stale"}
    with pytest.raises(AssertionError, match="401"):
        customer.run(*words, where=folder, **stale)
    customer.ours("exec", "--", *words, where=folder, **stale)
    assert customer.published("poetry_stale-1.0-py3-none-any.whl")


def test_pdm_installs_and_publishes(customer: Customer, tools: Tools, wheel) -> None:  # type: ignore[no-untyped-def]
    pdm = tools.script("pdm")
    source = (
        f'[tool.pdm]\ndistribution = false\n[[tool.pdm.source]]\nname = "pypi"\nurl = "{customer.index_url}"\n'
    )
    folder = customer.project("pdm-made", source)
    customer.run(pdm, "install", where=folder)
    assert customer.run(folder / ".venv/bin/python", "-c", IMPORT).strip() == "1.2.0 [4]"
    (folder / "dist").mkdir()
    wheel("pdm-made").rename(folder / "dist/pdm_made-1.0-py3-none-any.whl")
    publish = ("publish", "--no-build", "--repository", customer.endpoint_url)
    text = (folder / "pyproject.toml").read_text().replace("distribution = false", "distribution = true")
    (folder / "pyproject.toml").write_text(text)
    customer.run(pdm, *publish, where=folder)
    assert customer.published("pdm_made-1.0-py3-none-any.whl")


def test_hatch_installs_and_publishes(customer: Customer, tools: Tools, wheel) -> None:  # type: ignore[no-untyped-def]
    hatch = tools.script("hatch")
    more = '[tool.hatch.envs.default]\nskip-install = true\ndependencies = ["acme-features"]\npath = ".venv"\n'
    folder = customer.project("by-hatch", more)
    customer.run(hatch, "env", "create", where=folder)
    assert customer.run(folder / ".venv/bin/python", "-c", IMPORT).strip() == "1.2.0 [4]"
    customer.run(
        hatch, "publish", "--no-prompt", "--repo", customer.endpoint_url, wheel("hatch-made"), where=folder
    )
    assert customer.published("hatch_made-1.0-py3-none-any.whl")


def test_pipenv_installs(customer: Customer, tools: Tools) -> None:
    folder = customer.home / "by-pipenv"
    folder.mkdir()
    source = f'[[source]]\nname = "securepypi"\nurl = "{customer.index_url}"\nverify_ssl = true\n'
    (folder / "Pipfile").write_text(source + '[packages]\nacme-features = "*"\n')
    customer.run(tools.script("pipenv"), "install", where=folder)
    assert customer.run(folder / ".venv/bin/python", "-c", IMPORT).strip() == "1.2.0 [4]"
    assert customer.token not in (folder / "Pipfile.lock").read_text()


def test_pip_tools_compile_and_sync(customer: Customer, tools: Tools) -> None:
    python = tools.python("pip-tools", "pip-tools", "pip")
    folder = customer.home / "by-pip-tools"
    folder.mkdir()
    (folder / "requirements.in").write_text("acme-features\n")
    compile_ = ("-m", "piptools", "compile", "--generate-hashes", "--no-emit-index-url", "requirements.in")
    customer.run(python, *compile_, where=folder)
    assert "acme-core==1.4.0 \\\n    --hash=sha256:" in (folder / "requirements.txt").read_text()
    customer.run(python, "-m", "pip", "install", "-r", "requirements.txt", where=folder)
    assert customer.run(python, "-c", IMPORT).strip() == "1.2.0 [4]"


def test_twine_publishes(customer: Customer, wheel) -> None:  # type: ignore[no-untyped-def]
    words = ("--non-interactive", "--disable-progress-bar", "--repository", "securepypi")
    customer.run(sys.executable, "-m", "twine", "upload", *words, wheel("twine-made"))
    assert customer.published("twine_made-1.0-py3-none-any.whl")


BACKEND = """
import zipfile

def build_wheel(folder, config_settings=None, metadata_directory=None):
    import acme_core
    name = "by_build-1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as archive:
        info = "by_build-1.0.dist-info"
        archive.writestr("by_build.py", f"core = {acme_core.__version__!r}")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: by-build\\nVersion: 1.0\\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        archive.writestr(f"{info}/RECORD", "")
    return name
"""


@pytest.fixture
def to_build(customer: Customer, emulator: Emulator) -> Path:
    """A project whose build requirements are in the secure index and nowhere else."""
    build_wheel(emulator.packages_dir, "acme-backend", "1.0", ["acme-core"], {"acme_backend": BACKEND})
    folder = customer.home / "by-build"
    folder.mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "by-build"\nversion = "1.0"\n'
        '[build-system]\nrequires = ["acme-backend"]\nbuild-backend = "acme_backend"\n'
    )
    return folder


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_build_gets_isolated_requirements(
    customer: Customer, tools: Tools, to_build: Path, installer: str
) -> None:
    python = tools.python("build", "build", "pip", "virtualenv", "uv")
    path = f"{python.parent}{os.pathsep}{os.defpath}"
    words = ("--wheel", "--installer", installer, "--outdir", f"out-{installer}")
    customer.run(python, "-m", "build", *words, where=to_build, PATH=path)
    assert (to_build / f"out-{installer}/by_build-1.0-py3-none-any.whl").is_file()


def test_what_pips_file_says_besides_is_kept(customer: Customer) -> None:
    text = (customer.home / ".config/pip/pip.conf").read_text()
    assert "# the image's own\n[global]\nbreak-system-packages = true\n" in text
    assert "packages.example.com" not in text


def test_the_token_is_in_the_netrc_and_the_token_store_only(customer: Customer) -> None:
    secret = customer.token.encode()
    found = {
        str(path.relative_to(customer.home))
        for path in customer.home.rglob("*")
        if path.is_file() and not path.is_symlink() and secret in path.read_bytes()
    }
    [stored] = (customer.home / ".local/share/jupyter/runtime/securepypi").glob("*.json")
    assert found == {".netrc", str(stored.relative_to(customer.home))}


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory, emulator: Emulator) -> Customer:
    """Somebody for whom nothing was ever configured."""
    return Customer(tmp_path_factory.mktemp("stranger"), emulator)


PUBLISH = {
    "poetry": ("publish", "-n", "--repository", "securepypi"),
    "pdm": ("publish", "--no-build"),
    "hatch": ("publish", "--no-prompt"),
    "uv": ("publish",),
    "twine": (
        "upload",
        "--non-interactive",
        "--disable-progress-bar",
        "dist/by_exec_twine-1.0-py3-none-any.whl",
    ),
}


@pytest.mark.parametrize("name", PUBLISH)
def test_exec_publishes_with_nothing_configured(stranger: Customer, tools: Tools, wheel, name: str) -> None:  # type: ignore[no-untyped-def]
    program = Path(sys.executable).with_name(name) if name in ("uv", "twine") else tools.script(name)
    folder = stranger.project(f"by-exec-{name}")
    (folder / "dist").mkdir()
    file = f"by_exec_{name}-1.0-py3-none-any.whl"
    wheel(f"by-exec-{name}").rename(folder / "dist" / file)
    stranger.ours("exec", "--", program, *PUBLISH[name], where=folder, **HASTY)
    assert stranger.published(file)
    assert not (stranger.home / ".netrc").exists()


def test_exec_gives_build_its_isolated_requirements(stranger: Customer, tools: Tools, to_build: Path) -> None:
    python = tools.python("build", "build", "pip", "virtualenv", "uv")
    stranger.ours("exec", "--", python, "-m", "build", "--wheel", "--outdir", "out-exec", where=to_build)
    assert (to_build / "out-exec/by_build-1.0-py3-none-any.whl").is_file()


def test_exec_is_the_source_of_projects_that_name_none(stranger: Customer, tools: Tools) -> None:
    folder = stranger.project("without-a-source", "[tool.pdm]\ndistribution = false\n")
    stranger.ours("exec", "--", tools.script("pdm"), "install", where=folder)
    assert stranger.run(folder / ".venv/bin/python", "-c", IMPORT).strip() == "1.2.0 [4]"
    folder = stranger.home / "pipfile"
    folder.mkdir()
    (folder / "Pipfile").write_text('[packages]\nacme-features = "*"\n')
    stranger.ours("exec", "--", tools.script("pipenv"), "install", where=folder)
    assert stranger.run(folder / ".venv/bin/python", "-c", IMPORT).strip() == "1.2.0 [4]"


def test_logout_leaves_no_file_and_no_token(customer: Customer) -> None:
    secret = customer.token.encode()
    customer.ours("logout")
    assert not (customer.home / ".netrc").exists() or b"machine" not in (customer.home / ".netrc").read_bytes()
    for left in (".pypirc", ".config/uv/uv.toml", ".config/pypoetry/config.toml"):
        assert not (customer.home / left).exists(), left
    assert (customer.home / ".config/pip/pip.conf").read_text() == BEFORE
    assert not [path for path in customer.home.rglob("*") if path.is_file() and secret in path.read_bytes()]
