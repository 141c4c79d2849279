"""Write a request out for pip and uv: files and words that mean the same to both, made from the value alone.

One requirement a line, in ASCII: no variable, no comment, no continuation, no path and no option but ``--hash``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

from .request import Request
from .requirement import Requirement

_MENTIONED = r"\s*\(from -[rc] {path} \(line (\d+)\)\)"


@dataclass(frozen=True)
class Written:
    """The files of one request.

    Attributes:
        requirements: the requirements file; None where none is needed. The same for the other two.
        constraints: the constraints file.
        build_constraints: the constraints file for builds.
        direct: direct references without hashes, which pip takes as words.
        places: file → where each of its lines was read.
    """

    requirements: Optional[Path]
    constraints: Optional[Path]
    build_constraints: Optional[Path]
    direct: Tuple[str, ...]
    places: Dict[Path, Tuple[str, ...]]

    def told(self, line: str) -> str:
        """Return a line of pip's output with the user's own files in place of these."""
        for path, places in self.places.items():
            mentioned = re.compile(_MENTIONED.format(path=re.escape(str(path))))
            for found in mentioned.finditer(line):
                line = line.replace(found.group(), _place(places, int(found.group(1))))
        return line


def write(request: Request, folder: Path) -> Written:
    """Write the files of `request` into `folder`, a private one, and return them.

    Raises:
        OSError: a file cannot be written.
    """
    in_files = [one for one in request.requirements if one.hashes or not one.direct]
    places: Dict[Path, Tuple[str, ...]] = {}
    return Written(
        _file(folder / "requirements.txt", in_files, places),
        _file(folder / "constraints.txt", request.constraints, places),
        _file(folder / "build-constraints.txt", request.build_constraints, places),
        tuple(one.direct for one in request.requirements if one.direct and not one.hashes),
        places,
    )


def pip_words(request: Request, written: Written) -> List[str]:
    """Return the words that say `request` to ``pip install``."""
    words = [str(given) for given in request.options]
    for option, path in (
        ("--build-constraint", written.build_constraints),
        ("--constraint", written.constraints),
        ("--requirement", written.requirements),
    ):
        words += [f"{option}={path}"] if path else []
    return [*words, *(["--", *written.direct] if written.direct else [])]


def line_of(requirement: Requirement) -> str:
    """Return `requirement` as a line of a requirements file."""
    return " ".join([str(requirement), *(f"--hash={one}" for one in requirement.hashes)])


def write_lines(path: Path, requirements: Sequence[Requirement]) -> Path:
    """Write `requirements` to the file `path`, and return that."""
    path.write_text("".join(f"{line_of(one)}\n" for one in requirements), encoding="utf-8")
    return path


def _file(
    path: Path, requirements: Sequence[Requirement], places: Dict[Path, Tuple[str, ...]]
) -> Optional[Path]:
    if not requirements:
        return None
    places[path] = tuple(one.where for one in requirements)
    return write_lines(path, requirements)


def _place(places: Sequence[str], number: int) -> str:
    where = places[number - 1] if number <= len(places) else ""
    # What was typed needs no explanation.
    return f" (from {where})" if ", line " in where else ""
