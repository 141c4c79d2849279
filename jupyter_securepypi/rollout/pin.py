"""The wheel that a start script pins: version and hashes, from a file, a folder or the index."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from .._version import __version__
from ..core.errors import ConfigurationError, FileProblem, SecurePyPIError
from ..core.grant import MintRequest
from ..core.index import Index
from ..core.minting import ChildMinter
from ..core.providers.base import Repository
from ..core.providers.registry import provider_of
from ..core.proxy_and_trust import ProxyAndTrust
from ..install.engines.simple import files_of

_WHEEL = re.compile(r"jupyter_securepypi-(?P<version>[^-]+)-[^/]*\.whl", re.IGNORECASE)
_SECONDS = 20.0


@dataclass(frozen=True)
class Pin:
    """A version of jupyter_securepypi and the SHA-256 digests of its files.

    Attributes:
        doubt: why there is no digest, or empty.
    """

    version: str
    hashes: tuple[str, ...] = ()
    doubt: str = ""


def pin_wheel(path: Path) -> Pin:
    """Return the pin of the wheel `path`.

    Raises:
        ConfigurationError: it is no wheel of jupyter_securepypi.
        FileProblem: if it cannot be read.
    """
    match = _WHEEL.fullmatch(path.name)
    if match is None:
        raise ConfigurationError(
            f"This is not a wheel of jupyter_securepypi: {path.name!r}.",
            remedy="give a file like jupyter_securepypi-1.0.0-py3-none-any.whl",
        )
    try:
        return Pin(match["version"], (hashlib.sha256(path.read_bytes()).hexdigest(),))
    except OSError as error:
        raise FileProblem(f"Cannot read {path}: {error.strerror or error}.") from None


def pin_folder(folder: Path, version: str) -> Pin:
    """Return the pin of `version` from the wheels in `folder`, without digests if there is none."""
    found = [pin_wheel(path) for path in sorted(folder.glob("*.whl")) if _WHEEL.fullmatch(path.name)]
    return Pin(version, tuple(digest for pin in found if pin.version == version for digest in pin.hashes))


def pin_index(repository: Repository, role_arn: str, version: str) -> Pin:
    """Return the pin of `version` with the digests that the repository's index gives now.

    Without AWS credentials, or if the index does not have the version, there are no digests, and `Pin.doubt` says
    why.
    """
    try:
        grant = ChildMinter(_SECONDS)(MintRequest(repository, role=role_arn, duration=900))
        index = Index.of(grant, provider_of(repository).advice)
        files = files_of("jupyter-securepypi", index, ProxyAndTrust.of(sys.prefix, os.environ))
    except SecurePyPIError as error:
        return Pin(version, (), error.message)
    wheels = [file for file in files if file.version == version and _WHEEL.fullmatch(file.base_name)]
    hashes = {file.sha256 for file in wheels if file.sha256}
    doubt = "" if hashes else f"{repository} has no wheel of jupyter_securepypi {version}."
    return Pin(version, tuple(sorted(hashes)), doubt)


def chosen(
    repository: Repository, role: str, source: str, *, wheel: Path | None, version: str, hashes: tuple[str, ...]
) -> Pin:
    """Return the pin that somebody asks for: of a wheel, of hashes, of a folder, or of what the index has.

    Args:
        repository: the repository whose index is asked.
        role: the identity to ask it as.
        source: the folder to install from; empty for the index.
        wheel: a wheel to pin.
        version: the version; empty for this one.
        hashes: more hashes to accept.

    Raises:
        ConfigurationError: the wheel is of another version, or none of ours.
        FileProblem: the wheel cannot be read.
    """
    if wheel:
        pin = pin_wheel(wheel)
        if version and version != pin.version:
            raise ConfigurationError(
                f"The wheel {wheel} is version {pin.version}, not {version}.", remedy="leave --version-pin out"
            )
        return replace(pin, hashes=(*pin.hashes, *hashes))
    version = version or __version__
    if hashes:
        return Pin(version, hashes)
    return pin_folder(Path(source).expanduser(), version) if source else pin_index(repository, role, version)


def warning(version: str, doubt: str) -> str:
    """Return what to say of a script that pins no hash."""
    return (
        f"The script pins version {version} of jupyter_securepypi, but no hash of it.\n"
        f"  why   {doubt.splitlines()[0]}\n"
        "  try   --wheel FILE or --hash sha256:DIGEST; until then pip checks the hash that the index gives"
    )
