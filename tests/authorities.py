"""Every way in which a company's certificate authority is made known to pip."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from jupyter_securepypi.emulator import Emulator

WAYS = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "cert")
"""The variables, and the setting in pip's configuration."""
VARIABLES = ("PIP_CERT", *WAYS[:-1])


def untrusted(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point AWS at a fresh emulator behind TLS, whose authority nobody but the AWS SDK trusts yet."""
    emulator.clear()
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def trusting(way: str, ca_file: Path, home: Path) -> dict[str, str]:
    """Return the variables that make `ca_file` known in one of `WAYS`; pip's own setting goes to a file in `home`."""
    if way == "cert":
        configure_pip(home, cert=ca_file)
        return {}
    if way == "SSL_CERT_DIR":
        return {way: str(folder_of(ca_file, home / "authorities"))}
    return {way: str(ca_file)}


def configure_pip(home: Path, **settings: object) -> None:
    """Write the user's configuration of pip."""
    (home / ".config/pip").mkdir(parents=True)
    lines = [f"{name.replace('_', '-')} = {value}" for name, value in settings.items()]
    (home / ".config/pip/pip.conf").write_text("\n".join(["[global]", *lines, ""]))


def folder_of(ca_file: Path, folder: Path) -> Path:
    """Make `folder` hold an authority under the name by which OpenSSL looks it up, and return it."""
    folder.mkdir()
    command = ["openssl", "x509", "-hash", "-noout", "-in", str(ca_file)]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    (folder / f"{name}.0").write_bytes(ca_file.read_bytes())
    return folder
