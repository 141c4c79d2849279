"""What the secure index answers with a fresh token: versions, a lock, files."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ...config import SecurePyPI
from ...core.errors import InstallFailed, RequestRefused
from ...core.files import safe_target, write_atomically
from ...core.gate.gate import Gate
from ...core.gate.review import Review
from ...core.index import Index
from ...core.installation import checked_request
from ...core.pip.install import pip_install
from ...core.pip.strict import decide
from ...core.proxy_and_trust import ProxyAndTrust
from ...core.report import InstalledPackage
from ...core.requests.request import Request
from ...core.secret import without
from ..engines.fetching import fetch
from ..engines.pylock import File, Locked, render
from ..engines.select import uv_for
from ..engines.simple import files_of, newest_first
from ..engines.uv import Uv
from ..service import with_index

T = TypeVar("T")


def ask(options: SecurePyPI, question: Callable[[Index], T], *, mints: bool = True) -> T:
    """Return the answer to `question`, which is put to the secure index; once more where a token was revoked.

    With `mints` off, only a token that is at hand serves.

    Raises:
        RequestRefused: the public index is chosen, about which nothing can be proven.
        SecurePyPIError: there is no token, or no answer.
    """
    if not options.use_secure_pypi:
        raise RequestRefused(
            "USE_SECURE_PYPI is false: this asks the secure index only.", remedy="unset USE_SECURE_PYPI"
        )
    return with_index(options, question, mints=mints)


def versions(options: SecurePyPI, name: str) -> list[tuple[str, int, bool]]:
    """Return what the secure index has of `name`, newest first: version, number of files, whether there is a wheel.

    Raises:
        NotFound: it has none.
        SecurePyPIError: it does not say, or there is no token.
    """

    def shown(index: Index) -> list[File]:
        files = files_of(name, index, _proxy_and_trust())
        return [replace(file, version=without(index.password, file.version)) for file in files]

    files = ask(options, shown)
    return [
        (version, len(same), any(file.is_wheel for file in same))
        for version in newest_first(file.version for file in files)
        for same in [[file for file in files if file.version == version]]
    ]


def lock(options: SecurePyPI, sources: Sequence[str], output: Path, engine: str = "") -> list[Locked]:
    """Write what the requirements files `sources` need, with all that those need, to the lock file `output`.

    uv locks for every platform from this Python version on, pip for this Python on this platform. Addresses hold
    no credentials, and each file has its SHA-256. An older lock file is replaced. With ``verify = "before"`` nothing is
    built to find out what a package needs.

    Raises:
        RequestRefused: a requirement would go around the secure index.
        InstallFailed: the index gives no hash of a file.
        ForeignOrigin: a file lies elsewhere.
        HeldBack: the gate holds back what is needed.
        SecurePyPIError: there is no token, a package cannot be found, or the file cannot be written.
    """
    request = checked_request([word for source in sources for word in ("-r", source)])
    chosen = uv_for(engine or options.engine, request, os.environ)
    strict = options.verify == "before"

    def resolve(index: Index) -> tuple[list[Locked], str]:
        review = _review(options, index, request)
        if chosen:
            path, translated = chosen
            strictly = strict or review is not None
            locked = Uv(path, index, translated, strictly, os.environ, None, review).lock(request)
            _check_hashes(locked, index)
        else:
            resolved = _resolved(request, index, strict, review)
            locked = [_with_all_files(package, index, review) for package in resolved]
        _check(locked, index)
        return locked, render(locked, index=index.url)

    locked, text = ask(options, resolve)
    write_atomically(safe_target(output), text.encode(), mode=0o644)
    return locked


def download(options: SecurePyPI, arguments: Sequence[str], folder: Path) -> list[Path]:
    """Download what ``pip install`` with `arguments` would install into an empty environment; return the files.

    Raises:
        RequestRefused: the request would go around the secure index.
        ForeignOrigin: a file lies elsewhere.
        HeldBack: the gate holds back what is needed.
        InstallFailed: a file does not have the hash that the index gives, or the name of its package; nothing of it
            is kept.
        SecurePyPIError: there is no token, or a package cannot be found.
    """
    request = checked_request(arguments)
    strict = options.verify == "before"

    def fetch_all(index: Index) -> list[Path]:
        return _downloaded(request, index, folder, strict, _review(options, index, request))

    return ask(options, fetch_all)


def _review(options: SecurePyPI, index: Index, request: Request) -> Review | None:
    """Return the gate's review of `request`; None where the policy holds nothing back."""
    policy = options.policy().checked()
    return Review(Gate(policy, index, _proxy_and_trust()), request) if policy.holds_back else None


def _downloaded(
    request: Request, index: Index, folder: Path, strict: bool, review: Review | None
) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for package in _resolved(request, index, strict, review):
        file = File(package.name, package.version, package.url, package.sha256)
        target = folder / file.stored_name
        fetch(file, target, index, _proxy_and_trust())
        found.append(target)
    return found


def _resolved(
    request: Request, index: Index, strict: bool, review: Review | None
) -> Sequence[InstalledPackage]:
    with tempfile.TemporaryDirectory(prefix="securepypi-") as folder:
        # Elsewhere than this environment: what is installed here does not count.
        elsewhere = request.with_options("--ignore-installed", f"--target={folder}")
        if strict or review:
            return decide(elsewhere, index, review=review).packages
        return pip_install(elsewhere.with_options("--dry-run"), index).packages


def _check_hashes(locked: Sequence[Locked], index: Index) -> None:
    """Check that the hashes are the index's own: uv computes one where the index gives none, of whatever it got.

    Raises:
        InstallFailed: the index does not give one of them.
    """

    def given(package: Locked) -> bool:
        known = {file.sha256 for file in files_of(package.name, index, _proxy_and_trust())}
        return all(file.sha256 in known for file in package.files)

    with ThreadPoolExecutor(8) as pool:
        strangers = [one.name for one, known in zip(locked, pool.map(given, locked), strict=True) if not known]
    if strangers:
        raise InstallFailed(
            f"The index gives no SHA-256 for a file of {', '.join(strangers)}, so nothing was locked.",
            why="a hash of what is there now proves nothing",
            remedy="have it published to the secure index again",
        )


def _with_all_files(package: InstalledPackage, index: Index, review: Review | None) -> Locked:
    same = [
        file for file in files_of(package.name, index, _proxy_and_trust()) if file.version == package.version
    ]
    whole = Locked(package.name, package.version, tuple(same))
    return whole if review is None else whole.with_files(review.gate)


def _check(locked: Sequence[Locked], index: Index) -> None:
    from ...core.report import prove

    for package in locked:
        if not package.files or not all(file.sha256 for file in package.files):
            raise InstallFailed(
                f"{package.name} {package.version} cannot be locked.",
                why="the index gives no file with a SHA-256 for it",
                remedy="have it published to the secure index again",
            )
        prove(
            [InstalledPackage(f.name, f.version, None, f.url, f.sha256, True) for f in package.files],
            index,
            installed=False,
        )


def _proxy_and_trust() -> ProxyAndTrust:
    return ProxyAndTrust.of(sys.prefix, os.environ)
