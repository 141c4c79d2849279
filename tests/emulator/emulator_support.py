"""What the emulator's tests share that is no fixture."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from jupyter_securepypi.emulator import Emulator

Aws = Callable[..., Any]
JSON = "application/vnd.pypi.simple.v1+json"
HOME, PARTNER = "111122223333", "675292366480"
READER = f"arn:aws:iam::{HOME}:role/SecurePyPIReadRole_{PARTNER}"


def environment() -> dict[str, str]:
    """Return this process's environment, in which a child finds the package under test."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def python(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run this Python in a child process."""
    return subprocess.run(
        [sys.executable, *arguments], env=environment(), capture_output=True, text=True, timeout=60, **options
    )


def mint(aws: Aws, domain: str = "acme", owner: str = HOME, role: str = "") -> str:
    """Return a token for a domain, of the default caller or of a role."""
    client = aws("codeartifact", role=role)
    return str(client.get_authorization_token(domain=domain, domainOwner=owner)["authorizationToken"])


class Packages:
    """The packages of any repository, as an administrator and as the index shows them."""

    def __init__(self, emulator: Emulator, aws: Aws, http: requests.Session) -> None:
        self.emulator, self.http = emulator, http
        self.admin = aws("codeartifact", role="AdministratorRole")
        self.token = mint(aws, role="AdministratorRole")

    def url(self, repository: str) -> str:
        return self.emulator.index_url.replace("/shared-pypi/", f"/{repository}/")

    def page(self, repository: str, package: str) -> dict[str, Any]:
        """The page of a package as JSON; empty if it is not found."""
        answer = self.http.get(
            f"{self.url(repository)}{package}/", auth=("aws", self.token), headers={"Accept": JSON}
        )
        assert answer.status_code in (200, 404)
        return dict(answer.json()) if answer.ok else {}

    def versions(self, repository: str, package: str) -> list[str]:
        return list(self.page(repository, package).get("versions", []))

    def get(self, repository: str, package: str, version: str) -> int:
        """The status of a download of the one wheel of a version."""
        file = f"{package.replace('-', '_')}-{version}-py3-none-any.whl"
        address = f"{self.url(repository)}{package}/{version}/{file}"
        return self.http.get(address, auth=("aws", self.token)).status_code

    def publish(self, repository: str, wheel: Path) -> int:
        return self.http.post(
            self.url(repository).removesuffix("simple/"),
            auth=("aws", self.token),
            data={":action": "file_upload", "protocol_version": "1", "filetype": "bdist_wheel"},
            files={"content": (wheel.name, wheel.read_bytes())},
        ).status_code

    def held(self, repository: str, package: str) -> dict[str, dict[str, Any]]:
        """What the repository has itself, by version."""
        try:
            answer = self.admin.list_package_versions(**self.where(repository, package))
        except self.admin.exceptions.ResourceNotFoundException:
            return {}
        return {one["version"]: one for one in answer["versions"]}

    @staticmethod
    def where(repository: str, package: str) -> dict[str, str]:
        return {"domain": "acme", "repository": repository, "format": "pypi", "package": package}


def run(*command: object) -> subprocess.CompletedProcess[str]:
    """Run a client that reads no configuration of this machine."""
    environment = {
        **os.environ,
        "NO_PROXY": "127.0.0.1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_NO_CONFIG": "1",
    }
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, env=environment, timeout=150)


def download(python: object, index: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Let the pip of a Python download what `words` say from an index into a folder."""
    return run(python, "-m", "pip", "download", "--no-cache-dir", "-i", index, "-d", folder, *words)
