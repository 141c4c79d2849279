"""Where each tool keeps its configuration on Linux, macOS and Windows: the one table of that.

platformdirs, from which Poetry, Hatch and PDM have these rules, reads the variables of this very process; here those
of another environment count, as a kernel's or a command's. uv and keyring do not follow it at all. So the rules are
written down once more, and the tests compare them with platformdirs. pip's own are in `core.pip.configuration`.
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
    """The file in which one tool keeps what its user has configured.

    Attributes:
        file: below the folder for configuration, which XDG_CONFIG_HOME names, ``~/.config`` by default.
        windows_variable: names the folder for configuration on Windows: APPDATA or LOCALAPPDATA.
        windows_file: below that folder; empty for the same `file`.
        variable: names the file itself, wherever it is; empty where there is no such variable.
        folder_variable: names the folder of the file.
        in_library: whether the file is in ``~/Library/Application Support`` on macOS.
        in_home: whether the file is in the home folder itself, everywhere.
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
        # The XDG specification has relative paths ignored.
        return Path(chosen if chosen.startswith("/") else f"{home(environ, platform)}/.config", self.file)


UV = Location("uv/uv.toml")
"""Its manual, "Configuration files"; UV_CONFIG_FILE takes the place of all files, and not of this one only."""
POETRY = Location("pypoetry/config.toml", folder_variable="POETRY_CONFIG_DIR", in_library=True)
"""Its manual, "Configuration"."""
HATCH = Location("hatch/config.toml", "LOCALAPPDATA", variable="HATCH_CONFIG", in_library=True)
"""Its manual, "Hatch configuration"."""
PDM = Location(
    "pdm/config.toml", "LOCALAPPDATA", "pdm/pdm/config.toml", variable="PDM_CONFIG_FILE", in_library=True
)
"""Its manual, "Configure the project"."""
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
