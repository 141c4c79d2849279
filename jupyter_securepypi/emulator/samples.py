"""Small real wheels, built here without network and build backend."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

# The earliest date a zip archive can hold, so that the same wheel has the same hash every time.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def build_samples(folder: Path, uploaded: float | None = None) -> list[Path]:
    """Write wheels of ``acme-core``, ``acme-features`` (which needs it) and ``acme-plots``; return them.

    Args:
        folder: the folder of the wheels; it is created if it is missing.
        uploaded: as for `build_wheel`.
    """
    core = '__version__ = "1.4.0"\n\n\ndef scale(values, by=2):\n    return [value * by for value in values]\n'
    features = (
        'from acme_core import scale\n\n__version__ = "1.2.0"\n\n\n'
        'def features(values):\n    return {"scaled": scale(values), "total": sum(values)}\n'
    )
    plots = '__version__ = "0.3.0"\n\n\ndef bar(values):\n    return ["#" * int(value) for value in values]\n'
    needs_core = ["acme-core>=1.4"]
    return [
        build_wheel(folder, "acme-core", "1.4.0", modules={"acme_core": core}, uploaded=uploaded),
        build_wheel(
            folder, "acme-features", "1.2.0", needs_core, {"acme_features": features}, uploaded=uploaded
        ),
        build_wheel(folder, "acme-plots", "0.3.0", modules={"acme_plots": plots}, uploaded=uploaded),
    ]


def build_wheel(
    folder: Path,
    name: str,
    version: str,
    requires: Sequence[str] = (),
    modules: Mapping[str, str] | None = None,
    *,
    requires_python: str = "",
    tag: str = "py3-none-any",
    readme: str = "",
    uploaded: float | None = None,
) -> Path:
    """Write a pure Python wheel into `folder` and return its path; PEP 427 describes the format.

    Args:
        folder: the folder of the wheel; it is created if it is missing.
        name: distribution name, in any spelling.
        version: a version in PEP 440's normal form.
        requires: requirements of the distribution.
        modules: module name to source; by default one, named like the distribution, with ``__version__``.
        requires_python: the Python versions that it is for.
        tag: the compatibility tag in its name.
        readme: the long description.
        uploaded: the upload time that an index shows for it, epoch seconds: its modification time. By default now.
    """
    stem = re.sub(r"[-_.]+", "_", name).lower()
    if modules is None:
        modules = {stem: f'__version__ = "{version}"\n'}
    info = f"{stem}-{version}.dist-info"
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", f"Summary: The {name} package"]
    metadata += [f"Requires-Python: {requires_python}"] if requires_python else []
    metadata += [f"Requires-Dist: {requirement}" for requirement in requires]
    files = {f"{module}.py": source for module, source in modules.items()}
    files[f"{info}/METADATA"] = "\n".join([*metadata, *(["", readme] if readme else [])]) + "\n"
    files[f"{info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: jupyter_securepypi\nRoot-Is-Purelib: true\nTag: {tag}\n"
    )
    record = [f"{path},sha256={_digest(text)},{len(text.encode())}" for path, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,"]) + "\n"

    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{stem}-{version}-{tag}.whl"
    # A name that no index lists until the file is complete: the folder may be served meanwhile.
    part = folder / f".{target.name}.part"
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text, zipfile.ZIP_DEFLATED)
    if uploaded is not None:
        os.utime(part, (uploaded, uploaded))
    part.replace(target)
    return target


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
