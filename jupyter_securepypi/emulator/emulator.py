"""The emulator as one object: start it, point clients at it, set faults, read the log of calls."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..core.errors import ConfigurationError
from ..core.providers.codeartifact.repository import Repository
from . import variables
from .callers import CALLER_ROLES
from .samples import build_samples
from .true_names import TrueNames

if TYPE_CHECKING:
    from typing_extensions import Self

    from .parts import Parts
    from .principals import Principal

DEFAULT_REPOSITORY = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
_CALLER_HOURS = 12


class Emulator:
    """STS, IAM, CodeArtifact, a package index and OSV on one loopback port.

    Beside the default repository, its domain has ``team-pypi``, ``pypi-store`` (connected to a public index of small
    packages, see `public_index`) and ``curated`` (with ``pypi-store`` as its upstream).

    It is a context manager, and has `start` and `stop`. moto keeps one IAM state per process: emulators that run in
    one process at the same time share users and roles, but not sessions or tokens. Each start restores the built-in
    roles.

    Args:
        port: TCP port, 0 for any free one.
        tls: serve https, with a certificate of the emulator's own authority (`ca_file`).
        true_names: serve AWS's own host names, such as ``sts.us-west-2.amazonaws.com``, to clients that use the port as
            their proxy; it leads nowhere else. `environment` then has the proxy in place of endpoints.
        named: the name of loopback in all addresses: ``localhost`` for clients that cannot check a certificate of an
            IP address, like pip 24.2 to 25.0.
        token_lifetime: seconds that every token lives, instead of the requested duration.
        packages: a folder of files to serve from the default repository; they are copied. By default the sample
            packages of `samples.build_samples`.
        state_dir: the folder for files; by default a temporary folder that `stop` removes. Only files outlive a stop:
            no statuses, origins, policies or groups.
        repository_arn: the default repository; it also decides region and partition.
        as_role: whose credentials `environment` has: ``reader``, ``publisher`` or ``admin``.
        token_marker: text that is literally in every token, so that a scan can find leaks.
        secret_marker: the same for every secret access key.
        html_index_only: the index answers with HTML whatever a client accepts, and so tells neither upload times nor
            sizes: CodeArtifact until 2026, and some other indexes today.

    Raises:
        ConfigurationError: an ARN, a folder, a lifetime or a role is not valid, or options exclude each other.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        tls: bool = False,
        true_names: bool = False,
        named: str = "127.0.0.1",
        token_lifetime: float | None = None,
        packages: Path | None = None,
        state_dir: Path | None = None,
        repository_arn: str = DEFAULT_REPOSITORY,
        as_role: str = "reader",
        token_marker: str = "",
        secret_marker: str = "",
        html_index_only: bool = False,
    ) -> None:
        self._home = Repository.from_arn(repository_arn)
        if tls and true_names:
            raise ConfigurationError(
                "The emulator serves either https on loopback or true names.",
                why="true names are https by themselves",
                remedy="leave out tls",
            )
        self._names = TrueNames(self._home) if true_names else None
        if as_role not in CALLER_ROLES:
            raise ConfigurationError(
                f"There is no built-in role {as_role!r}.", why=f"there are {', '.join(CALLER_ROLES)}"
            )
        self._role = CALLER_ROLES[as_role]
        self._port, self._tls, self._named = port, tls, named
        self._markers = (token_marker, secret_marker)
        self._html_only = html_index_only
        self._packages = packages
        if packages is not None and not packages.is_dir():
            raise ConfigurationError(
                f"The folder of packages does not exist: {packages}.",
                remedy="create it, or leave the option out",
            )
        if token_lifetime is not None and not 0 < token_lifetime <= 43_200:
            raise ConfigurationError(
                f"A token lifetime of {token_lifetime:g} seconds cannot be.",
                why="it must be above 0 and at most 43200",
            )
        self._lifetime = token_lifetime
        self._given_folder = state_dir
        self._folder = Path()
        self._parts: Parts | None = None

    def start(self) -> Emulator:
        """Start serving, and return the emulator.

        Raises:
            ConfigurationError: the port is not available, or libraries are missing.
        """
        if self._parts is not None:
            return self
        try:
            from .parts import Parts
        except ImportError as error:
            raise ConfigurationError(
                f"The emulator needs a library that is not installed: {error.name}.",
                remedy='pip install "jupyter_securepypi[demo]"',
            ) from error
        self._folder = self._given_folder or Path(tempfile.mkdtemp(prefix="securepypi-emulator-"))
        self._folder.mkdir(parents=True, exist_ok=True)
        parts = Parts(
            self._home, self._folder, self._names, self._lifetime, *self._markers, html_only=self._html_only
        )
        try:
            self._fill(parts.packages_dir)
            parts.serve(self._port, tls=self._tls, named=self._named)
        except BaseException:
            parts.stop()
            self._remove_folder()
            raise
        self._parts = parts
        self._caller = parts.open_session(self._role, "data-scientist", _CALLER_HOURS * 3600)
        return self

    def stop(self) -> None:
        """Stop serving, and remove the files unless `state_dir` was given."""
        if self._parts is not None:
            self._parts.stop()
            self._parts = None
            self._remove_folder()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The emulator's own address, which is the endpoint of every service; without a slash at the end."""
        return self._running.state.url

    @property
    def repository_arn(self) -> str:
        """ARN of the default repository."""
        return self._home.arn

    @property
    def index_url(self) -> str:
        """The default repository's index, without credentials, ending in ``simple/``."""
        return self.index_url_of(self._home.arn)

    def index_url_of(self, repository_arn: str) -> str:
        """Return the index of another repository, ending in ``simple/``."""
        return f"{self._running.state.endpoint_of(self._running.repo(repository_arn))}simple/"

    @property
    def osv_url(self) -> str:
        """The OSV service, without a slash at the end: ``/v1/query`` and the rest of the API lie below it."""
        return self.url

    @property
    def repository_arns(self) -> list[str]:
        """ARNs of all repositories, the default one first."""
        return [repo.arn for repo in self._running.state.world.repositories()]

    @property
    def role_template(self) -> str:
        """A role ARN template that works for the default caller."""
        return self._running.state.world.role_template

    @property
    def packages_dir(self) -> Path:
        """The folder of the default repository's files: a wheel that is copied into it appears in the index.

        The upload time that the index shows for a file is its modification time.
        """
        return self._running.packages_dir

    def packages_dir_of(self, repository_arn: str) -> Path:
        """Return the folder of another repository's files."""
        return self._running.repo(repository_arn).storage.folder

    @property
    def public_packages_dir(self) -> Path:
        """The folder of the emulated public index, which ``pypi-store`` is connected to; the same holds for it."""
        return self._running.state.world.public.folder

    @property
    def ca_file(self) -> Path | None:
        """The certificate authority to trust, or None without TLS."""
        return self._running.ca_file

    def environment(self) -> dict[str, str]:
        """Return every variable a client needs: endpoints or proxy, the default caller's keys, region, authority."""
        parts, region = self._running, self._home.region
        proxied = (
            self._names.hosts(repo.domain for repo in parts.state.world.repositories()) if self._names else []
        )
        return {
            **(variables.through_proxy(parts.proxy_url) if self._names else variables.endpoints(self.url)),
            **_keys(self._caller),
            "AWS_DEFAULT_REGION": region,
            "AWS_REGION": region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CA_REPOSITORY_ARN": self.repository_arn,
            # Requests to loopback must not go through the machine's proxy.
            **variables.without_proxy(os.environ, proxied),
            **(variables.trusting(self.ca_file) if self.ca_file else {}),
        }

    def credentials(self, role: str, *, name: str = "tester", seconds: float = 3600) -> dict[str, str]:
        """Return the three AWS variables of a new session of `role`, which is opened without a check.

        Args:
            role: name of a role in the default caller's account, or a role ARN.
            name: the session's name.
            seconds: the session's lifetime.

        Raises:
            ConfigurationError: there is no such role.
        """
        return _keys(self._running.open_session(role, name, seconds))

    def calls(self) -> dict[str, Any]:
        """Return ``counts`` by operation and the list of ``calls``, oldest first."""
        return self._running.state.calls.to_dict()

    def faults(self, **changes: Any) -> dict[str, Any]:
        """Set faults like ``POST /_emulator/faults``, and return the faults in force.

        Raises:
            ConfigurationError: a fault is not valid.
        """
        return self._running.change_faults(changes)

    def clear(self) -> None:
        """Remove all faults, all logged calls, and the OSV records that were added."""
        self._running.state.faults.clear()
        self._running.state.calls.clear()
        self._running.state.osv.reset()

    def add_osv_record(self, record: Mapping[str, Any]) -> None:
        """Add a record in the OSV schema, or replace the one with its id; ``modified`` may be left out.

        Raises:
            ConfigurationError: it has no id, or is no JSON.
        """
        self._running.state.osv.add(record)

    def write_osv_database(self, path: Path) -> Path:
        """Write all records about Python packages to `path`, a zip as OSV exports it, and return `path`."""
        path.write_bytes(self._running.state.osv.export("PyPI") or b"")
        return path

    @property
    def _running(self) -> Parts:
        if self._parts is None:
            raise ConfigurationError(
                "The emulator is not running.", remedy="call start(), or use it in a with statement"
            )
        return self._parts

    def _fill(self, folder: Path) -> None:
        if self._packages is None:
            build_samples(folder)
            return
        for file in self._packages.iterdir():
            if file.is_file():
                shutil.copy2(file, folder)

    def _remove_folder(self) -> None:
        if self._given_folder is None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _keys(session: Principal) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": session.access_key,
        "AWS_SECRET_ACCESS_KEY": session.secret_key,
        "AWS_SESSION_TOKEN": session.session_token,
    }
