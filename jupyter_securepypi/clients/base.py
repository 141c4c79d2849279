"""What a client is: a package manager, or what it reads credentials from, that is pointed at the secure index.

To add one, write a subclass of `Client` in a file of its own, and its line in `registry.ALL`. Whoever reads the
options imports these files, so they import what is slow to load inside of the methods that need it.
"""

from __future__ import annotations

import os
import shutil
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from ..core.address import same_address
from ..core.environment import PythonEnvironment
from ..core.grant import Grant
from ..core.masking import masked
from . import originals
from .change import Changes

if TYPE_CHECKING:
    from ..config import SecurePyPI
    from ..token.store import TokenStore

REPOSITORY = "securepypi"
"""The name that the secure repository goes by in each client that gives its repositories names."""
CONFIGURE = "run `jupyter securepypi configure`"
"""What to do about a client that is not pointed at the index."""


@dataclass(frozen=True)
class Machine:
    """Where clients are pointed at the index, and looked at.

    Attributes:
        options: the options in force.
        environ: the variables that the clients see.
        kernels: the environments of the kernels; None where they are not known.
        folder: where one works, for the files of a project; None for none.
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
        """Return `grant`, or what has taken its place in the token store; hold `originals.locked` around it."""
        held = self.store.load()
        return held if held and held.token.minted_at > grant.token.minted_at else grant


@dataclass(frozen=True)
class Place:
    """Where a client goes, and who says so.

    Attributes:
        state: ``secure``, ``elsewhere`` or ``unset``.
        url: the address, which may hold credentials; None where there is none.
        source: the file, with its section, or the variable.
        message: what is the matter; empty where nothing is.
        remedy: what to do about that.
    """

    state: str
    url: str | None = field(repr=False)
    source: str
    message: str = ""
    remedy: str = ""

    @staticmethod
    def of_uploads(url: str, source: str, grant: Grant | None, remedy: str) -> Place:
        """Return the place of a publisher that uploads to `url`, and what to do if that is not the repository."""
        if grant and same_address(url, grant.endpoint_url):
            return Place("secure", url, source)
        return Place("elsewhere", url, source, "uploads go elsewhere", remedy)


@dataclass(frozen=True)
class Standing:
    """How one client stands; holds no secret.

    Attributes:
        name: the client's.
        enabled: whether the options have it served.
        installed: whether there is a program that would read its configuration.
        state: ``secure``, ``elsewhere`` (something leads away), ``unset`` (to be pointed at the index, and not so as
            yet), ``off`` (nobody asked for it), ``not_installed`` or ``unknown`` (the index is not known yet).
        index_url: where it goes, credentials masked; None where nothing says so.
        source: the file, with its section, or the variable that decides; empty where nothing does.
        message: what is the matter; empty where nothing is.
        remedy: what to do about that.
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
    """A package manager, or what it reads credentials from.

    Attributes:
        name: as the option `clients` has it.
        help: what is written for it: the rest of "name: …" in the help of that option.
        programs: one of them must be installed; empty for what is part of every Python.
        by_default: whether the option names it where nobody sets the option.
        credential_stores: the values of the option `credential_store` with which it finds the token.
        keeps_token: whether others find the token in what it writes, so that it is pointed first.
        served_by: the client whose files it reads; then it has none of its own, and the option does not name it.
        has_check: whether the doctor gives it a line of its own.
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
        """Write what leads it to the secure index, and nothing where that is so already.

        Raises:
            SecurePyPIError: a file cannot be read, understood or written; it is then as it was.
        """

    @abstractmethod
    def place(self, grant: Grant | None, machine: Machine) -> Place:
        """Return where it goes, from files and variables only: no program is run."""

    def files(self, machine: Machine) -> tuple[Path, ...]:
        """Return the configuration files that it reads, whether they exist or not."""
        return ()

    def withdraw(self, grant: Grant | None, machine: Machine) -> Changes:
        """Take the token away, and leave the index: `grant` is the one that has expired, as far as it is known."""
        return Changes()

    def remove(self) -> Changes:
        """Remove what is wholly ours, as an entry or a folder."""
        return Changes()

    def restore(self) -> Changes:
        """Remove what is wholly ours, and put its other files back as they were before us."""
        return self.remove() + originals.release(self.name)

    def variables(self, grant: Grant) -> Mapping[str, str]:
        """Return the variables that lead one run of it to the secure index; none of them holds the token."""
        return {}

    def is_enabled(self, options: SecurePyPI) -> bool:
        """Return whether the options have it pointed at the secure index."""
        named = (self.served_by or self.name) in options.clients
        return named and options.credential_store in self.credential_stores

    def concerns(self, machine: Machine) -> bool:
        """Return whether its configuration on `machine` is one that we are to write."""
        return True

    def is_installed(self, environ: Mapping[str, str]) -> bool:
        """Return whether it has a program on the path or beside this Python."""
        folders = os.pathsep.join([environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])
        return not self.programs or any(shutil.which(program, path=folders) for program in self.programs)

    def standing(self, grant: Grant | None, machine: Machine) -> Standing:
        """Return how it stands: where it goes, and whether that is as the options want it."""
        enabled = self.is_enabled(machine.options) and self.concerns(machine)
        if not self.is_installed(machine.environ):
            return Standing(self.name, enabled, False, "not_installed")
        place = self.place(grant, machine)
        state = place.state if grant else "unknown"
        if place.state == "unset" and not enabled:
            state = "off"
        url = masked(place.url) if place.url else None
        message = "" if state == "unknown" else masked(place.message)
        remedy = place.remedy if message else ""
        return Standing(self.name, enabled, True, state, url, place.source, message, remedy)
