"""The pip of each kernel, and its environment's own configuration file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from os import devnull
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from ..core.environment import PythonEnvironment
from ..core.errors import FileProblem
from ..core.finding import Finding
from ..core.grant import Grant
from ..core.secret import Secret
from . import originals
from .base import CONFIGURE, Client, Machine, Place
from .change import Changes

if TYPE_CHECKING:
    from ..config import SecurePyPI
    from .audit import Audit

ADD_PIP = 'add "pip" to `c.SecurePyPI.clients`'
"""The remedy for a kernel whose pip is not ours to configure."""


class KernelPip(Client):
    """The pip of each kernel; the standing is for the pip of this process's environment, which a terminal uses."""

    name = "pip"
    help = "each kernel's own file"
    by_default = True
    credential_stores = ("netrc", "pip")
    has_check = False  # the doctor checks it kernel by kernel

    def is_enabled(self, options: SecurePyPI) -> bool:
        """Return whether the options name pip, and ask us to manage the kernels' files."""
        return options.manage_kernels and super().is_enabled(options)

    def concerns(self, machine: Machine) -> bool:
        """Return whether a kernel has this environment: only the pip of kernels is ours to configure."""
        kernels = machine.kernels
        return kernels is None or any(kernel.prefix == Path(sys.prefix) for kernel in kernels)

    def files(self, machine: Machine) -> tuple[Path, ...]:
        """Return the files of this environment's pip and of each kernel's."""
        from ..core.pip.configuration import candidate_files

        places = [(Path(sys.prefix), machine.environ)]
        places += [(kernel.prefix, kernel.environ) for kernel in machine.kernels or () if kernel.prefix]
        found = (file for prefix, environ in places for file in candidate_files(str(prefix), environ))
        return tuple(dict.fromkeys(Path(file.path) for file in found))

    def point(self, grant: Grant, machine: Machine) -> Changes:
        """Make the secure index the only index of each kernel's pip."""
        with address(grant, machine) as index_url:
            return _point(machine.kernels or (), index_url)

    def place(self, grant: Grant | None, machine: Machine) -> Place:
        """Return the index that the pip of this environment installs from."""
        from .audit import Auditor

        auditor = Auditor(grant.index_url if grant else None, machine.folder)
        return audited(auditor.audit(Path(sys.prefix), machine.environ), machine)

    def withdraw(self, grant: Grant | None, machine: Machine) -> Changes:
        """Take the token out of the address, if the options had put it there."""
        if not grant or not has_token(machine) or not self.is_enabled(machine.options):
            return Changes()
        return _point(machine.kernels or (), grant.index_url)

    def variables(self, grant: Grant) -> Mapping[str, str]:
        """Return the index; pip's files may name further indexes, which no variable can remove."""
        return {"PIP_CONFIG_FILE": devnull, "PIP_INDEX_URL": grant.index_url}


def has_token(machine: Machine) -> bool:
    """Return whether the options ask for the token in the address in pip's files."""
    return machine.options.credential_store == "pip"


@contextmanager
def address(grant: Grant, machine: Machine) -> Iterator[str]:
    """Yield the address for pip's files: the index, with the newest token if the options ask for that.

    Meanwhile no other process of ours puts another token there.
    """
    if not has_token(machine) or not grant.must_be_given:
        yield grant.index_url
        return
    with originals.locked():
        newest = machine.newest(grant)
        split = urlsplit(newest.index_url)
        login = Secret(f"{newest.login}:{quote(newest.token.secret, safe='')}")
        yield Secret(split._replace(netloc=login + f"@{split.netloc}").geturl())


def audited(audit: Audit, machine: Machine) -> Place:
    """Return the index that a pip uses, from the audit of its environment on `machine`."""
    decided = audit.decided_by
    section = f" [{decided['section']}]" if decided["section"] else ""
    source = f"{decided['source']}{section}"
    if audit.pip_state != "insecure":
        return Place("secure" if audit.pip_state == "secure" else "unset", audit.index_url, source)
    if decided["kind"] == "default":
        name = "; where no kernel has this environment, name pip-user in the option `clients`"
        remedy = CONFIGURE + ("" if "pip-user" in machine.options.clients else name)
        return Place("unset", None, "", "nothing sets an index, so the public one is used", remedy)
    found = audit.pip_findings
    return Place(
        "elsewhere",
        audit.index_url,
        source,
        " ".join(dict.fromkeys(one.message for one in found)),
        "; ".join(dict.fromkeys(one.remedy for one in found)),
    )


def _point(kernels: Iterable[PythonEnvironment], index_url: str) -> Changes:
    from .pip_write import point_all

    parts: list[Changes] = []
    managed: list[tuple[PythonEnvironment, Path]] = []
    for kernel in kernels:
        if kernel.prefix is not None:
            managed.append((kernel, kernel.prefix))
        elif kernel.kind in ("remote", "unresolved"):
            parts.append(Changes(findings=(Finding(f"kernel {kernel.name}", kernel.reason),)))
    outcomes = point_all(
        [(prefix, kernel.environ) for kernel, prefix in managed], index_url, client=KernelPip.name
    )
    for (kernel, _), outcome in zip(managed, outcomes, strict=True):
        where = f"kernel {kernel.name}"
        if isinstance(outcome, FileProblem):
            parts.append(Changes(findings=(Finding.of(outcome, where),)))
        else:
            findings = tuple(replace(finding, where=where) for finding in outcome.findings)
            parts.append(replace(outcome, findings=findings))
    return Changes.of(parts)
