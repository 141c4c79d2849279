"""The core as one zip file, for containers that do not have this package.

``python securepypi.pyz install -r …`` and ``run train.py`` work, and with the file on PYTHONPATH so does
``from jupyter_securepypi import install_packages``. It needs Python 3.8, pip, and boto3 or the AWS CLI.
Inside is the package's own source, comments and all, without most of its docstrings, in one compressed file: see
`bundle_loader`. ``python securepypi.pyz source`` prints it.
"""

from __future__ import annotations

import ast
import bz2
import io
import json
import zipfile
from collections.abc import Container, Iterator, Sequence
from pathlib import Path

from ..core.files import safe_target, write_atomically
from ..core.providers.codeartifact.repository import PROVIDER
from ..core.providers.registry import by_name
from . import bundle_loader

NAME = "securepypi.pyz"
MOST_BYTES = 80 * 1024
PROVIDERS = (PROVIDER,)
"""The default providers of a bundle."""
_PACKAGE = Path(__file__).parents[1]
_LOADER = Path(__file__).with_name("bundle_loader.py")
_REGISTRY = _PACKAGE / "core" / "providers" / "registry.py"
# The doctor's, those of `why`, of the list of names, of `mirror`, and of `adopt`.
_NOT_FOR_JOBS = (
    "examination",
    "examination.permissions",
    "index_examination",
    "package_facts",
    "package_names",
    "connections",
    "copied_code",
)
_CALLED = "install_packages"  # scripts call it, so it keeps its docstring for `help()`
# The earliest date a zip archive can hold: the same source makes the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MAIN = '''\
"""Install through the secure index: python securepypi.pyz --help."""

# SPDX-License-Identifier: BSD-3-Clause

import sys

if sys.version_info < (3, 8):
    sys.exit("securepypi.pyz needs Python 3.8 or newer; this is %d.%d." % sys.version_info[:2])

if sys.argv[1:] == ["source"]:
    from jupyter_securepypi import core

    for path, source in core.SOURCES.items():
        print("# ---- core/" + path + "\\n" + source)
    sys.exit()

from jupyter_securepypi.core.__main__ import main

sys.exit(main())
'''


def write_bundle(path: Path, providers: Sequence[str] = PROVIDERS) -> Path:
    """Write the bundle to `path`, or into it under the name ``securepypi.pyz`` if it is a folder; return the file.

    The same version of this package writes the same bytes each time, given the same zlib and bzip2. An older file is
    replaced. `providers` are as for `bundle_bytes`.

    Raises:
        FileProblem: it cannot be written; an older file is left as it was.
    """
    target = path / NAME if path.is_dir() else path
    write_atomically(safe_target(target), bundle_bytes(providers), mode=0o644)
    return target


def bundle_bytes(providers: Sequence[str] = PROVIDERS) -> bytes:
    """Return the bundle's content, with one provider less than 80 KiB.

    Args:
        providers: names of the providers that jobs get their tokens from.

    Raises:
        ConfigurationError: there is no such provider.
    """
    for name in providers:
        by_name(name)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(providers):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3  # Unix, wherever it is made
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()


def _files(providers: Container[str]) -> Iterator[tuple[str, bytes]]:
    yield "__main__.py", _MAIN.encode()
    for name in ("__init__.py", "_version.py"):
        yield f"{_PACKAGE.name}/{name}", _shortened(_source(_PACKAGE / name, providers)).encode()
    core = _PACKAGE / "core"
    yield f"{_PACKAGE.name}/core/__init__.py", _shortened(_source(_LOADER, providers)).encode()
    sources = {
        file.relative_to(core).as_posix(): _shortened(_source(file, providers))
        for file in sorted(_needed(providers))
        if file != core / "__init__.py"
    }
    yield f"{_PACKAGE.name}/core/{bundle_loader.NAME}", bz2.compress(json.dumps(sources).encode(), 9)


def _needed(providers: Container[str]) -> set[Path]:
    """Return the files of the core that a job may need: those that its command line imports, at any depth."""
    needed: set[Path] = set()
    found = [_PACKAGE / "core" / "__main__.py"]
    while found:
        file = found.pop()
        if file not in needed:
            needed.add(file)
            found += _imported_by(_source(file, providers), file)
    return needed


def _source(file: Path, providers: Container[str]) -> str:
    """Return the source of a file; the registry's source lacks the lines of providers that are left out."""
    # A checkout on Windows may have other line ends; reading as text normalises them.
    source = file.read_text(encoding="utf-8")
    if file != _REGISTRY:
        return source
    left_out = {
        alias.name
        for node in ast.parse(source).body
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module != "base"
        for alias in node.names
        if str(node.module).split(".")[0] not in providers
    }
    lines = source.split("\n")
    return "\n".join(line for line in lines if not any(name in line for name in left_out))


def _imported_by(source: str, file: Path) -> Iterator[Path]:
    tree = ast.parse(source)
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if (
            not isinstance(node, ast.ImportFrom)
            or not node.level
            or node in for_types
            or node.module in _NOT_FOR_JOBS
        ):
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
    """Return `source` without most of its docstrings, because the bundle must stay small.

    A module and the function that scripts call keep the first paragraph of their docstrings; comments stay.
    """
    lines = source.split("\n")
    gone: set[int] = set()
    for text, kept in _docstrings(ast.parse(source)):
        last = text.end_lineno or text.lineno
        if not kept:
            gone.update(range(text.lineno - 1, last))
            continue
        # Lines count from 1; the one with the closing quotes goes, too.
        blank = next((i for i in range(text.lineno, last) if not lines[i].strip()), None)
        if blank is not None:
            lines[blank - 1] += ' """' if lines[blank - 1].endswith('"') else '"""'
            gone.update(range(blank, last))
    return "\n".join(line for number, line in enumerate(lines) if number not in gone)


def _docstrings(tree: ast.Module) -> Iterator[tuple[ast.stmt, bool]]:
    """Yield each docstring, and whether it is kept."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            for position, statement in enumerate(node.body):
                if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Constant):
                    continue
                if not position and (isinstance(node, ast.Module) or node.name == _CALLED):
                    yield statement, True
                elif isinstance(statement.value.value, str) and len(node.body) > 1:  # a body needs a statement
                    yield statement, False
