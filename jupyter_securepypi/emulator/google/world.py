"""What exists: a project with Python repositories of every mode, and who may read, write and impersonate there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..public_index import PublicIndex
from ..storage import Asset, Storage
from .failures import GoogleError

PROJECT, NUMBER, LOCATION = "acme-project", "111122223333", "europe-west1"
STANDARD, REMOTE, VIRTUAL = "STANDARD_REPOSITORY", "REMOTE_REPOSITORY", "VIRTUAL_REPOSITORY"
DOWNLOAD = "artifactregistry.repositories.downloadArtifacts"
UPLOAD = "artifactregistry.repositories.uploadArtifacts"
LOOK = "artifactregistry.repositories.get"
IMPERSONATE = "iam.serviceAccounts.getAccessToken"
# Roles of IAM's reference that matter here, with their permissions that do.
ROLES = {
    "roles/artifactregistry.reader": frozenset({DOWNLOAD, LOOK}),
    "roles/artifactregistry.writer": frozenset({DOWNLOAD, LOOK, UPLOAD}),
    "roles/iam.serviceAccountTokenCreator": frozenset({IMPERSONATE}),
}


def account(name: str) -> str:
    """Return the e-mail of a service account of the project."""
    return f"{name}@{PROJECT}.iam.gserviceaccount.com"


NOTEBOOK, READER, PUBLISHER, STRANGER = (
    account(name) for name in ("notebook", "package-reader", "package-publisher", "stranger")
)
USER = "data-scientist@example.com"
FEDERATED = (
    f"principal://iam.googleapis.com/projects/{NUMBER}/locations/global/workloadIdentityPools/ci/subject/build"
)


@dataclass(eq=False)
class Repo:
    """A Python repository.

    Attributes:
        upstreams: names of repositories of the same project and location, with their priorities.
        bindings: who has a role on it: members by role.
    """

    name: str
    mode: str
    storage: Storage
    upstreams: dict[str, int] = field(default_factory=dict)
    bindings: dict[str, set[str]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The resource name."""
        return f"projects/{PROJECT}/locations/{LOCATION}/repositories/{self.name}"


@dataclass
class Trouble:
    """What is wrong in this world.

    Attributes:
        denied: permissions that nobody has.
        api_disabled: the Artifact Registry API is off in the project.
        perimeter: a VPC Service Controls perimeter keeps everybody out.
        login: why token endpoints refuse: ``expired``, ``reauth``, ``unknown key``, ``clock``; empty for not at all.
        rejected: the index knows no token any more.
    """

    denied: frozenset[str] = frozenset()
    api_disabled: bool = False
    perimeter: bool = False
    login: str = ""
    rejected: bool = False


class World:
    """The project's repositories and service accounts, below `folder`.

    Attributes:
        lock: to be held by whoever changes what is in repositories.
        accounts: the service accounts that exist.
    """

    def __init__(self, folder: Path) -> None:
        self.lock = threading.RLock()
        self.public = PublicIndex(folder / "public")
        self.trouble = Trouble()
        self.accounts = {NOTEBOOK, READER, PUBLISHER, STRANGER}
        self._folder = folder
        self._repos: dict[str, Repo] = {}
        self._impersonators = {READER: {NOTEBOOK, USER, FEDERATED}, PUBLISHER: {USER}}
        for name, mode in (
            ("shared-pypi", STANDARD),
            ("team-pypi", STANDARD),
            ("closed-pypi", STANDARD),
            ("pypi-cache", REMOTE),
            ("everything", VIRTUAL),
        ):
            self.add_repository(name, mode, readable=name != "closed-pypi")
        self.repo("everything").upstreams = {"shared-pypi": 100, "pypi-cache": 10}

    def add_repository(self, name: str, mode: str = STANDARD, *, readable: bool = True) -> Repo:
        """Add a repository, and return it; `readable` lets the built-in readers and publishers in."""
        repo = Repo(name, mode, Storage(self._folder / name))
        if readable:
            repo.bindings = {
                "roles/artifactregistry.reader": {NOTEBOOK, READER, USER, FEDERATED},
                "roles/artifactregistry.writer": {PUBLISHER},
            }
        self._repos[name] = repo
        return repo

    def repo(self, name: str) -> Repo:
        """Return a repository.

        Raises:
            GoogleError: there is none of that name.
        """
        if name not in self._repos:
            raise GoogleError(404, f'Repository "{name}" not found', "")
        return self._repos[name]

    def names(self) -> list[str]:
        """Return the names of all repositories."""
        return list(self._repos)

    def allow(self, who: str, permission: str, repo: Repo | None, name: str) -> None:
        """Check that `who` has `permission` on a repository.

        Raises:
            GoogleError: the perimeter, the API or IAM says no. Like the real one, it does not tell those apart from
                each other who may not know whether a repository exists.
        """
        if self.trouble.perimeter:
            text = (
                "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: made-up-1"
            )
            raise GoogleError(403, text, "SECURITY_POLICY_VIOLATED")
        if self.trouble.api_disabled:
            text = f"Artifact Registry API has not been used in project {NUMBER} before or it is disabled."
            raise GoogleError(403, text, "SERVICE_DISABLED")
        roles = {role for role, members in repo.bindings.items() if who in members} if repo else set()
        allowed = any(permission in ROLES[role] for role in roles) and permission not in self.trouble.denied
        if not allowed:
            text = f"Permission '{permission}' denied on resource '{name}' (or it may not exist)."
            raise GoogleError(403, text, "IAM_PERMISSION_DENIED")

    def may_impersonate(self, who: str, email: str) -> bool:
        """Return whether `who` may ask for tokens of the service account `email`."""
        return who in self._impersonators.get(email, ()) and IMPERSONATE not in self.trouble.denied

    def assets(self, repo: Repo, package: str) -> list[Asset]:
        """Return the files of a package that a repository serves: each name once, that of the highest priority."""
        found: dict[str, Asset] = {}
        for source in self._sources(repo):
            if source.mode == REMOTE:
                held = self.public.versions(package).values()
                assets = [asset for one in held for asset in one.assets]
            else:
                assets = [asset for asset in source.storage.assets() if asset.package == package]
            for asset in assets:
                found.setdefault(asset.name, asset)
        return sorted(found.values(), key=lambda asset: asset.name)

    def _sources(self, repo: Repo) -> Iterator[Repo]:
        if repo.mode != VIRTUAL:
            yield repo
            return
        for name, _ in sorted(repo.upstreams.items(), key=lambda one: -one[1]):
            yield from self._sources(self.repo(name))
