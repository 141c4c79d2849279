"""The audit of each kernel that the server knows, and the fix for one kernel."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..clients.pip import ADD_PIP, KernelPip
from ..clients.uv import Uv
from ..config import SecurePyPI
from ..core.environment import PythonEnvironment
from ..core.errors import ConfigurationError, FileProblem, NotFound, SecurePyPIError
from ..core.file_change import FileChanges
from ..core.finding import Finding
from ..core.grant import Grant
from ..core.masking import masked
from ..core.token import TokenState
from .resolve import resolve_in_turn

if TYPE_CHECKING:
    from ..clients.audit import Auditor


UNMANAGED = Finding(
    "c.SecurePyPI.clients",
    "The option `clients` does not name pip, so its configuration is left alone.",
    remedy=ADD_PIP,
    kind="unmanaged",
)
"""The finding about a kernel that *Fix* cannot change."""


class UnknownKernel(NotFound):
    """The server has no kernel of that name."""


class KernelsUnlisted(SecurePyPIError):
    """The kernel specifications of the server cannot be read."""


class Kernels:
    """The kernels with their environments, as of the last look. The methods block, so they are for threads only.

    Args:
        specs: returns the kernel specs, like `KernelSpecManager.get_all_specs`.
        folder: the folder of notebooks, for uv's project files.
    """

    def __init__(self, specs: Callable[[], Mapping[str, Any]], folder: Path | None = None) -> None:
        self._specs = specs
        self.folder = folder
        self._looking = threading.Lock()
        self._stopped = threading.Event()
        self._entries: Mapping[str, Any] | None = None
        self.environments: tuple[PythonEnvironment, ...] = ()

    def look(self, on_found: Callable[[Sequence[PythonEnvironment]], object] = lambda _: None) -> bool:
        """List and resolve the kernels again; return whether one of them has changed.

        If only a kernel's Python knows its prefix, it is run, see `probe`; the answer is remembered.

        Args:
            on_found: is called with some of the kernels at a time, as they are found.

        Raises:
            KernelsUnlisted: the server's kernel specifications cannot be read; what was known before stays.
        """
        with self._looking:
            found: list[PythonEnvironment] = []
            try:
                entries = self._specs() or {}
                for batch in resolve_in_turn(entries, self._stopped):
                    found += batch
                    on_found(batch)
            except SecurePyPIError:
                raise
            except Exception as error:
                raise KernelsUnlisted(
                    "The kernels cannot be listed.",
                    why=f"{type(error).__name__}: {masked(str(error))}",
                    remedy="see whether JupyterLab's launcher lists them; with a kernel gateway, whether that runs",
                ) from error
            if self._stopped.is_set():
                return False
            before, self.environments = self.environments, tuple(sorted(found, key=lambda one: one.name))
            known, self._entries = self._entries is not None, entries
            return known and before != self.environments

    def stop(self) -> None:
        """Run no further kernel's Python: a look that goes on ends soon, and changes nothing."""
        self._stopped.set()

    def seen_now(self) -> tuple[PythonEnvironment, ...]:
        """Look again, and return the kernels."""
        self.look()
        return self.environments

    def named(self, name: str) -> PythonEnvironment:
        """Return the environment of the kernel `name`; looks again where it is not known.

        Raises:
            UnknownKernel: the server has no kernel of that name.
            KernelsUnlisted: the server's kernel specifications cannot be read.
        """
        if all(kernel.name != name for kernel in self.environments):
            self.look()
        return self._named(name)

    def audit_all(self, grant: Grant | None, options: SecurePyPI) -> list[dict[str, Any]]:
        """Return the audit of each kernel by name, as JSON values; only the first call may run a kernel's Python.

        Args:
            grant: names the secure index; None if it is not known yet.
            options: the options in force; they say whether pip is ours to configure.
        """
        if self._entries is None:
            self.look()
        auditor = self._auditor(grant.index_url if grant else None)
        return [self._audit(kernel, auditor, options) for kernel in self.environments]

    def fix(self, name: str, options: SecurePyPI, grant: Grant | None) -> tuple[dict[str, Any], list[str]]:
        """Point one kernel's pip and uv at the secure index.

        The kernel's specification is not ours: the doctor offers to take variables out of it, and asks first.

        Returns:
            The audit afterwards, and the written files. `originals` can put them back.

        Raises:
            UnknownKernel: the server has no kernel of that name.
            ConfigurationError: its environment is not ours to configure, or there is no token, or the options say
            that pip is not ours to configure.
            FileProblem: nothing could be written.
        """
        # Imported here, because the server's start does not need it.
        from ..clients.change import Changes
        from ..clients.publish import publish_to

        kernel, grant = self._to_fix(name, grant)
        refused: SecurePyPIError | None = None
        try:
            done = publish_to(options, grant, kernel)
        except ConfigurationError as error:
            refused, done = error, Changes()
        written = [str(path) for path in done.changed]
        audit = self._audit(self._named(name), self._auditor(grant.index_url), options)
        if not written and audit["state"] == "insecure":
            raise refused or FileProblem(
                f"The kernel {name} could not be pointed at the secure index.",
                why="; ".join(map(str, done.findings)) or "what leads elsewhere is not the kernel's own",
                remedy="; ".join(dict.fromkeys(one["remedy"] for one in audit["findings"])),
            )
        return audit, written

    def changes_of_fix(self, name: str, options: SecurePyPI, grant: Grant | None) -> FileChanges:
        """Return what `fix` would change in the files of pip and uv; nothing is written.

        Raises:
            UnknownKernel: the server has no kernel of that name.
            ConfigurationError: its environment is not ours to configure, or there is no token.
            FileProblem: a server of another repository has the files.
        """
        from ..clients.publish import changes_for_kernel

        kernel, grant = self._to_fix(name, grant)
        return changes_for_kernel(options, grant, kernel)

    def _to_fix(self, name: str, grant: Grant | None) -> tuple[PythonEnvironment, Grant]:
        self.look()
        kernel = self._named(name)
        if kernel.prefix is None:
            raise ConfigurationError(f"The kernel {name} cannot be configured from here.", why=kernel.reason)
        if grant is None or grant.token.state(time.time()) is TokenState.EXPIRED:
            raise ConfigurationError(
                "There is no token to configure the kernel with.",
                why="the last one has expired"
                if grant
                else "none has been minted, so the index is not known yet",
                remedy="refresh the token first",
            )
        return kernel, grant

    def _auditor(self, index_url: str | None) -> Auditor:
        # Imported here, because the server's start does not need it.
        from ..clients.audit import Auditor

        return Auditor(index_url, self.folder)

    def _named(self, name: str) -> PythonEnvironment:
        for kernel in self.environments:
            if kernel.name == name:
                return kernel
        known = ", ".join(kernel.name for kernel in self.environments) or "none"
        raise UnknownKernel(f"There is no kernel {name!r}.", remedy=f"the server knows: {known}")

    def _audit(self, kernel: PythonEnvironment, auditor: Auditor, options: SecurePyPI) -> dict[str, Any]:
        about = {
            "name": kernel.name,
            "display_name": kernel.display_name,
            "kind": kernel.kind,
            "prefix": str(kernel.prefix) if kernel.prefix else None,
            "reason": "" if kernel.prefix else kernel.reason,
        }
        if kernel.prefix is None:
            return about | {
                "state": "unknown",
                "index_url": None,
                "decided_by": None,
                "sources": [],
                "findings": [],
                "fixable": False,
            }
        audit = auditor.audit(kernel.prefix, kernel.environ)
        found = audit.to_dict()
        if found["fixable"] and KernelPip.name not in options.clients:
            found["fixable"] = False
            found["findings"].append(UNMANAGED.to_dict())
        if audit.uv_fixable and Uv().is_enabled(options) and KernelPip.name in options.clients:
            found["fixable"] = True
        return about | found
