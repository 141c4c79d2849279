"""The token on disk: one 0600 file for all that a token opens, shared by all processes of one user."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.errors import FileProblem, SecurePyPIError
from ..core.files import private_folder, write_atomically
from ..core.grant import Grant, MintRequest, token_to_dict
from ..core.providers.registry import provider_of


@dataclass(frozen=True)
class Failure:
    """The last attempt to mint failed, and when to try again.

    Attributes:
        error: what went wrong.
        since: epoch second of the first failure in this row.
        next_try: epoch second before which nobody should ask again.
        attempts: how many failed in a row.
        logins: what tells the user's login files then from others, which deserve a new attempt.
    """

    error: SecurePyPIError
    since: float
    next_try: float
    attempts: int
    logins: str


class TokenStore:
    """Where the grants are kept that one token serves.

    Args:
        request: says which token.
        folder: where the files are; by default ``securepypi/`` in Jupyter's runtime directory.

    Attributes:
        token_file: holds the token, for who may read it without asking the provider.
        lock_file: whoever asks the provider holds it.
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
        """Make the folder, for its owner only.

        Raises:
            FileProblem: if that cannot be done.
        """
        private_folder(self.folder)

    def load(self) -> Grant | None:
        """Return the stored grant for the repository, or None; a damaged file counts as none."""
        data = _load(self.token_file)
        try:
            return Grant.from_dict({**data["token"], **data["places"][self._place]}, self._provider.windows)
        except (KeyError, TypeError, ValueError):
            return None

    def save(self, grant: Grant) -> None:
        """Keep `grant`; the other repositories that its token opens stay known.

        Of the user's own credentials nothing is kept: they stand in the user's own files.

        Raises:
            FileProblem: if the file cannot be written.
        """
        if not grant.own:
            places = _load(self.token_file).get("places")
            places = places if isinstance(places, dict) else {}
            data = {"token": token_to_dict(grant.token), "places": {**places, self._place: grant.place()}}
            write_atomically(self.token_file, json.dumps(data).encode(), mode=0o600)
        self._failure_file.unlink(missing_ok=True)

    def load_failure(self) -> Failure | None:
        """Return the remembered failure, or None."""
        data = _load(self._failure_file)
        if not data:
            return None
        try:
            return Failure(
                error=SecurePyPIError.from_dict(data["error"]),
                since=float(data["since"]),
                next_try=float(data["next_try"]),
                attempts=int(data["attempts"]),
                logins=str(data["logins"]),
            )
        except (KeyError, TypeError, ValueError):
            return None

    def save_failure(self, failure: Failure) -> None:
        """Remember `failure`.

        Raises:
            FileProblem: if the file cannot be written.
        """
        data = {**vars(failure), "error": failure.error.to_dict()}
        write_atomically(self._failure_file, json.dumps(data).encode(), mode=0o600)

    def clear(self) -> None:
        """Forget token and failure."""
        self.token_file.unlink(missing_ok=True)
        self._failure_file.unlink(missing_ok=True)


def runtime_folder() -> Path:
    """Return the folder of tokens: ``securepypi/`` in Jupyter's runtime directory."""
    from jupyter_core.paths import jupyter_runtime_dir

    return Path(jupyter_runtime_dir()) / "securepypi"


def forget_all() -> int:
    """Remove every token and remembered failure of this user, whoever they were for; return how many files.

    Raises:
        FileProblem: if one cannot be removed.
    """
    folder = runtime_folder()
    removed = 0
    # Also temporary files that a killed process left: they may hold a token.
    for path in [path for path in (folder.iterdir() if folder.is_dir() else ()) if path.is_file()]:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise FileProblem(
                f"Cannot remove {path}: {error.strerror or error}.",
                remedy="remove it by hand: it may hold a token",
            ) from error
        removed += path.suffix != ".lock"
    return removed


def store_key(request: MintRequest, environ: Mapping[str, str]) -> str:
    """Return the name under which tokens for `request`, asked for from `environ`, are kept."""
    parts = provider_of(request.repository).scope(request, environ)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _load(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file; a missing or damaged one counts as empty."""
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
