"""The project's tasks, each in an environment of its own: `nox -l` lists them, `nox -s lint` runs one."""

from __future__ import annotations

import nox

nox.options.sessions = ["lint", "types", "tests"]
nox.options.reuse_existing_virtualenvs = True
nox.options.default_venv_backend = "uv"  # an environment takes seconds

# What the lowest and the newest environment try of the suite, two files at a time, in two minutes: the container core,
# the clients' files and how they are put back, real installs with pip and uv, options, and the token's renewal.
CORE = (
    "tests/core",
    *(
        f"tests/clients/test_{name}.py"
        for name in ("keyring", "logout", "netrc_entry", "originals", "own_credentials", "pip", "uv")
    ),
    "tests/engines/test_engines.py",
    "tests/notebook/test_load.py",
    "tests/test_broker.py",
    "tests/test_config.py",
)


@nox.session
def tests(session: nox.Session) -> None:
    """The whole suite; words after `--` go to pytest."""
    session.install(".[test]")
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """The suite with branch coverage, processes that the tests start included; prints the figure."""
    session.install("-e", ".[test]", "coverage[toml]>=7.10")
    session.run("coverage", "erase")
    # What is forked would hang with its parent's tracer.
    environ = {"SECUREPYPI_COLD": "1"}
    session.run("coverage", "run", "-m", "pytest", *session.posargs, env=environ, success_codes=[0, 1])
    session.run("coverage", "combine")
    session.run("coverage", "report")


@nox.session
def lint(session: nox.Session) -> None:
    """Style, floors of the architecture, insecure code."""
    session.install(".[dev]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")
    session.run("bandit", "--quiet", "--configfile", "pyproject.toml", "--recursive", "jupyter_securepypi")


@nox.session
def types(session: nox.Session) -> None:
    """mypy --strict for the package; the tests as far as they are annotated."""
    session.install(".[dev]")
    session.run("mypy")
    session.run("python", "-m", "tests.check_types")


@nox.session(python="3.10")
def lowest(session: nox.Session) -> None:
    """The heart with the lowest versions that are allowed, on the oldest Python."""
    # Any boto3 will do, says pyproject.toml: this one is as old as the oldest image that Studio still offers.
    session.install("--resolution", "lowest-direct", ".", "boto3>=1.26", "botocore>=1.29")
    # What is there is kept where it suffices.
    session.install(".[test]")
    _heart(session)


@nox.session(python="3.13")
def newest(session: nox.Session) -> None:
    """The heart with the newest versions, on the newest Python."""
    session.install("--upgrade", ".[test]")
    _heart(session)


def _heart(session: nox.Session) -> None:
    # uv compiles nothing when it installs: what the first start compiles must be kept for the next.
    environ = {"PYTHONDONTWRITEBYTECODE": ""}
    session.run("python", "-m", "pytest", *(session.posargs or ("-n", "2", *CORE)), env=environ)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """The figures of the manual, measured on this machine: twelve minutes."""
    session.install(".[test]")
    session.run("python", "-m", "tests.benchmarks", *session.posargs)


@nox.session
def mutations(session: nox.Session) -> None:
    """Plants forty mistakes in copies of the code, and tells whether the tests notice each: a quarter of an hour."""
    session.install(".[test]")
    session.run("python", "-m", "tests.mutations", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """The manual, served on loopback and built again at each change; `-- --build` builds it once, strictly."""
    session.install(".[docs]")
    target = "build/manual"
    if "--build" in session.posargs:
        session.run("sphinx-build", "-W", "--keep-going", "-E", "-b", "html", "docs", target)
        return
    # The checkout's code counts, not the copy that was installed.
    watch = ("--watch", "jupyter_securepypi")
    session.run("sphinx-autobuild", *watch, "docs", target, *session.posargs, env={"PYTHONPATH": "."})
