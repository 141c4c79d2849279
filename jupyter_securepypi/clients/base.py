"""The base of every client: a package manager, or its source of credentials, that is pointed at the secure index.

To add a client, write a subclass of `Client` in a file of its own, and add a line to `registry.ALL`. Reading the
options imports these files, so slow imports go inside the methods that need them.
"""

from __future__ import annotations

import os
import shutil
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from ..core.address import same_address
from ..core.environment import PythonEnvironment
from ..core.finding import Finding
from ..core.grant import Grant
from ..core.masking import masked
from . import credentials, originals
from .change import Changes

if TYPE_CHECKING:
    from ..config import SecurePyPI
    from ..token.store import TokenStore

REPOSITORY = "securepypi"
"""The name of the secure repository in each client that names its repositories."""
CONFIGURE = "run `jupyter securepypi configure`"
"""The remedy for a client that is not pointed at the index."""


@dataclass(frozen=True)
class Machine:
    """The machine whose clients are pointed at the index and examined.

    Attributes:
        options: the options in force.
        environ: the variables that the clients see.
        kernels: the environments of the kernels; None if they are not known.
        folder: the working folder, for a project's files; None leaves these out.
    """

    options: SecurePyPI
    environ: Mapping[str, str] = field(repr=False)
    kernels: Sequence[PythonEnvironment] | None = None
    folder: Path | None = None

    @property
    def store(self) -> TokenStore:
        """The token store for these options."""
        from ..token.store import TokenStore

        return TokenStore(self.options.mint_request())

    def newest(self, grant: Grant) -> Grant:
        """Return `grant`, or its successor in the token store; hold `originals.locked` around the call."""
        held = self.store.load()
        return held if held and held.token.minted_at > grant.token.minted_at else grant


@dataclass(frozen=True)
class Place:
    """The address that a client uses, and the setting that decides it.

    Attributes:
        state: ``secure``, ``elsewhere`` or ``unset``.
        url: the address, which may hold credentials; None if there is none.
        source: the file, with its section, or the variable.
        message: the problem; empty if there is none.
        remedy: what to do about the problem.
    """

    state: str
    url: str | None = field(repr=False)
    source: str
    message: str = ""
    remedy: str = ""

    @staticmethod
    def of_uploads(url: str, source: str, grant: Grant | None, remedy: str) -> Place:
        """Return the place of a publisher that uploads to `url`; it has `remedy` if that is not the repository."""
        if grant and same_address(url, grant.endpoint_url):
            return Place("secure", url, source)
        return Place("elsewhere", url, source, "uploads go elsewhere", remedy)


@dataclass(frozen=True)
class Standing:
    """The standing of one client; it holds no secret.

    Attributes:
        name: the client's.
        enabled: True if the options name it.
        installed: True if a program is installed that reads its configuration.
        state: ``secure``, ``elsewhere`` (a setting leads away), ``unset`` (enabled, but not pointed at the index
        yet), ``off`` (not enabled), ``not_installed`` or ``unknown`` (the index is not known yet).
        index_url: the address that it uses, credentials masked; None if there is none.
        source: the file, with its section, or the variable that decides; empty if none does.
        message: the problem; empty if there is none.
        remedy: what to do about the problem.
    """

    name: str
    enabled: bool
    installed: bool
    state: str
    index_url: str | None = None
    source: str = ""
    message: str = ""
    remedy: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the standing as JSON values."""
        return dict(vars(self))


class Client(ABC):
    """A package manager, or a source of its credentials.

    Attributes:
        name: its name in the option `clients`.
        help: the files that are written for it: the text after "name: …" in the help of that option.
        programs: one of them must be installed; empty for a client that is part of every Python.
        by_default: True if the option's default names it.
        credential_stores: the values of the option `credential_store` with which it finds the token.
        keeps_token: True if other clients read the token from its files; it is then pointed first.
        served_by: the client whose files it reads; it then has no files of its own, and the option does not name it.
        has_check: True if the doctor has a line for it.
    """

    name: ClassVar[str]
    help: ClassVar[str] = ""
    programs: ClassVar[tuple[str, ...]] = ()
    by_default: ClassVar[bool] = False
    credential_stores: ClassVar[tuple[str, ...]] = ("netrc",)
    keeps_token: ClassVar[bool] = False
    served_by: ClassVar[str] = ""
    has_check: ClassVar[bool] = True

    @abstractmethod
    def point(self, grant: Grant, machine: Machine) -> Changes:
        """Write the files that lead it to the secure index; write nothing if they already do.

        Raises:
            SecurePyPIError: a file cannot be read, understood or written; the file is unchanged.
        """

    @abstractmethod
    def place(self, grant: Grant | None, machine: Machine) -> Place:
        """Return the address that it uses, from files and variables only: no program is run."""

    def files(self, machine: Machine) -> tuple[Path, ...]:
        """Return the configuration files that it reads, including files that do not exist."""
        return ()

    def withdraw(self, grant: Grant | None, machine: Machine) -> Changes:
        """Take the token away, and leave the index; `grant` is the expired one, or None if it is not known."""
        return Changes()

    def remove(self) -> Changes:
        """Remove the parts that are wholly ours, such as an entry or a folder."""
        return Changes()

    def restore(self) -> Changes:
        """Remove the parts that are wholly ours, and put the originals of its other files back."""
        return self.remove() + originals.release(self.name)

    def variables(self, grant: Grant) -> Mapping[str, str]:
        """Return the variables that lead one run of it to the secure index; none holds the token."""
        return {}

    def credential_variables(
        self, environ: Mapping[str, str], grant: Grant | None = None, folder: Path | None = None
    ) -> list[str]:
        """Return the names of variables with credentials of the user's that it reads before the token.

        Args:
            environ: the variables that it sees.
            grant: names the index; None if it is not known.
            folder: the working folder, for a project's files; None leaves these out.
        """
        return []

    def credentials_in_files(self, grant: Grant, machine: Machine) -> list[Finding]:
        """Return a finding for each place in a file with credentials of the user's that it reads before the token."""
        return []

    def own_credentials(self, grant: Grant | None, machine: Machine) -> list[Finding]:
        """Return a finding for each place with credentials of the user's that it uses in place of the token.

        There are none where it is not pointed at the index, and where the index takes the user's own credentials.
        """
        if not grant or not grant.must_be_given:
            return []
        names = self.credential_variables(machine.environ, grant, machine.folder)
        found = [credentials.in_variable(name, self.name.capitalize()) for name in names]
        found += self.credentials_in_files(grant, machine)
        # The place last: it takes longest to find out, and most users have no such credentials.
        return found if found and self.place(grant, machine).state == "secure" else []

    def is_enabled(self, options: SecurePyPI) -> bool:
        """Return whether the options ask to point it at the secure index."""
        named = (self.served_by or self.name) in options.clients
        return named and options.credential_store in self.credential_stores

    def concerns(self, machine: Machine) -> bool:
        """Return whether its configuration on `machine` is ours to write."""
        return True

    def is_installed(self, environ: Mapping[str, str]) -> bool:
        """Return whether it has a program on the path or beside this Python."""
        folders = os.pathsep.join([environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])
        return not self.programs or any(shutil.which(program, path=folders) for program in self.programs)

    def is_needed(self, machine: Machine) -> bool:
        """Return whether something on `machine` reads its files."""
        return self.is_installed(machine.environ)

    def standing(self, grant: Grant | None, machine: Machine) -> Standing:
        """Return its standing: the address that it uses, and whether that is what the options ask for."""
        enabled = self.is_enabled(machine.options) and self.concerns(machine)
        if not self.is_installed(machine.environ):
            return Standing(self.name, enabled, False, "not_installed")
        place = self.place(grant, machine)
        if place.state == "secure" and (own := self.own_credentials(grant, machine)):
            harm = any(one.severity == "error" for one in own)
            texts = " ".join(one.what for one in own), "; ".join(one.remedy for one in own)
            place = replace(place, state="elsewhere" if harm else "secure", message=texts[0], remedy=texts[1])
        state = place.state if grant else "unknown"
        if place.state == "unset" and not enabled:
            state = "off"
        url = masked(place.url) if place.url else None
        message = "" if state == "unknown" else masked(place.message)
        remedy = place.remedy if message else ""
        return Standing(self.name, enabled, True, state, url, place.source, message, remedy)
