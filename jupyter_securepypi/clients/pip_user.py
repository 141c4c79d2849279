"""The pip of all other environments, which no kernel has, and the user's configuration file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from ..core.grant import Grant
from . import originals
from .base import Client, Machine, Place
from .change import Changes, attempt
from .pip import address, audited, has_token


class UserPip(Client):
    """The user's own file, for every pip whose environment has no file."""

    name = "pip-user"
    help = (
        "the user's file, for pips in environments that no kernel has, as those of pipenv, Hatch, pip-tools and "
        "`python -m build`"
    )
    by_default = True
    credential_stores = ("netrc", "pip")
    has_check = False  # the doctor checks this file with each kernel's

    def files(self, machine: Machine) -> tuple[Path, ...]:
        """Return the files that are in force in an environment without a file of its own."""
        from ..core.pip.configuration import candidate_files

        found = candidate_files(str(originals.empty_folder()), machine.environ)
        return tuple(Path(file.path) for file in found)

    def point(self, grant: Grant, machine: Machine) -> Changes:
        """Make the secure index the only index of a pip whose environment has no file of its own."""
        with address(grant, machine) as index_url:
            return self._point(index_url, machine)

    def place(self, grant: Grant | None, machine: Machine) -> Place:
        """Return the index that such a pip installs from."""
        from .audit import Auditor

        auditor = Auditor(grant.index_url if grant else None, machine.folder)
        return audited(auditor.audit(originals.empty_folder(), machine.environ), machine)

    def withdraw(self, grant: Grant | None, machine: Machine) -> Changes:
        """Take the token out of the address, if the options had put it there."""
        if not grant or not has_token(machine) or not self.is_enabled(machine.options):
            return Changes()
        return self._point(grant.index_url, machine)

    def _point(self, index_url: str, machine: Machine) -> Changes:
        from .pip_write import point_at

        nowhere = originals.make_empty_folder()
        plain = {name: value for name, value in machine.environ.items() if name != "PIP_CONFIG_FILE"}
        # If PIP_CONFIG_FILE replaces the user's file, both are written: a process may run without that variable.
        changes = Changes()
        for environ in [plain] if len(plain) == len(machine.environ) else [plain, machine.environ]:
            write = partial(point_at, nowhere, index_url, environ, client=self.name, writable=lambda _: False)
            changes += attempt(write)
        return replace(changes, findings=tuple(replace(one, where=self.name) for one in changes.findings))
