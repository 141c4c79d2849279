"""A machine of one user with an AWS, an index, a disk and a clock that a test turns; all of ours in it is real.

Real are the broker, the token store, the server's refresher, publishing, installing, the history and every file.
Stand-ins: AWS is a function that mints, the index one that knows which tokens it takes, the wall clock a number, a full
disk a sync that fails, and a process that is killed a fork that exits at a given sync or rename.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import shutil
import signal
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from jupyter_securepypi.config import load_options
from jupyter_securepypi.core.errors import ClockSkew, TokenExpired, Unreachable
from jupyter_securepypi.core.grant import Grant
from jupyter_securepypi.core.providers.registry import provider_of, repository_of
from jupyter_securepypi.core.report import InstallReport
from jupyter_securepypi.core.token import Token
from jupyter_securepypi.emulator.emulator import DEFAULT_REPOSITORY
from jupyter_securepypi.install import service as installing
from jupyter_securepypi.notebook.take_over import TakeOver
from jupyter_securepypi.server import refresher as refreshing
from jupyter_securepypi.token.broker import TokenBroker


@dataclass(frozen=True)
class Cloud:
    """One of the two that the user works with.

    Attributes:
        repository: its name, as the user gives it.
        host: of the index.
        endpoint: of the index, without ``simple/``.
        login: the user name beside a token.
        windows: in which its tokens are replaced.
    """

    repository: str
    host: str
    endpoint: str
    login: str

    @property
    def windows(self):
        return provider_of(repository_of(self.repository)).windows


AWS = Cloud(
    DEFAULT_REPOSITORY,
    "acme-111122223333.d.codeartifact.us-west-2.amazonaws.com",
    "https://acme-111122223333.d.codeartifact.us-west-2.amazonaws.com/pypi/shared-pypi/",
    "aws",
)
GOOGLE = Cloud(
    "projects/acme-project/locations/europe-west1/repositories/shared-pypi",
    "europe-west1-python.pkg.dev",
    "https://europe-west1-python.pkg.dev/acme-project/shared-pypi/",
    "oauth2accesstoken",
)
MOST_SKEW = 300.0  # seconds by which AWS lets a clock differ


class World:
    """The machine, its user's files, and what the outside does to it.

    Attributes:
        cloud: the one whose repository the variable or else the configuration names.
        true: the clouds' clock, in epoch seconds; this machine's differs by `skew`.
        error: what a cloud answers instead of a token, or None.
        lifetime: seconds that a new token lives.
        serial: number of the last token; `revoked` is the last one that the index refuses.
        mints: how often a cloud was asked.
        login: number of the login in AWS's credentials file; `minted_with` is the one of AWS's last token. Of what a
            killed process minted nothing is known.
        nap: seconds that pass while a cloud is asked, as when the machine is suspended.
        full: whether the disk is.
        policy: of the gate, as the last install was held to it.
    """

    def __init__(self):
        self._stack = ExitStack()
        self.root = Path(tempfile.mkdtemp(prefix="test-of-securepypi-"))
        self._stack.callback(shutil.rmtree, self.root, ignore_errors=True)
        self.true, self.skew = time.time(), 0.0
        self.error, self.lifetime, self.nap, self.full = None, 43_200.0, 0.0, False
        self.serial = self.revoked = self.mints = self.login = self.minted_with = 0
        self._stack.enter_context(mock.patch.dict(os.environ, self._variables()))
        for name in [name for name in os.environ if name.startswith(("SECURE_PYPI_", "NETRC"))]:
            del os.environ[name]
        for target, value in (
            ("time.time", self.local),
            ("os.fsync", self._sync),
            ("jupyter_securepypi.server.refresher.TokenBroker", self),
            ("jupyter_securepypi.install.service.TokenBroker", self),
            ("jupyter_securepypi.install.service.install_with", self._engine),
        ):
            self._stack.enter_context(mock.patch(target, value))
        self.netrc, self.pip = self.root / ".netrc", self.root / "env/pip.conf"
        self.config = self.root / "config/jupyter_securepypi_config.json"
        self.policy = None
        self.credentials = self.root / ".aws/credentials"
        self.credentials.parent.mkdir()
        log = logging.getLogger("securepypi-sequences")
        log.setLevel(logging.CRITICAL)
        self.server = refreshing.Refresher(
            specs=self._specs, announce=lambda *_: None, on_options=lambda _: None, log=log
        )
        self.look()

    def close(self):
        self._stack.close()

    def local(self):
        return self.true + self.skew

    def of(self, options):
        """The broker for these options: what the product calls on its class."""
        return self.broker(options.mint_request())

    def broker(self, request):
        return TokenBroker(request, timeout=0.2, mint=self.mint, clock=self.local, jitter=lambda: 1.0)

    def asking(self):
        """The broker of one more process."""
        return self.broker(load_options().mint_request())

    def mint(self, request):
        self.mints += 1
        self.true += self.nap
        if self.error:
            raise self.error
        if abs(self.skew) > MOST_SKEW:
            raise ClockSkew("the signature has expired")
        self.serial += 1
        cloud = next(one for one in (AWS, GOOGLE) if repository_of(one.repository) == request.repository)
        if cloud is AWS:
            self.minted_with = self.login
        expires_at = self.true + self.lifetime
        secret = f"token.{self.serial}.{expires_at!r}"
        token = Token(secret, expires_at, self.local(), "", cloud.windows)
        return Grant(token, cloud.endpoint, cloud.login)

    @property
    def cloud(self):
        named = os.environ.get("CA_REPOSITORY_ARN") or self.configured()["repository"]
        return GOOGLE if named == GOOGLE.repository else AWS

    def opens(self, secret):
        """Whether the index takes a token."""
        _, serial, expires_at = secret.split(".", 2)
        return int(serial) > self.revoked and self.true < float(expires_at)

    def configured(self):
        """What the user's own configuration says."""
        return json.loads(self.config.read_bytes())["SecurePyPI"] if self.config.exists() else {}

    def configure(self, name, value):
        """Let the user, or an administrator in their place, edit it."""
        self.config.parent.mkdir(exist_ok=True)
        self.config.write_text(json.dumps({"SecurePyPI": {**self.configured(), name: value}}))

    def old_notebook_installs(self):
        """Run ``%pip install`` as an old notebook has it; return whether it went our way."""
        ours, theirs = [], []
        table = {"pip": lambda line, **scope: theirs.append(line)}
        shell = SimpleNamespace(
            magics_manager=SimpleNamespace(magics={"line": table}),
            events=SimpleNamespace(register=lambda name, call: None),
        )
        TakeOver(shell, ours.append).begin()
        table["pip"]("install acme-core")
        assert (ours or theirs) and not (ours and theirs)
        assert ours in ([], [["acme-core"]])
        return bool(ours)

    def look(self, forced=False):
        """Let the server look at everything once, as its loop does."""
        self.server.work(self.local() if forced else None)

    def install(self):
        return installing.install(load_options(), ["acme-core"])

    def die(self, at, forced):
        """Let a server of its own look, and be killed at its sync or rename number `at`."""
        pid = os.fork()
        if pid == 0:
            signal.alarm(30)
            self._doom(at)
            try:
                self.look(forced)
            finally:
                os._exit(0)
        os.waitpid(pid, 0)
        self.serial += 1  # the child may have had one, and taken as long for it
        self.true += self.nap

    def stored(self):
        """The token of `cloud` in the store, or None, read as any JSON reader would."""
        path = self.asking().store.token_file
        return (
            Token(**json.loads(path.read_bytes())["token"], windows=self.cloud.windows)
            if path.exists()
            else None
        )

    def records(self):
        return [
            json.loads(path.read_bytes()) for path in (self.root / "data/securepypi/originals").glob("*.json")
        ]

    def remains(self):
        return list(self.root.rglob(".*.securepypi-*"))

    def _doom(self, at):
        left = [at]

        def deadly(action):
            def call(*arguments):
                left[0] -= 1
                if left[0] == 0:
                    os._exit(9)
                return action(*arguments)

            return call

        os.fsync, os.replace = deadly(os.fsync), deadly(os.replace)

    def _sync(self, handle):
        # Otherwise nothing: a power cut is not among the troubles, and syncing takes most of the time.
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _engine(self, engine, request, index, **more):
        self.policy = more["policy"]
        if not self.opens(index.password):
            raise TokenExpired("The index does not accept the token (401).")
        if self.error and isinstance(self.error, Unreachable):
            raise Unreachable("The index cannot be reached.")
        return InstallReport(())

    def _specs(self):
        prefix = self.root / "env"
        if not prefix.exists():
            (prefix / "bin").mkdir(parents=True)
            (prefix / "pyvenv.cfg").write_text("home = /usr/bin\n")
            (prefix / "bin/python").write_text("#!/bin/sh\nexit 1\n")
            (prefix / "bin/python").chmod(0o755)
        argv = [str(prefix / "bin/python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": "One", "language": "python", "env": {}, "metadata": {}}
        return {"one": {"spec": spec, "resource_dir": str(self.root)}}

    def _variables(self):
        return {
            "HOME": str(self.root),
            "XDG_CONFIG_HOME": str(self.root / ".config"),
            "XDG_CONFIG_DIRS": str(self.root / "etc"),
            "JUPYTER_CONFIG_DIR": str(self.root / "config"),
            "JUPYTER_DATA_DIR": str(self.root / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.root / "runtime"),
            "CA_REPOSITORY_ARN": DEFAULT_REPOSITORY,
        }
