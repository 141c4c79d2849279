"""The core as one zip file, for containers that do not have this package.

``python securepypi.pyz install -r …`` and ``run train.py`` work, and with the file on PYTHONPATH so does
``from jupyter_securepypi import install_packages``. It needs Python 3.8, pip, and boto3 or the AWS CLI.
Inside is the package's own source, comments and all; of docstrings, the first paragraph of each file's.
"""

from __future__ import annotations

import ast
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from ..core.files import write_atomically

NAME = "securepypi.pyz"
MOST_BYTES = 64 * 1024
_PACKAGE = Path(__file__).parents[1]
_CALLED = "install_packages"  # by scripts: `help()` explains it there, too
# The earliest date a zip archive can hold: the same source makes the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MAIN = '''\
"""Install through the secure index: python securepypi.pyz --help."""

# SPDX-License-Identifier: BSD-3-Clause

import sys

if sys.version_info < (3, 8):
    sys.exit("securepypi.pyz needs Python 3.8 or newer; this is %d.%d." % sys.version_info[:2])

from jupyter_securepypi.core.__main__ import main

sys.exit(main())
'''


def write_bundle(path: Path) -> Path:
    """Write the bundle to `path`, or into it under the name ``securepypi.pyz`` if it is a folder; return the file.

    The same version of this package writes the same bytes each time, given the same zlib. An older file is replaced.

    Raises:
        FileProblem: it cannot be written; an older file is left as it was.
    """
    target = path / NAME if path.is_dir() else path
    write_atomically(target, bundle_bytes(), mode=0o644)
    return target


def bundle_bytes() -> bytes:
    """Return the bundle's content, less than 64 KiB."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3  # Unix, wherever it is made
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()


def _files() -> Iterator[tuple[str, bytes]]:
    yield "__main__.py", _MAIN.encode()
    for file in [_PACKAGE / "__init__.py", _PACKAGE / "_version.py", *sorted(_needed())]:
        # A checkout on Windows may have other line ends; the text layer makes them one.
        content = _shortened(file.read_text(encoding="utf-8"))
        yield f"jupyter_securepypi/{file.relative_to(_PACKAGE).as_posix()}", content.encode()


def _needed() -> set[Path]:
    """Return the files of the core that a job can come to: those that its command line imports, at any depth."""
    needed: set[Path] = set()
    found = [_PACKAGE / "core" / "__main__.py"]
    while found:
        file = found.pop()
        if file not in needed:
            needed.add(file)
            found += _imported_by(file)
    return needed


def _imported_by(file: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        folder = file.parents[node.level - 1]
        for part in (node.module or "").split(".") if node.module else ():
            yield folder / "__init__.py"
            folder /= part
        if folder.is_dir():
            yield folder / "__init__.py"
            names = [folder / f"{alias.name}.py" for alias in node.names]
            yield from (name for name in names if name.is_file())
        else:
            yield folder.with_suffix(".py")


def _shortened(source: str) -> str:
    """Return `source` with less prose and none of its code missing: it has to fit.

    A file and what a script calls keep the first paragraph of their docstrings, everything else its comments.
    """
    lines = source.split("\n")
    tree = ast.parse(source)
    gone: set[int] = set()
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) or not ast.get_docstring(node):
            continue
        text = node.body[0]
        last = text.end_lineno or text.lineno
        if not isinstance(node, ast.Module) and node.name != _CALLED:
            if len(node.body) > 1:  # a body needs at least one statement
                gone.update(range(text.lineno - 1, last))
            continue
        # Lines count from 1; the one with the closing quotes goes, too.
        blank = next((i for i in range(text.lineno, last) if not lines[i].strip()), None)
        if blank is not None:
            lines[blank - 1] += ' """' if lines[blank - 1].endswith('"') else '"""'
            gone.update(range(blank, last))
    return "\n".join(line for number, line in enumerate(lines) if number not in gone)
