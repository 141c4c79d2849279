"""The table of configuration files, against what the tools' own libraries say on three systems."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from keyring.util import platform_ as keyring_platform
from platformdirs.macos import MacOS
from platformdirs.unix import Unix

from jupyter_securepypi.clients import locations

POSIX = {"HOME": "/home/jane"}
WINDOWS = {
    "USERPROFILE": r"C:\Users\jane",
    "APPDATA": r"C:\Users\jane\AppData\Roaming",
    "LOCALAPPDATA": r"C:\Users\jane\AppData\Local",
}
# How each tool asks platformdirs: the name, whether a folder of the author's comes first, and whether it roams.
ASKED = {
    "POETRY": ("pypoetry", False, True),
    "HATCH": ("hatch", False, False),
    "PDM": ("pdm", None, False),
}


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch):
    """Only what a test sets counts, to platformdirs as well."""
    for name in list(os.environ):
        if name.startswith("XDG_") or name in WINDOWS or name == "HOME":
            monkeypatch.delenv(name)


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize(
    ("platform", "system", "environ"),
    [
        ("linux", Unix, POSIX),
        ("linux", Unix, {**POSIX, "XDG_CONFIG_HOME": "/srv/settings"}),
        ("darwin", MacOS, POSIX),
    ],
)
def test_poetry_hatch_and_pdm_are_where_platformdirs_puts_them(name, platform, system, environ, monkeypatch):
    for variable, value in environ.items():
        monkeypatch.setenv(variable, value)
    application, author, roams = ASKED[name]
    expected = system(application, appauthor=author, roaming=roams).user_config_path / "config.toml"
    assert getattr(locations, name).path(environ, platform) == expected


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("UV", r"C:\Users\jane\AppData\Roaming\uv\uv.toml"),
        ("POETRY", r"C:\Users\jane\AppData\Roaming\pypoetry\config.toml"),
        ("HATCH", r"C:\Users\jane\AppData\Local\hatch\config.toml"),
        ("PDM", r"C:\Users\jane\AppData\Local\pdm\pdm\config.toml"),
        ("KEYRING", r"C:\Users\jane\AppData\Local\Python Keyring\keyringrc.cfg"),
    ],
)
@pytest.mark.parametrize("environ", [WINDOWS, {"USERPROFILE": WINDOWS["USERPROFILE"]}])
def test_on_windows_files_are_where_the_manuals_say(name, file, environ):
    assert str(getattr(locations, name).path(environ, "win32")) == file


@pytest.mark.parametrize(
    ("name", "platform", "file"),
    [
        ("UV", "linux", "/home/jane/.config/uv/uv.toml"),
        ("UV", "darwin", "/home/jane/.config/uv/uv.toml"),
        ("KEYRING", "darwin", "/home/jane/.config/python_keyring/keyringrc.cfg"),
        ("PYPIRC", "linux", "/home/jane/.pypirc"),
        ("PYPIRC", "darwin", "/home/jane/.pypirc"),
    ],
)
def test_uv_keyring_and_twine_are_where_their_manuals_say(name, platform, file):
    assert getattr(locations, name).path(POSIX, platform) == Path(file)


def test_keyring_itself_agrees(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    for chosen in ({}, {"XDG_CONFIG_HOME": str(tmp_path / "settings")}):
        monkeypatch.setenv("XDG_CONFIG_HOME", chosen.get("XDG_CONFIG_HOME", ""))
        environ = {"HOME": str(tmp_path), **chosen}
        assert locations.KEYRING.path(environ).parent == keyring_platform.config_root()


@pytest.mark.parametrize(
    ("name", "variable", "value", "file"),
    [
        ("POETRY", "POETRY_CONFIG_DIR", "/srv/poetry", "/srv/poetry/config.toml"),
        ("HATCH", "HATCH_CONFIG", "/srv/hatch.toml", "/srv/hatch.toml"),
        ("PDM", "PDM_CONFIG_FILE", "/srv/pdm.toml", "/srv/pdm.toml"),
    ],
)
@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_a_variable_of_the_tools_own_goes_first(name, variable, value, file, platform):
    environ = {**POSIX, **WINDOWS, variable: value}
    assert getattr(locations, name).path(environ, platform) == Path(file)


def test_a_relative_folder_of_xdg_is_ignored():
    environ = {**POSIX, "XDG_CONFIG_HOME": "settings"}
    assert locations.UV.path(environ, "linux") == Path("/home/jane/.config/uv/uv.toml")


def test_uvs_files_for_all_users():
    environ = {"XDG_CONFIG_DIRS": "/a:/b", "SYSTEMDRIVE": "D:"}
    found = [str(path) for path in locations.uv_shared(environ, "darwin")]
    assert found == ["/a/uv/uv.toml", "/b/uv/uv.toml", "/etc/uv/uv.toml"]
    assert [str(path) for path in locations.uv_shared(environ, "win32")] == [r"D:\ProgramData\uv\uv.toml"]
    assert [str(path) for path in locations.uv_shared({}, "linux")][:1] == ["/etc/xdg/uv/uv.toml"]
