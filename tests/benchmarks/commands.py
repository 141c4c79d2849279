"""Our command line against the AWS CLI's: how things stand, and a new token."""

from __future__ import annotations

import shutil
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from .findings import Finding, at_most, ratio_row
from .harness import in_turn, process
from .place import Place


def login(place: Place, environ: dict[str, str]) -> str:
    """Do as the documentation of CodeArtifact says: ``aws codeartifact login --tool pip``."""
    aws = shutil.which("aws", path=sysconfig.get_path("scripts"))
    assert aws, "the AWS CLI is not installed (pip install awscli)"
    path = f"{place.environment / 'bin'}:{environ['PATH']}"
    words = ["codeartifact", "login", "--tool", "pip", "--domain", "acme", "--repository", "shared-pypi"]
    return process([aws, *words], {**environ, "PATH": path}, place.folder)


def run(place: Place) -> Iterator[Finding]:
    environ, theirs = place.home(), place.rival()
    jupyter = place.environment / "bin/jupyter"
    script = _script(place)
    path = f"{script.parent}:{environ['PATH']}"
    place.ours("refresh", environ=environ)
    times = in_turn(
        {
            "status": lambda: _timed(place, [jupyter, "securepypi", "status"], {**environ, "PATH": path}),
            "refresh": lambda: _timed(place, [jupyter, "securepypi", "refresh"], {**environ, "PATH": path}),
            "login": lambda: _timed(place, [], theirs),
            "script": lambda: _timed(place, [script, "status"], environ),
        },
        place.rounds(12, 3),
    )
    rival = "`aws codeartifact login`"
    yield ratio_row(f"`jupyter securepypi status` against {rival}", times["status"], times["login"], faster=3)
    yield ratio_row(f"`jupyter securepypi refresh` against {rival}", times["refresh"], times["login"], most=0.6)
    yield at_most("`jupyter-securepypi status`, without the `jupyter` in front", times["script"], 0.090)


def _timed(place: Place, command: list[Path | str], environ: dict[str, str]) -> None:
    if command:
        process(command, environ, place.folder)
    else:
        login(place, environ)


def _script(place: Place) -> Path:
    """Return the console script, as pip writes it into an environment that has the package."""
    script = place.environment / "bin/jupyter-securepypi"
    if not script.exists():
        python = place.environment / "bin/python"
        script.write_text(
            f"#!{python}\nimport sys\nfrom jupyter_securepypi.cli import main\nsys.exit(main())\n",
            encoding="utf-8",
        )
        script.chmod(0o755)
    return script
