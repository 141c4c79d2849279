"""The token on disk: one file (0600) for each token and all that it opens, shared by all processes of one user."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..core import schema
from ..core.errors import FileProblem, SecurePyPIError
from ..core.files import owned_by_another, private_folder, write_atomically
from ..core.grant import Grant, MintRequest, token_to_dict
from ..core.providers.registry import provider_of
from ..core.secret import Secret, SecretBytes, SecretDict


@dataclass(frozen=True)
class Failure:
    """The failure of the last attempt to mint, and the time of the next attempt.

    Attributes:
        error: the error of the attempt.
        since: epoch second of the first failure in a row.
        next_try: epoch second of the next attempt; no process asks before it.
        attempts: the number of failures in a row.
        logins: the state of the user's login files at the failure; another state deserves a new attempt.
    """

    error: SecurePyPIError
    since: float
    next_try: float
    attempts: int
    logins: str


class TokenStore:
    """The store of the grants that share one token.

    Args:
        request: the request, which identifies the token.
        folder: the folder of the files; by default ``securepypi/`` in Jupyter's runtime directory.

    Attributes:
        token_file: the file with the token.
        lock_file: the file that a process locks while it asks the provider.
    """

    def __init__(self, request: MintRequest, folder: Path | None = None) -> None:
        self._provider = provider_of(request.repository)
        self._place = self._provider.place(request)
        self.folder = folder or runtime_folder()
        name = store_key(request, os.environ)
        self.token_file = self.folder / f"{name}.json"
        self._failure_file = self.folder / f"{name}.failure.json"
        self.lock_file = self.folder / f"{name}.lock"

    def prepare(self) -> None:
        """Create the folder, for its owner only.

        Raises:
            FileProblem: if that cannot be done.
        """
        private_folder(self.folder)

    def problem(self) -> FileProblem | None:
        """Return why no token can be kept here or read from here; None if nothing speaks against it."""
        for path in (self.token_file, self.lock_file, self.folder):
            foreign = owned_by_another(path)
            if foreign and not os.access(path, os.R_OK | os.W_OK):
                return FileProblem(f"The token cannot be kept in {self.folder}.", **foreign)
        return None

    def load(self) -> Grant | None:
        """Return the stored grant for the repository, or None; a damaged file counts as none."""
        data = schema.read_object(self.token_file)
        try:
            found = SecretDict({**data["token"], **data["places"][self._place]})
            return Grant.from_dict(found, self._provider.windows)
        except (KeyError, TypeError, ValueError):
            return None

    def logins(self) -> str | None:
        """Return the state of the user's login files when the stored token was minted; None if it is not known."""
        known = schema.read_object(self.token_file).get("logins")
        return known if isinstance(known, str) else None

    def save(self, grant: Grant, logins: str = "") -> None:
        """Store `grant`; other repositories that its token opens stay in the store.

        The user's own credentials are not stored: they are in the user's own files.

        Args:
            grant: the new grant.
            logins: the state of the user's login files that it was minted with; empty if it is not known.

        Raises:
            FileProblem: if the file cannot be written.
        """
        if not grant.own:
            places = schema.read_object(self.token_file).get("places")
            places = places if isinstance(places, dict) else {}
            data: dict[str, object] = {
                "token": token_to_dict(grant.token),
                "places": {**places, self._place: grant.place()},
            }
            data.update({"logins": logins} if logins else {})
            write_atomically(self.token_file, SecretBytes(json.dumps(data).encode()), mode=0o600)
        with suppress(OSError):  # a failure that cannot be forgotten matters less than the token
            self._failure_file.unlink(missing_ok=True)

    def load_failure(self) -> Failure | None:
        """Return the remembered failure, or None."""
        data = schema.read_object(self._failure_file)
        if not data:
            return None
        try:
            return Failure(
                error=SecurePyPIError.from_dict(data["error"]),
                since=schema.number(data, "since"),
                next_try=schema.number(data, "next_try"),
                attempts=int(schema.number(data, "attempts")),
                logins=schema.text(data, "logins"),
            )
        except (KeyError, TypeError, ValueError):
            return None

    def save_failure(self, failure: Failure) -> None:
        """Store `failure`.

        Raises:
            FileProblem: if the file cannot be written.
        """
        data = {**vars(failure), "error": failure.error.to_dict()}
        write_atomically(self._failure_file, json.dumps(data).encode(), mode=0o600)

    def clear(self) -> None:
        """Remove token and failure."""
        self.token_file.unlink(missing_ok=True)
        self._failure_file.unlink(missing_ok=True)


def runtime_folder() -> Path:
    """Return the folder of tokens: ``securepypi/`` in Jupyter's runtime directory."""
    from jupyter_core.paths import jupyter_runtime_dir

    return Path(jupyter_runtime_dir()) / "securepypi"


def forget_all() -> int:
    """Remove all tokens and remembered failures of this user, for every principal; return the number of files.

    Raises:
        FileProblem: if one cannot be removed.
    """
    folder = runtime_folder()
    removed = 0
    # Include temporary files of killed processes: they may hold a token.
    for path in [path for path in (folder.iterdir() if folder.is_dir() else ()) if path.is_file()]:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise FileProblem(
                f"Cannot remove {path}: {error.strerror or error}.",
                remedy="remove it by hand: it may hold a token",
            ) from error
        removed += path.suffix not in (".lock", ".lease")
    return removed


def secrets() -> set[Secret]:
    """Return the tokens of this user that are stored, for every principal; damaged files are left out."""
    found = (schema.read_object(path).get("token") for path in runtime_folder().glob("*.json"))
    texts = (one.get("secret") for one in found if isinstance(one, dict))
    return set(map(Secret, filter(None, texts)))


def store_key(request: MintRequest, environ: Mapping[str, str]) -> str:
    """Return the name in the store for the tokens of `request`; `environ` decides the principal."""
    parts = provider_of(request.repository).scope(request, environ)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
