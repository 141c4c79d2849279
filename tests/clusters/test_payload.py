"""What travels to a cluster's hosts holds nothing of this machine's: neither a password nor a path."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_securepypi.clusters.payload import payload_of
from jupyter_securepypi.core.errors import RequestRefused
from jupyter_securepypi.emulator import Emulator


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["--proxy", "http://u:geheim@proxy.example:3128"], "--proxy"),
        (["--proxy=http://u:geheim@proxy.example:3128"], "--proxy"),
        (["--prox=http://u:geheim@proxy.example:3128"], "--proxy"),
        (["--python", "/geheim/bin/python"], "--python"),
        (["--client-cert=/geheim/me.pem"], "--client-cert"),
        (["--client", "/geheim/me.pem"], "--client-cert"),
        (["--src", "/geheim/src"], "--src"),
        (["--source-directory=/geheim/src"], "--src"),
        (["-b/geheim/build"], "--build-dir"),
    ],
)
def test_what_is_of_this_machine_is_refused(index: Emulator, words: list[str], name: str) -> None:
    with pytest.raises(RequestRefused) as caught:
        payload_of(["app-features", *words])
    what, why, remedy = str(caught.value).splitlines()
    assert what == f"{name} cannot be for a cluster."
    assert why.startswith("  why ") and remedy.startswith("  try ")
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("words", [["--report", "-"], ["--log=x"], ["--targ", "x"], ["--dry-run"]])
def test_what_is_of_one_installation_is_refused(index: Emulator, tmp_path: Path, words: list[str]) -> None:
    with pytest.raises(RequestRefused, match="cannot be for a cluster"):
        payload_of(["app-features", *words])
