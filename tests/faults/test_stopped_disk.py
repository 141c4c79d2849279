"""Commands on a disk that is full, or read-only: nothing is lost or half written, and what is wrong is said."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest
from pretended_hub import PretendedHub
from public_stand_in import PublicStandIn

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel
from jupyter_securepypi.install.export import export

pytestmark = pytest.mark.usefixtures("impatient")


class Home:
    """A home on a disk of its own.

    Attributes:
        path: of it.
        said: what the system says while the disk is stopped.
    """

    def __init__(self, disk, how):
        self._disk, self._how = disk, how
        self.path = disk.path / "home"
        self.said = {"full": "No space left on device", "read-only": "Read-only file system"}[how]

    def stop(self):
        self._disk.fill() if self._how == "full" else self._disk.read_only()

    def mend(self):
        self._disk.free() if self._how == "full" else self._disk.writable()

    def files(self):
        """What is on the disk, without locks and what fills it."""
        found = [path for path in self.path.rglob("*") if path.is_file() and "lock" not in path.name]
        return {path: path.read_bytes() for path in found}


@pytest.fixture(params=["full", "read-only"])
def house(disk, monkeypatch, request):
    found = Home(disk, request.param)
    for name in ("runtime/securepypi", "data/securepypi", ".jupyter", "work"):
        (found.path / name).mkdir(parents=True, mode=0o700)
    places = {"HOME": ".", "XDG_CONFIG_HOME": ".config", "JUPYTER_CONFIG_DIR": ".jupyter"}
    places |= {"JUPYTER_RUNTIME_DIR": "runtime", "JUPYTER_DATA_DIR": "data"}
    for name, place in places.items():
        monkeypatch.setenv(name, str(found.path / place))
    return found


def test_save_leaves_the_configuration_as_it_was(house, aws, command, monkeypatch):
    monkeypatch.delenv("CA_REPOSITORY_ARN")
    path = house.path / ".jupyter/jupyter_securepypi_config.json"
    path.write_text(json.dumps({"SecurePyPI": {"manage_kernels": False, "clients": []}}))
    before = house.files()
    house.stop()
    done = command("configure", "--repository", aws.repository_arn)
    assert done.returncode == 1
    assert house.said in done.stderr
    assert house.files() == before
    house.mend()
    assert "saved" in command("configure", "--repository", aws.repository_arn).stdout
    assert json.loads(path.read_bytes())["SecurePyPI"]["repository"] == aws.repository_arn


@pytest.mark.parametrize("name", ["disk", "disk.zip"])
def test_a_mirror_that_finds_no_room_is_none_and_is_made_afterwards(
    house, command, tmp_path, name, monkeypatch
):
    public = tmp_path / "public"
    public.mkdir()
    wheel = build_wheel(public, "acme-piece", "1.0", uploaded=time.time() - 864_000)
    needed = tmp_path / "needed.txt"
    needed.write_text("acme-piece\n")
    place = house.path / "work" / name
    with PublicStandIn(public) as index:
        words = ("mirror", "-r", needed, "--from", index.url, "--folder", place)
        house.stop()
        done = command(*words, python=sys.executable)
        assert done.returncode == 1
        assert house.said in done.stdout + done.stderr
        assert not list(house.path.rglob("*.whl"))
        assert not list(house.path.rglob("securepypi-mirror.json"))
        house.mend()
        assert "1 fetched" in command(*words, python=sys.executable).stdout
    if name == "disk":
        assert (place / wheel.name).read_bytes() == wheel.read_bytes()


def test_a_promotion_needs_no_room(house, command, monkeypatch, tmp_path):
    """Its files go from one repository to the other without coming by; only uv, which resolves, wants a cache."""
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "needed.txt").write_text("numfast\n")
    with Emulator() as emulator:
        for variable, value in {**emulator.environment(), **emulator.credentials("AdministratorRole")}.items():
            monkeypatch.setenv(variable, value)
        words = ("promote", "-r", tmp_path / "needed.txt", "--from", "pypi-store", "--to", "shared-pypi")
        for repository in ("pypi-store", "shared-pypi"):
            arn = emulator.repository_arn.replace("shared-pypi", repository)
            assert command("refresh", CA_REPOSITORY_ARN=arn).returncode == 0
        before = house.files()
        house.stop()
        assert "1 copied" in command(*words, python=sys.executable).stdout
        assert house.files() == before


def test_an_uninstall_works_and_says_that_its_record_is_missing(house, aws, environment, command, tmp_path):
    elsewhere = {"JUPYTER_DATA_DIR": str(tmp_path / "data"), "UV_CACHE_DIR": str(tmp_path / "cache")}
    assert command("install", "acme-core", python=environment, **elsewhere).returncode == 0
    house.stop()
    assert "acme-core==1.4.0" in command("freeze", python=environment).stdout
    done = command("uninstall", "-y", "--engine", "uv", "acme-core", python=environment)
    assert done.returncode == 0, done.stderr
    assert "acme-core 1.4.0 removed" in done.stdout
    assert "history cannot be written" in done.stderr
    assert not list(Path(environment).parents[1].rglob("acme_core*"))


def test_where_uv_cannot_keep_its_cache_the_remedies_help(house, aws, environment, command, tmp_path):
    assert command("refresh").returncode == 0
    house.stop()
    done = command("install", "--engine", "uv", "acme-core", python=environment)
    assert done.returncode == 1
    assert "uv cannot write its cache." in done.stderr
    assert house.said in done.stderr
    assert "UV_CACHE_DIR" in done.stderr and "--engine pip" in done.stderr
    elsewhere = {"UV_CACHE_DIR": str(tmp_path / "cache")}
    for words in (["--engine", "uv"], ["--engine", "pip", "--force-reinstall"]):
        done = command(
            "install", "acme-core", *words, python=environment, **(elsewhere if "uv" in words else {})
        )
        assert done.returncode == 0, done.stderr


def test_the_history_is_exported_all_the_same(house, aws, command, tmp_path):
    assert command("install", "--target", tmp_path / "there", "acme-core").returncode == 0
    before = {form: export(form).text for form in ("csv", "json")}
    house.stop()
    assert {form: export(form).text for form in before} == before
    assert "acme-core" in before["csv"]


def test_metrics_of_a_hub_are_the_old_ones_or_the_new_ones(house, command, tmp_path):
    metrics, token = house.path / "work/hub.prom", tmp_path / "token"
    token.write_text("secret\n")
    with PretendedHub(["alice"]) as hub:
        words = ("hub", "--url", hub.url, "--token-file", token, "--textfile", metrics)
        assert command(*words).returncode == 0
        before = house.files()
        assert 'user="alice"' in before[metrics].decode()
        house.stop()
        done = command(*words)
        assert done.returncode == 1
        assert house.said in done.stderr
        assert house.files() == before
        house.mend()
        os.remove(metrics)
        assert command(*words).returncode == 0
        assert metrics.read_bytes() == before[metrics]
