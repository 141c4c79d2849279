"""Read ``pylock.toml`` (PEP 751): its packages become requirements with hashes, which every pip can install.

Name, version and hashes decide, not the addresses in it. The files come from the secure index that is in force, by
any of its hosts. If their content is not the locked content, nothing is installed.
"""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence

from ..errors import FileProblem, RequestRefused
from .request import check_lines

_NAME = re.compile(r"pylock(\.[^./\\]+)?\.toml$")


@contextmanager
def unlocked(arguments: Sequence[str]) -> Iterator[List[str]]:
    """Yield `arguments` with a temporary requirements file in place of each ``-r pylock.toml``.

    Raises:
        FileProblem: a lock file cannot be read.
        RequestRefused: it locks something that does not come from an index with a hash.
    """
    with tempfile.TemporaryDirectory(prefix="securepypi-") as folder:
        words: List[str] = []
        for position, word in enumerate(arguments):
            option, equals, value = word.partition("=")
            named = option in ("-r", "--requirement")
            path = value if named and equals else word if arguments[position - 1 : position] in _AFTER else ""
            if not path or not _NAME.search(path):
                words.append(word)
                continue
            file = Path(folder, f"{len(words)}-{os.path.basename(path)}.txt")
            file.write_text("\n".join(requirements(Path(path))) + "\n", encoding="utf-8")
            words += [f"{option}={file}" if equals else str(file), "--require-hashes", "--no-deps"]
        yield words


_AFTER = (["-r"], ["--requirement"])


def requirements(path: Path) -> List[str]:
    """Return the packages in the lock file `path`, each as a requirement with its hashes.

    Raises:
        FileProblem: it cannot be read.
        RequestRefused: it locks something that does not come from an index with a hash.
    """
    locked = parse(path)
    if str(locked.get("lock-version", "")).split(".")[0] != "1":
        raise FileProblem(
            f"{path} is not a lock file of version 1.", remedy="write it with `jupyter securepypi lock`"
        )
    lines = [_requirement(package, path) for package in locked.get("packages", [])]
    check_lines("\n".join(lines), str(path), base=Path.cwd())
    return lines


def parse(path: Path) -> Dict[str, Any]:
    """Return the TOML document in `path`.

    Raises:
        FileProblem: it cannot be read, or this Python has no TOML parser.
    """
    for module in ("tomllib", "tomli", "pip._vendor.tomli"):
        try:
            loads = import_module(module).loads
        except ImportError:
            continue
        try:
            document: Dict[str, Any] = loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise FileProblem(f"The lock file {path} cannot be read: {error}.") from None
        return document
    raise FileProblem("Nothing here reads TOML.", remedy="use Python 3.11, or pip 21.2 or newer")


def _requirement(package: Dict[str, Any], path: Path) -> str:
    files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
    digests = [file.get("hashes", {}).get("sha256") for file in files]
    name, marker = package.get("name", "?"), package.get("marker", "")
    if not files or not all(digests) or "version" not in package:
        raise RequestRefused(
            f"{path} locks {name} without a version, or a file of an index with its SHA-256.",
            why="only then can it be taken from the secure index, and be proven to be the same",
            remedy="lock again with `jupyter securepypi lock`",
        )
    if re.search(r"\b(extras|dependency_groups)\b", marker):
        raise RequestRefused(
            f"{path} locks {name} for some extras or dependency groups only.",
            why="nothing here says which of them are wanted",
            remedy="lock only what is wanted",
        )
    hashes = " ".join(f"--hash=sha256:{digest}" for digest in digests)
    return f"{name}=={package['version']}{f' ; {marker}' if marker else ''} {hashes}"
