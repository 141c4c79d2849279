"""Lines for a Dockerfile that install from the index, and leave the token in no layer and no history.

The token is a build secret, as BuildKit and Buildah mount it: a netrc file below ``/run/secrets`` while one command
runs (Docker's documentation, "Build secrets"). pip, uv and Poetry find it by NETRC.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..core.errors import ConfigurationError
from ..core.grant import Grant
from ..core.template import filled_in

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
    values = {"FILE": file, "FOLDER": folder, "INDEX_URL": grant.index_url, "REPOSITORY": repository}
    return filled_in(TEMPLATES / f"{template}.in", values)


def _is_pylock(tool: str, path: PurePosixPath) -> bool:
    return tool == "pip" and path.suffix == ".toml"
