"""The place of each tool's configuration on Linux, macOS and Windows, in one table.

Poetry, Hatch and PDM follow platformdirs, which only reads the variables of its own process. This table works with
the variables of a kernel or a command. uv and keyring do not follow platformdirs. So the rules are repeated here,
and the tests compare them with platformdirs. The rules of pip are in `core.pip.configuration`.
"""

from __future__ import annotations

import ntpath
import posixpath
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_Variables = Mapping[str, str]


@dataclass(frozen=True)
class Location:
    """The file of one tool's user-level configuration.

    Attributes:
        file: its path below the folder for configuration, which is XDG_CONFIG_HOME, by default ``~/.config``.
        windows_variable: the variable with the folder for configuration on Windows: APPDATA or LOCALAPPDATA.
        windows_file: its path below that folder; empty if it equals `file`.
        variable: the variable that names the file itself; empty if there is none.
        folder_variable: the variable that names the file's folder; empty if there is none.
        in_library: True if the file is in ``~/Library/Application Support`` on macOS.
        in_home: True if the file is in the home folder on every system.
    """

    file: str
    windows_variable: str = "APPDATA"
    windows_file: str = ""
    variable: str = ""
    folder_variable: str = ""
    in_library: bool = False
    in_home: bool = False

    def path(self, environ: _Variables, platform: str = sys.platform) -> Path:
        """Return the file.

        Args:
            environ: the variables that the tool sees.
            platform: ``sys.platform`` of its machine.
        """
        if self.variable and environ.get(self.variable):
            return Path(environ[self.variable])
        if self.folder_variable and environ.get(self.folder_variable):
            return Path(environ[self.folder_variable], posixpath.basename(self.file)).expanduser()
        if self.in_home:
            return Path(home(environ, platform), self.file)
        if platform == "win32":
            folder = _windows_folder(self.windows_variable, environ)
            return Path(ntpath.join(folder, *(self.windows_file or self.file).split("/")))
        if platform == "darwin" and self.in_library:
            return Path(home(environ, platform), "Library/Application Support", self.file)
        chosen = environ.get("XDG_CONFIG_HOME", "")
        # The XDG specification says that relative paths are ignored.
        return Path(chosen if chosen.startswith("/") else f"{home(environ, platform)}/.config", self.file)


UV = Location("uv/uv.toml")
"""uv's manual, "Configuration files". UV_CONFIG_FILE replaces all files, so it is no `variable` of this one."""
POETRY = Location("pypoetry/config.toml", folder_variable="POETRY_CONFIG_DIR", in_library=True)
"""Poetry's manual, "Configuration"."""
HATCH = Location("hatch/config.toml", "LOCALAPPDATA", variable="HATCH_CONFIG", in_library=True)
"""Hatch's manual, "Hatch configuration"."""
PDM = Location(
    "pdm/config.toml", "LOCALAPPDATA", "pdm/pdm/config.toml", variable="PDM_CONFIG_FILE", in_library=True
)
"""PDM's manual, "Configure the project"."""
KEYRING = Location("python_keyring/keyringrc.cfg", "LOCALAPPDATA", "Python Keyring/keyringrc.cfg")
"""``keyring.util.platform_.config_root``: on macOS as on Linux."""
PYPIRC = Location(".pypirc", in_home=True)
"""The packaging specifications, "The .pypirc file"."""


def uv_shared(environ: _Variables, platform: str = sys.platform) -> list[Path]:
    """Return where uv looks for a file of all users; the first that exists counts, and no other."""
    if platform == "win32":
        return [Path(ntpath.join(environ.get("SYSTEMDRIVE", "C:") + "\\", "ProgramData", "uv", "uv.toml"))]
    folders = (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")
    return [*(Path(folder, "uv/uv.toml") for folder in folders if folder), Path("/etc/uv/uv.toml")]


def home(environ: _Variables, platform: str = sys.platform) -> str:
    """Return the user's home folder, as ``os.path.expanduser`` finds it in `environ`."""
    return environ.get("USERPROFILE" if platform == "win32" else "HOME") or str(Path.home())


def _windows_folder(variable: str, environ: _Variables) -> str:
    usual = {"APPDATA": "Roaming", "LOCALAPPDATA": "Local"}[variable]
    return environ.get(variable) or ntpath.join(home(environ, "win32"), "AppData", usual)
