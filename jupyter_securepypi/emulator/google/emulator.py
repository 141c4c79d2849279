"""The emulated Google Cloud as one object: start it, point clients at it, change what is wrong, read the log."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ...core.errors import ConfigurationError
from .. import variables
from ..authority import Authority
from ..calls import Call, CallLog
from ..faults import FaultError, Faults
from ..proxy import LoopbackProxy, Ways
from ..samples import build_samples
from ..server import LoopbackServer
from .identities import KINDS, Identities
from .names import SERVICES, serves
from .router import Router
from .tokens import LIFETIME, TokenBook
from .world import LOCATION, NOTEBOOK, PROJECT, READER, STANDARD, Trouble, World

if TYPE_CHECKING:
    from typing_extensions import Self


class GoogleEmulator:
    """Metadata server, tokens, impersonation, Artifact Registry's API and its Python index, under Google's own names.

    The project ``acme-project`` has, in ``europe-west1``, the standard repositories ``shared-pypi`` (the default one),
    ``team-pypi`` and ``closed-pypi`` (which lets nobody in), the remote one ``pypi-cache`` of the emulated public
    index, and the virtual one ``everything`` of ``shared-pypi`` and ``pypi-cache``. Clients get a proxy that leads
    nowhere else. It is a context manager, and has `start` and `stop`.

    Args:
        port: of the proxy, and of the metadata server; 0 for any free one.
        token_lifetime: seconds that every token lives.
        token_marker: text that is literally in every token and secret, so that a scan can find leaks.
    """

    def __init__(self, *, port: int = 0, token_lifetime: float = LIFETIME, token_marker: str = "") -> None:
        self._port, self._marker = port, token_marker
        self._book = TokenBook(token_marker, token_lifetime)
        self._faults, self._log = Faults(token_lifetime), CallLog()
        self._servers: list[LoopbackServer | LoopbackProxy] = []
        self._folder = Path()
        self._proxy: LoopbackProxy | None = None

    def start(self) -> Self:
        """Start serving, and return the emulator.

        Raises:
            ConfigurationError: the port is not available.
        """
        self._folder = Path(tempfile.mkdtemp(prefix="securepypi-google-"))
        self._world = World(self._folder / "repositories")
        self._identities = Identities(self._folder / "credentials", self._marker)
        build_samples(self.packages_dir)
        self._router = Router(self._world, self._identities, self._book, self._faults, self._log)
        authority = Authority(self._folder)
        self.ca_file = authority.file
        own = LoopbackServer(self._router, 0)
        under = LoopbackServer(self._router, 0, authority.adapter_for_names(serves))
        self._servers = [own, under]
        try:
            self._proxy = LoopbackProxy(self._port, Ways(serves, self._note_refused, under.port, own.port))
        except BaseException:
            self.stop()
            raise
        self._servers.append(self._proxy)
        return self

    def stop(self) -> None:
        """Stop serving, and remove the files."""
        self._faults.close()
        for server in reversed(self._servers):
            server.stop()
        self._servers = []
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def repository(self) -> str:
        """The resource name of the default repository."""
        return self.repository_named("shared-pypi")

    @property
    def index_url(self) -> str:
        """The default repository's index, without credentials, ending in ``simple/``."""
        return f"https://{LOCATION}-python.pkg.dev/{PROJECT}/shared-pypi/simple/"

    @property
    def packages_dir(self) -> Path:
        """The folder of the default repository's files."""
        return self.packages_dir_of("shared-pypi")

    def repository_named(self, name: str) -> str:
        """Return the resource name of a repository, whether it exists or not."""
        return f"projects/{PROJECT}/locations/{LOCATION}/repositories/{name}"

    def packages_dir_of(self, name: str) -> Path:
        """Return the folder of a repository's files."""
        return self._world.repo(name).storage.folder

    def add_repository(self, name: str, *, readable: bool = True) -> Path:
        """Add a standard repository, and return the folder of its files; `readable` lets the built-in accounts in."""
        return self._world.add_repository(name, STANDARD, readable=readable).storage.folder

    def grant(self, name: str, policy: Mapping[str, Any]) -> None:
        """Add the bindings of an IAM policy to a repository, as ``setIamPolicy`` takes it."""
        repo = self._world.repo(name)
        for one in policy["bindings"]:
            members = {member.partition(":")[2] if "://" not in member else member for member in one["members"]}
            repo.bindings.setdefault(one["role"], set()).update(members)

    def environment(self, kind: str = "metadata", *, account: str = "") -> dict[str, str]:
        """Return every variable that a client needs.

        Args:
            kind: which application default credentials it has, see `identities.KINDS`.
            account: the service account of a key, by default `NOTEBOOK`; or of impersonated credentials, by default
                `READER`.

        Raises:
            ConfigurationError: there is no such kind.
        """
        if kind not in KINDS:
            raise ConfigurationError(f"There are no credentials of kind {kind!r}.", why=f"there are {KINDS}")
        assert self._proxy is not None  # noqa: S101 it has been started # nosec B101
        found = {
            "HTTPS_PROXY": f"http://127.0.0.1:{self._proxy.port}",
            "https_proxy": f"http://127.0.0.1:{self._proxy.port}",
            **variables.trusting(self.ca_file),
            **variables.without_proxy(os.environ, [*SERVICES, f"{LOCATION}-python.pkg.dev"]),
            "SECURE_PYPI_INDEX": self.repository,
            "GOOGLE_CLOUD_PROJECT": PROJECT,
        }
        if kind == "metadata":
            server = f"127.0.0.1:{self._proxy.port}"
            return {**found, "GCE_METADATA_HOST": server, "GCE_METADATA_IP": server}
        found["NO_GCE_CHECK"] = "true"
        if kind != "none":
            found["GOOGLE_APPLICATION_CREDENTIALS"] = str(
                self._identities.file(kind, account or (READER if kind == "impersonated" else NOTEBOOK))
            )
        return found

    def calls(self) -> dict[str, Any]:
        """Return ``counts`` by operation and the list of ``calls``, oldest first."""
        return self._log.to_dict()

    def token_calls(self) -> int:
        """Return how often a token was asked for, of whichever service."""
        return sum(count for name, count in self.calls()["counts"].items() if name.startswith("token:"))

    def faults(self, **changes: Any) -> None:
        """Set faults, as `Emulator.faults`; `Router` names the operations.

        Raises:
            ConfigurationError: a fault is not valid.
        """
        try:
            self._faults.set(changes)
        except FaultError as error:
            raise ConfigurationError(str(error)) from error
        self._book.lifetime = self._faults.token_lifetime or LIFETIME

    def trouble(self, **changes: Any) -> None:
        """Change what is wrong in this world, see `Trouble`."""
        self._world.trouble = replace(self._world.trouble, **changes)

    def revoke(self) -> None:
        """Revoke all tokens."""
        self._book.revoke()

    def clear(self) -> None:
        """Remove all faults, troubles and logged calls, and let the metadata server forget its token."""
        self._faults.clear()
        self._book.lifetime = self._faults.token_lifetime or LIFETIME
        self._log.clear()
        self._world.trouble = Trouble()
        self._router.metadata.forget()

    def _note_refused(self, host: str) -> None:
        self._log.begin(Call("proxy", "proxy:refused", status=403, detail={"host": host}))
