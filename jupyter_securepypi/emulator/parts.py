"""The running parts of an emulator; only this module imports the libraries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..core.errors import ConfigurationError
from ..core.providers.codeartifact.repository import Repository
from .authority import Authority
from .calls import Call, CallLog
from .control import apply_faults
from .domains import Repo
from .faults import FaultError, Faults
from .principals import Keyring, Principal
from .proxy import LoopbackProxy, Ways
from .router import Router
from .server import HOST, LoopbackServer
from .state import State
from .tokens import TokenBook
from .true_names import TrueNames, UnderTrueNames
from .world import World


class Parts:
    """World, memory and servers of one emulator.

    Args:
        home: the default repository.
        folder: the folder for repositories and certificates.
        names: AWS's own names if they are to be served, else None.
        token_lifetime: seconds, or None for the requested duration.
        token_marker: text that is in every token.
        secret_marker: text that is in every secret key.
        html_only: the index knows no JSON.

    Attributes:
        ca_file: the certificate authority to trust, or None without TLS.
        proxy_url: the proxy that leads to AWS's own names; empty if they are not served.
    """

    def __init__(
        self,
        home: Repository,
        folder: Path,
        names: TrueNames | None,
        token_lifetime: float | None,
        token_marker: str,
        secret_marker: str,
        html_only: bool = False,
    ) -> None:
        world = World(home, folder / "repositories")
        self.state = State(
            world,
            Keyring(world, secret_marker),
            TokenBook(token_marker),
            Faults(token_lifetime),
            CallLog(),
            names=names,
        )
        self._html_only = html_only
        self.ca_file: Path | None = None
        self.proxy_url = ""
        self._folder = folder
        self._servers: list[LoopbackServer | LoopbackProxy] = []

    def serve(self, port: int, *, tls: bool, named: str) -> None:
        """Open `port`, where the emulator has the address `named`, and what serves AWS's own names.

        Raises:
            ConfigurationError: it is not available.
        """
        router = Router(self.state, self._html_only)
        if self.state.names is not None:
            self._serve_names(self.state.names, router, port, named)
            return
        adapter = None
        if tls:
            authority = Authority(self._folder)
            adapter, self.ca_file = authority.adapter(HOST, "localhost"), authority.file
        own = LoopbackServer(router, port, adapter, named)
        self._servers.append(own)
        self.state.url = own.url

    def _serve_names(self, names: TrueNames, router: Router, port: int, named: str) -> None:
        authority = Authority(self._folder)
        own = LoopbackServer(router, 0)
        self._servers.append(own)
        under = LoopbackServer(UnderTrueNames(router, names), 0, authority.adapter_for_names(names.serves))
        self._servers.append(under)
        proxy = LoopbackProxy(port, Ways(names.serves, self._note_refused, under.port, own.port))
        self._servers.append(proxy)
        self.ca_file = authority.file
        self.proxy_url = self.state.url = f"http://{named}:{proxy.port}"

    def _note_refused(self, host: str) -> None:
        self.state.calls.begin(Call("proxy", "proxy:refused", status=403, detail={"host": host}))

    def stop(self) -> None:
        """Release hanging requests and close the ports."""
        self.state.faults.close()
        for server in reversed(self._servers):
            server.stop()
        self.state.world.close()

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
