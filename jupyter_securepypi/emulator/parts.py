"""The running parts of an emulator; only this module imports the libraries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..core.errors import ConfigurationError
from ..core.providers.codeartifact.repository import Repository
from .calls import CallLog
from .control import apply_faults
from .domains import Repo
from .faults import FaultError, Faults
from .principals import Keyring, Principal
from .roles import CALLER_ROLE
from .router import Router
from .server import LoopbackServer
from .state import State
from .tokens import TokenBook
from .world import World


class Parts:
    """World, memory and server of one emulator.

    Args:
        home: the default repository.
        folder: the folder for repositories and certificates.
        token_lifetime: seconds, or None for the requested duration.
        token_marker: text that is in every token.
        secret_marker: text that is in every secret key.
        html_only: the index knows no JSON.
    """

    caller_role = CALLER_ROLE

    def __init__(
        self,
        home: Repository,
        folder: Path,
        token_lifetime: float | None,
        token_marker: str,
        secret_marker: str,
        html_only: bool = False,
    ) -> None:
        world = World(home, folder / "repositories")
        self.state = State(
            world, Keyring(world, secret_marker), TokenBook(token_marker), Faults(token_lifetime), CallLog()
        )
        self._html_only = html_only
        self._server: LoopbackServer | None = None

    def serve(self, port: int, tls_folder: Path | None, named: str) -> None:
        """Open the port.

        Raises:
            ConfigurationError: it is not available.
        """
        self._server = LoopbackServer(Router(self.state, self._html_only), port, tls_folder, named)
        self.state.url = self._server.url

    def stop(self) -> None:
        """Release hanging requests and close the port."""
        self.state.faults.close()
        if self._server is not None:
            self._server.stop()
        self.state.world.close()

    @property
    def ca_file(self) -> Path | None:
        """The certificate authority, or None without TLS."""
        return self._server.ca_file if self._server else None

    @property
    def packages_dir(self) -> Path:
        """Files of the default repository."""
        return self.repo(self.state.world.home.arn).storage.folder

    def repo(self, arn: str) -> Repo:
        """Return the repository `arn`.

        Raises:
            ConfigurationError: there is none.
        """
        for repo in self.state.world.repositories():
            if repo.arn == arn:
                return repo
        raise ConfigurationError(
            f"The emulator has no repository {arn}.", remedy="see Emulator.repository_arns"
        )

    def open_session(self, role: str, name: str, seconds: float) -> Principal:
        """Return a new session of `role`, a name or an ARN, which is opened without a check.

        Raises:
            ConfigurationError: there is no such role.
        """
        home = self.state.world.home
        arn = role if role.startswith("arn:") else f"arn:{home.partition}:iam::{home.owner}:role/{role}"
        found = self.state.keyring.find_role(arn)
        if found is None:
            raise ConfigurationError(f"The emulator has no role {arn}.")
        return self.state.keyring.open_session(found, name, seconds)

    def change_faults(self, changes: dict[str, Any]) -> dict[str, Any]:
        """Set faults and return the faults in force.

        Raises:
            ConfigurationError: a fault is not valid.
        """
        try:
            apply_faults(changes, self.state)
        except FaultError as error:
            raise ConfigurationError(f"This fault cannot be: {error}.") from error
        return self.state.faults.to_dict()
