"""An emulated domain of the test's own, and an administrator at its command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from functools import cached_property

import boto3
import forked
import pytest
from public_stand_in import PublicStandIn

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel

DAY = 86_400.0


class Administrator:
    """Runs commands with the rights of an administrator, from an empty folder."""

    def __init__(self, emulator, folder):
        self.emulator, self.folder = emulator, folder

    @cached_property
    def aws(self):
        return boto3.session.Session().client("codeartifact")

    def arn(self, repository):
        return self.emulator.repository_arn.replace("shared-pypi", repository)

    def publish(self, repository, name, version, requires=(), days=90, **more):
        """Put a wheel into a repository, or into the public index."""
        public = repository == "public"
        emulator = self.emulator
        folder = emulator.public_packages_dir if public else emulator.packages_dir_of(self.arn(repository))
        return build_wheel(folder, name, version, requires, uploaded=time.time() - days * DAY, **more)

    def needs(self, *lines):
        """Write a requirements file."""
        (self.folder / "requirements.txt").write_text("\n".join(lines) + "\n")

    def command(self, *words):
        return [sys.executable, "-m", "jupyter_securepypi.cli", *map(str, words)]

    def run(self, *words, **variables):
        env = {**os.environ, **variables}
        done = forked.run(
            self.command(*words), cwd=self.folder, env=env, capture_output=True, text=True, timeout=170
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def promote(self, *words, file="requirements.txt", to="shared-pypi", status=0, **variables):
        """Promote from ``pypi-store``; return the outcome and the reason of each version, and the whole report."""
        given = ["promote", "--json", "-r", file, "--from", "pypi-store", "--to", to, *words]
        done = self.run(*given, **variables)
        assert done.returncode == status, done.stdout + done.stderr
        report = json.loads(done.stdout)
        found = {f"{one['name']} {one['version']}": (one["state"], one["why"]) for one in report["versions"]}
        return found, report

    def states(self, *words, **more):
        """Promote, and return the outcome of each version."""
        return {name: state for name, (state, _) in self.promote(*words, **more)[0].items()}

    def protect(self, *words, status=0, repository="shared-pypi"):
        """Protect; return the outcome of each change by its subject."""
        done = self.run("protect", "--json", *words, CA_REPOSITORY_ARN=self.arn(repository))
        assert done.returncode == status, done.stdout + done.stderr
        return {one["subject"]: one["state"] for one in json.loads(done.stdout)["found"]}

    def versions(self, name, repository="shared-pypi"):
        """The versions that an install from a repository can get, whoever holds them."""
        done = self.run("search-versions", name, "--json", CA_REPOSITORY_ARN=self.arn(repository))
        return [one["version"] for one in json.loads(done.stdout)["versions"]] if done.returncode == 0 else []

    def holds(self, repository="shared-pypi"):
        """What a repository has itself: name and version of each."""
        where = {"domain": "acme", "repository": repository}
        names = [one["package"] for one in self.aws.list_packages(**where, format="pypi")["packages"]]
        return {
            f"{name} {one['version']}"
            for name in names
            for one in self.aws.list_package_versions(**where, format="pypi", package=name)["versions"]
        }

    def asked(self, operation):
        """The answers to the calls of an operation: HTTP statuses."""
        return [one["status"] for one in self.emulator.calls()["calls"] if one["operation"] == operation]

    def connect(self, repository="shared-pypi", *upstreams):
        """Give a repository upstreams, by default the one that is connected to the public index."""
        wanted = [{"repositoryName": one} for one in upstreams or ("pypi-store",)]
        self.aws.update_repository(domain="acme", repository=repository, upstreams=wanted)

    def let_in(self, name, repository="shared-pypi"):
        """Let upstreams answer for a name, too, as somebody has done once."""
        self.aws.put_package_origin_configuration(
            domain="acme",
            repository=repository,
            format="pypi",
            package=name,
            restrictions={"publish": "ALLOW", "upstream": "ALLOW"},
        )

    def start(self, *words):
        """Start a command with its output in pipes; `signal` can end it."""
        # A child of a shell in the background would ignore the interrupt otherwise.
        default = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return subprocess.Popen(
                self.command(*words), cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
        finally:
            signal.signal(signal.SIGINT, default)


@pytest.fixture
def administrator(home, tmp_path, monkeypatch):
    with Emulator() as emulator:
        for name, value in {**emulator.environment(), **emulator.credentials("AdministratorRole")}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
        folder = tmp_path / "work"
        folder.mkdir()
        yield Administrator(emulator, folder)


@pytest.fixture
def database(tmp_path):
    """Write records into a file like OSV's export, and return its path."""

    def write(*records):
        path = tmp_path / "all.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for one in records:
                archive.writestr(f"{one['id']}.json", json.dumps(one))
        return str(path)

    return write


class Mirroring:
    """An administrator who mirrors from a public index on loopback, whose packages are the test's own."""

    def __init__(self, administrator, public):
        self.administrator, self.public = administrator, public

    def has(self, name, version="1.0", requires=(), days=90, **more):
        """Put a wheel into the public index."""
        return build_wheel(
            self.public.folder, name, version, requires, uploaded=time.time() - days * DAY, **more
        )

    def words(self, *words, to="shared-pypi"):
        """The words of a command that mirrors what ``needs`` wrote."""
        where = ["--to", to] if to else []
        return ["mirror", "-r", "requirements.txt", "--from", self.public.url, *where, *words]

    def report(self, *words, status=0, **variables):
        """Run a command with ``--json``; return its report."""
        done = self.administrator.run(*words, "--json", **variables)
        assert done.returncode == status, done.stdout + done.stderr
        return json.loads(done.stdout)

    def mirror(self, *words, to="shared-pypi", status=0, **variables):
        """Mirror; return the state and the reason of each file, or of each version without one."""
        return by_file(self.report(*self.words(*words, to=to), status=status, **variables))

    def holds(self, repository="shared-pypi"):
        """The names of the files that a repository has itself."""
        folder = self.administrator.emulator.packages_dir_of(self.administrator.arn(repository))
        return {one.name for one in folder.iterdir() if not one.name.startswith(".")}


def by_file(report):
    return {
        one["filename"] or f"{one['name']} {one['version']}".strip(): (one["state"], one["why"])
        for one in report["files"]
    }


@pytest.fixture
def stand_in(tmp_path):
    folder = tmp_path / "public"
    folder.mkdir()
    with PublicStandIn(folder) as running:
        yield running


@pytest.fixture
def mirroring(administrator, stand_in):
    return Mirroring(administrator, stand_in)
