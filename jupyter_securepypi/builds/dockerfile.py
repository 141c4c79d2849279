"""Lines for a Dockerfile that install from the index, and leave the token in no layer and no history.

The token is a build secret, as BuildKit and Buildah mount it: a netrc file below ``/run/secrets`` while one command
runs (Docker's documentation, "Build secrets"). pip, uv and Poetry find it by NETRC.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..clients.uv_variables import variables_with
from ..core.effect import Effect
from ..core.errors import ConfigurationError
from ..core.grant import Grant
from ..core.pip.names import FILE_KEYS, INDEX_KEYS, REDIRECTING, WEAKENING
from ..core.template import filled_in

# Settings of pip that lead elsewhere or weaken a check; `--isolated` does not reach the pip that a build starts.
_PIP = sorted({*INDEX_KEYS, *FILE_KEYS, *REDIRECTING, *WEAKENING, "no-index"})
# Set beside it, or of no effect on what is fetched.
_KEPT = ("UV_NO_CONFIG", "UV_NO_SYSTEM_CONFIG")
_WIDTH = 96
_ADDRESS = re.compile(r"https?://[A-Za-z0-9/:._~%+=,\[\]-]+")
TEMPLATES = Path(__file__).parent / "templates"
"""The folder of the templates."""


@dataclass(frozen=True)
class Tool:
    """What installs in an image.

    Attributes:
        template: the name of the template, by the name of the file that says what to install; empty for any other.
        default: the file, if none is named.
    """

    template: dict[str, str]
    default: str


TOOLS = {
    "pip": Tool({"": "pip.dockerfile"}, "requirements.txt"),
    "uv": Tool({"": "uv.dockerfile", "uv.lock": "uv-lock.dockerfile"}, "requirements.txt"),
    "poetry": Tool({"poetry.lock": "poetry.dockerfile"}, "poetry.lock"),
}
"""The tools, by the name that people type."""
LOCKS = ("uv.lock", "poetry.lock")
"""The lock files of projects that name their own indexes."""


def dockerfile(tool: str, grant: Grant, repository: str, file: str | None = None) -> str:
    """Return the lines, each ended by a newline.

    Args:
        tool: a name in `TOOLS`.
        grant: names the index; its token is not looked at.
        repository: the repository's short name for people.
        file: the file that says what to install, relative to the build's context; by default the tool's own.

    Raises:
        ConfigurationError: the tool does not install what the file says, or no Dockerfile can name the file.
    """
    chosen = TOOLS[tool]
    file = file or chosen.default
    path = PurePosixPath(file)
    if path.is_absolute() or ".." in path.parts or not all(c.isalnum() or c in "._-/+" for c in file):
        raise ConfigurationError(
            f"A Dockerfile cannot copy {file!r}.",
            why="it must lie in the build's context, and its name must need no quotes",
            remedy="give a path below the folder that is built, such as requirements.txt",
        )
    template = chosen.template.get(path.name, chosen.template.get(""))
    # pip's support of pylock.toml is experimental (pip 26).
    if template is None or (path.name in LOCKS and path.name not in chosen.template) or _is_pylock(tool, path):
        raise ConfigurationError(
            f"{tool} does not install from {file}.",
            remedy=f"leave out the file ({chosen.default} is meant then), or choose another tool",
        )
    folder = "" if str(path.parent) == "." else f"{path.parent}/"
    values = {
        "FILE": file,
        "FOLDER": folder,
        "INDEX_URL": printable(grant.index_url),
        "REPOSITORY": repository,
        "UNSET": unset(tool, "      "),
    }
    return filled_in(TEMPLATES / f"{template}.in", values)


def printable(index_url: str) -> str:
    """Return an address that needs no quotes in a shell, in YAML or in a Dockerfile.

    Raises:
        ConfigurationError: it has other characters.
    """
    if not _ADDRESS.fullmatch(index_url):
        raise ConfigurationError(
            "The address of the index has characters that mean something else to a shell.",
            why="it would become a part of the printed commands",
            remedy="have the index served under a path of letters, digits and ._~-",
        )
    return index_url


def unset(tool: str, indent: str) -> str:
    """Return the words after ``env`` that take away the variables with which `tool` would look elsewhere.

    Args:
        tool: a name in `TOOLS`.
        indent: of the lines after the first.
    """
    if tool == "pip":
        names = [f"PIP_{key.upper().replace('-', '_')}" for key in _PIP]
    else:
        names = [
            name
            for name in variables_with(Effect.REDIRECTING, Effect.WEAKENING)
            if not name.endswith("_") and name not in _KEPT
        ]
    lines = textwrap.wrap(" ".join(f"-u:{name}" for name in sorted(names)), _WIDTH)
    return f" \\\n{indent}".join(lines).replace("-u:", "-u ")


def _is_pylock(tool: str, path: PurePosixPath) -> bool:
    return tool == "pip" and path.suffix == ".toml"
