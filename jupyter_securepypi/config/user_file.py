"""Write the user's own configuration: a repository, perhaps with a role, where nobody else has said one."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.errors import ConfigurationError, FileProblem
from ..core.files import safe_target, write_atomically
from ..core.providers.registry import repository_of
from .files import load_options, sources_of
from .places import user_file


def save_repository(repository: str, role: str = "", *, replace: bool = False) -> Path:
    """Write the repository into ``jupyter_securepypi_config.json`` of the user's own, and return the file's path.

    Everything else in that file stays. A file of Python code is not edited.

    Args:
        repository: an ARN, a resource name or an index URL, without credentials.
        role: the ARN of the role to assume, or empty to say nothing about one.
        replace: another repository in the user's own file may be replaced.

    Raises:
        ConfigurationError: the repository is none, an administrator has locked the option, a file or variable names a
            repository already, or the user's configuration is code.
        FileProblem: the file cannot be read or written.
    """
    address = str(repository_of(repository.strip()).id)
    wanted = {"repository": address, **({"role_arn": role.strip()} if role.strip() else {})}
    options = load_options(beside=address)
    path = user_file().with_suffix(".json")
    for name, value in wanted.items():
        options.locks.check(name, value, "this call")
    _refuse(wanted, path, replace=replace)  # before anything is made
    target = safe_target(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileProblem(
            f"Cannot create the folder {target.parent}: {error.strerror or error}.",
            remedy="make its parent writable",
        ) from None
    # Imported here: who only reads options needs no lock.
    from ..clients.originals import locked

    with locked():
        _refuse(wanted, path, replace=replace)  # another process may have written meanwhile
        content = _content(target)
        content["SecurePyPI"] = {**content.get("SecurePyPI", {}), **wanted}
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        write_atomically(target, text.encode(errors="backslashreplace"))  # half a pair, as JSON writes it
    return path


def _refuse(wanted: Mapping[str, str], path: Path, *, replace: bool) -> None:
    for name in wanted:
        _refuse_others(name, path, replace=replace)
    _refuse_code(path, wanted)


def _refuse_others(name: str, ours: Path, *, replace: bool) -> None:
    """Check that no file or variable but `ours`, if that may be replaced, sets the option."""
    others = [one for one in sources_of(name) if not (replace and one == str(ours))]
    if others:
        what = (
            "A repository is configured already." if name == "repository" else "A role is configured already."
        )
        raise ConfigurationError(
            what, why=f"it is set in {others[-1]}", remedy="change it there, or ask whoever wrote it"
        )


def _refuse_code(path: Path, wanted: Mapping[str, str]) -> None:
    """Check that the user's configuration is read at all, and is no code."""
    if os.environ.get("JUPYTER_NO_CONFIG"):  # Jupyter's folder is a temporary one then
        raise ConfigurationError(
            "Jupyter reads no configuration of the user's.",
            why="JUPYTER_NO_CONFIG is set",
            remedy="unset it, and try again",
        )
    code = path.with_suffix(".py")
    if os.path.lexists(code) and not os.path.lexists(path):
        lines = "; ".join(f"`c.SecurePyPI.{name} = {json.dumps(value)}`" for name, value in wanted.items())
        raise ConfigurationError(
            "Your configuration is a file of Python code, which is not edited.",
            why=f"{code} is there",
            remedy=f"add {lines} to it",
        )


def _content(path: Path) -> dict[str, Any]:
    """Return the content of the file; a missing one is empty."""
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise FileProblem(
            f"Cannot read {path}: {error.strerror or error}.", remedy="make the file readable for yourself"
        ) from None
    except ValueError:
        content = None
    if isinstance(content, dict) and isinstance(content.get("SecurePyPI", {}), dict):
        return content
    raise FileProblem(
        f"{path} is not the JSON object that it should be.", remedy="mend it, or move it out of the way"
    )
