"""The accounts, domains and repositories that exist: moto holds IAM, this holds CodeArtifact."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from ..core.providers.codeartifact.repository import Repository
from .domains import Domain, Repo
from .errors import AwsError
from .packages.catalog import Catalog
from .packages.reach import Reach
from .packages.records import Origin
from .public_index import CONNECTION, PublicIndex
from .roles import READ, seed_roles
from .storage import Storage

PARTNER = "675292366480"
# The partner's account number if the home account already has PARTNER's: AWS's own example account.
OTHER_PARTNER = "111122223333"
# Repositories of the home domain: one with a connection to the public index, and one behind it.
CONNECTED, CURATED = "pypi-store", "curated"

# moto has one IAM state per process: the first emulator finds it empty, and emulators build one at a time.
_IAM_LOCK = threading.Lock()
_open_worlds = 0


class World:
    """The accounts, roles, domains and repositories around the repository `home`.

    There are two accounts: the one of `home`, and a partner; both share packages with each other. There are three
    domains: the one of `home`, with a second repository, one that is connected to the public index, and one whose
    upstream that is; the partner's; and ``island``, which is closed to other accounts.

    Attributes:
        lock: to be held by whoever reads or changes domains, repositories or what is in them.
        tags: of resources, by ARN.
    """

    def __init__(self, home: Repository, folder: Path) -> None:
        self.home = home
        self.partner = PARTNER if home.owner != PARTNER else OTHER_PARTNER
        self.lock = threading.RLock()
        self.tags: dict[str, dict[str, str]] = {}
        self.public = PublicIndex(folder.parent / "public")
        self._folder = folder
        self._domains: dict[tuple[str, str, str], Domain] = {}
        self._repositories: dict[tuple[str, str], Repo] = {}
        self._seed_domains()
        global _open_worlds
        with _IAM_LOCK:
            if not _open_worlds:
                for account in self.accounts:
                    iam_backends[account][home.partition].reset()
                    sts_backends[account][home.partition].reset()
            _open_worlds += 1
            seed_roles(home.partition, *self.accounts)

    def close(self) -> None:
        """Release moto's state: the next world that opens alone resets it."""
        global _open_worlds
        with _IAM_LOCK:
            _open_worlds -= 1

    @property
    def accounts(self) -> tuple[str, str]:
        """The two accounts, the default caller's first."""
        return self.home.owner, self.partner

    @property
    def role_template(self) -> str:
        """A role ARN template that the default caller may assume."""
        return f"arn:{{partition}}:iam::{{account_id}}:role/SecurePyPIReadRole_{self.partner}"

    def repositories(self) -> list[Repo]:
        """Return every repository."""
        return list(self._repositories.values())

    def repositories_of(self, domain: Domain) -> list[Repo]:
        """Return the repositories of `domain`."""
        return [repo for repo in self.repositories() if repo.domain is domain]

    def domains(self) -> list[Domain]:
        """Return every domain."""
        return list(self._domains.values())

    def domains_in(self, region: str, owner: str) -> list[Domain]:
        """Return the domains that `owner` has in `region`."""
        return [domain for (where, who, _), domain in self._domains.items() if (where, who) == (region, owner)]

    def domain(self, region: str, owner: str, name: str) -> Domain:
        """Return a domain.

        Raises:
            AwsError: there is no domain with that name, owner and region.
        """
        found = self._domains.get((region, owner, name))
        if found is None:
            raise AwsError(
                "ResourceNotFoundException",
                f"Domain not found. Domain '{name}' owned by account '{owner}' does not exist",
                404,
                {"resourceId": f"{owner}/{name}", "resourceType": "domain"},
            )
        return found

    def repository(self, domain: Domain, name: str) -> Repo:
        """Return a repository of `domain`.

        Raises:
            AwsError: there is no repository of that name.
        """
        found = self._repositories.get((domain.arn, name))
        if found is None:
            raise AwsError(
                "ResourceNotFoundException",
                f"Repository not found. Repository '{name}' in domain '{domain.name}' "
                f"owned by account '{domain.owner}' does not exist",
                404,
                {"resourceId": f"{domain.owner}/{domain.name}/{name}", "resourceType": "repository"},
            )
        return found

    def at(self, path: str) -> tuple[Repo, str] | None:
        """Return the repository of an index path and the rest of the path, or None."""
        match = re.fullmatch(r"/d/(?P<domain>[^/]+)-(?P<owner>\d{12})/pypi/(?P<name>[^/]+)(?P<rest>/.*)?", path)
        if match is None:
            return None
        for repo in self.repositories():
            if (repo.domain.name, repo.domain.owner, repo.name) == match.group("domain", "owner", "name"):
                return repo, match["rest"] or "/"
        return None

    def reach(self, domain: Domain, now: float) -> Reach:
        """Return what looks through the upstreams of `domain` at epoch second `now`."""
        return Reach({repo.name: repo for repo in self.repositories_of(domain)}, self.public.versions, now)

    def add_domain(self, domain: Domain) -> None:
        """Add a domain; there must be none with its name, owner and region."""
        self._domains[domain.region, domain.owner, domain.name] = domain

    def remove_domain(self, domain: Domain) -> None:
        """Remove a domain, which has no repositories."""
        del self._domains[domain.region, domain.owner, domain.name]

    def add_repository(
        self, domain: Domain, name: str, policy: Mapping[str, Any] | None = None, description: str = ""
    ) -> Repo:
        """Add a repository to `domain`, which has none of that name, and return it."""
        storage = Storage(self._folder / f"{domain.name}-{domain.owner}" / name)
        repo = Repo(domain, name, Catalog(storage, Origin(name)), policy, description)
        self._repositories[domain.arn, name] = repo
        return repo

    def remove_repository(self, repo: Repo) -> None:
        """Remove a repository and its files."""
        del self._repositories[repo.domain.arn, repo.name]
        shutil.rmtree(repo.storage.folder)

    def _seed_domains(self) -> None:
        home = self.home
        self._add(home.domain, home.owner, [home.name, "team-pypi"], open_to=self.partner)
        # The default repository stays what it is, whatever its name: files that were put into it, and no others.
        if home.name not in (CONNECTED, CURATED):
            self._add(home.domain, home.owner, [CONNECTED, CURATED], open_to=self.partner)
            domain = self.domain(home.region, home.owner, home.domain)
            self.repository(domain, CONNECTED).connection = CONNECTION
            self.repository(domain, CURATED).upstreams = [CONNECTED]
        self._add("partner", self.partner, ["partner-pypi"], open_to=home.owner)
        self._add("island", home.owner, ["island-pypi"])

    def _add(self, name: str, owner: str, repositories: list[str], open_to: str = "") -> None:
        policy = None
        if open_to:
            reader = {"AWS": f"arn:{self.home.partition}:iam::{open_to}:root"}
            policy = {"Version": "2012-10-17", "Statement": [{**READ, "Principal": reader}]}
        key = (self.home.region, owner, name)
        domain = self._domains.setdefault(
            key, Domain(name, owner, self.home.region, self.home.partition, policy)
        )
        for repository in dict.fromkeys(repositories):
            self.add_repository(domain, repository, policy, f"Python packages of {name}")
