"""What travels to a cluster's hosts: the request, read once; the repository and policy; the core. No token."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import pickle  # nosec B403
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..config import SecurePyPI, load_options
from ..core.child import python_command
from ..core.errors import ConfigurationError, RequestRefused
from ..core.gate.job_variables import variables_of
from ..core.installation import checked_request
from ..core.minting import encoded
from ..core.providers.registry import provider_of
from ..core.requests.request import Request
from ..core.requests.writer import line_of
from ..install.service import own_options
from ..sagemaker.bundle import bundle_bytes

_PACKAGE = Path(__file__).parents[1]
_IN_THE_BUNDLE = ("__init__.py", "host/__init__.py", "host/record.py", "host/child.py")
# They belong to one installation on one machine.
_NOT_ON_HOSTS = ("--dry-run", "--target", "--prefix", "--root", "--log", "--report")
# They name this machine's files and its way out, with a proxy's password perhaps.
_THIS_MACHINES = ("--proxy", "--client-cert", "--python", "--src", "--build-dir")
# Ray kills the children of a worker process that ends; so what installs has no parent. It gets the bundle through its
# standard input and removes it itself: whoever asked may be gone by then. Its own children are as isolated as it is.
_PROGRAM = """\
if os.name == "posix" and os.fork():
    os._exit(0)
import shutil, tempfile
os.environ.update({"PYTHONPATH": pythonpath} if pythonpath else {})
folder = tempfile.mkdtemp(prefix="securepypi-")
try:
    path = os.path.join(folder, "securepypi.pyz")
    with open(path, "wb") as file:
        file.write(sys.stdin.buffer.read(int(sys.stdin.buffer.readline())))
    sys.path.insert(0, path)
    from jupyter_securepypi.clusters.host.child import main
    main()
finally:
    shutil.rmtree(folder, ignore_errors=True)
"""


def payload_of(
    packages: str | Sequence[str] = (),
    *,
    requirements: str | os.PathLike[str] | None = None,
    lock: str | os.PathLike[str] | None = None,
    lines: str | None = None,
    options: SecurePyPI | None = None,
) -> dict[str, Any]:
    """Return what hosts need to install `packages`: no token, no password, no path of this machine's.

    Args:
        packages: the words after ``pip install``.
        requirements: a requirements file; it is read here, and hosts get what it says.
        lock: a lock file, ``pylock.toml``; the same.
        lines: further requirements, one a line.
        options: the options in force, by default those of this process.

    Returns:
        ``bundle``: a zip file with `host.child`; ``program``: the words after ``python`` that start it;
        ``question``: what it is to do; ``policy``: variables for it; ``digest``: the same for the same request,
        repository and policy, whatever the token.

    Raises:
        RequestRefused: the request would go around the index, is empty, or cannot be for many hosts.
        ConfigurationError: no repository is configured, or hosts cannot have its provider.
    """
    options = options or load_options()
    words = [packages] if isinstance(packages, str) else list(packages)
    for file in (requirements, lock):
        words += ["-r", os.fspath(file)] if file is not None else []
    chosen, words = own_options(words)
    if chosen.get("engine") == "uv":
        raise ConfigurationError(
            "Hosts of a cluster install with pip, not with uv.", remedy="leave --engine out"
        )
    verify = options.tightened("verify", chosen.get("verify") or options.verify)
    request = checked_request(words, lines=lines)
    _refuse_for_one_machine(request)
    if not options.use_secure_pypi:
        raise RequestRefused(
            "Hosts of a cluster install from the secure index only.",
            why="USE_SECURE_PYPI, or the option use_secure_pypi, is false",
            remedy="unset USE_SECURE_PYPI",
        )
    mint = options.mint_request()
    # A profile is one of this machine's files.
    mint = replace(mint, settings={name: value for name, value in mint.settings.items() if name != "profile"})
    policy = variables_of(options.policy())
    said = [mint.repository.id, verify, sorted(policy.items()), *_lines(request)]
    digest = hashlib.sha256(json.dumps(said).encode()).hexdigest()
    question = {
        "request": base64.b64encode(pickle.dumps(request, protocol=4)).decode(),
        "mint": encoded(mint),
        "verify": verify,
        "digest": digest,
    }
    return {
        "bundle": _bundle(provider_of(mint.repository)),
        "program": python_command("", _PROGRAM)[1:],
        "question": json.dumps(question).encode(),
        "policy": policy,
        "digest": digest,
    }


def _refuse_for_one_machine(request: Request) -> None:
    for names, why, remedy in (
        (_NOT_ON_HOSTS, "each host installs into its own Python", "leave it out"),
        (
            _THIS_MACHINES,
            "it would travel to all hosts, and says where this machine keeps its files or how it gets out, "
            "with a password perhaps",
            "leave it out; a host's own goes into the configuration of pip there",
        ),
    ):
        named = [name for name in names if request.has(name) or (name == "--report" and request.report)]
        if named:
            raise RequestRefused(f"{' and '.join(named)} cannot be for a cluster.", why=why, remedy=remedy)


def _lines(request: Request) -> Iterator[list[str]]:
    for some in (request.requirements, request.constraints, request.build_constraints):
        yield [line_of(one) for one in some]
    yield [str(given) for given in request.options]


def _bundle(provider: Any) -> bytes:
    """Return the bundle with the part of this room that runs in it.

    Raises:
        ConfigurationError: the provider is not one of ours.
    """
    if not type(provider).__module__.startswith(f"{_PACKAGE.name}.core."):
        raise ConfigurationError(
            f"Hosts of a cluster cannot have the provider {provider.name}.",
            why="it is another project's, and they have this package's core only",
            remedy="install that project and this package on the hosts, and call install_packages() there",
        )
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(bundle_bytes((provider.name,)))) as core,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for entry in core.infolist():
            archive.writestr(entry, core.read(entry), zipfile.ZIP_DEFLATED, compresslevel=9)
        date = core.infolist()[0].date_time
        for name in _IN_THE_BUNDLE:
            source = (Path(__file__).parent / name).read_text(encoding="utf-8")
            entry = zipfile.ZipInfo(f"{_PACKAGE.name}/clusters/{name}", date)
            archive.writestr(entry, source, zipfile.ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()
