"""AWS's own host names: which of them the emulator answers for, and what each stands for.

The names of services are those of botocore's endpoint rules, ipv4 and dual stack. The hosts of indexes are those that
`Repository` knows: in partition ``aws`` only, because AWS documents no others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..core.errors import ConfigurationError
from ..core.providers.codeartifact.repository import Repository
from .http import Application, Environ, Response, StartResponse

if TYPE_CHECKING:
    from .domains import Domain, Repo


class TrueNames:
    """The names in the region of `home`, in every domain and for every repository there.

    Raises:
        ConfigurationError: `home` lies in a partition whose index hosts AWS does not document.
    """

    def __init__(self, home: Repository) -> None:
        _ = home.computed_endpoint  # it raises for other partitions
        self._region = home.region
        self.services = (
            f"codeartifact.{home.region}.amazonaws.com",
            f"codeartifact.{home.region}.api.aws",
            f"sts.{home.region}.amazonaws.com",
            f"sts.{home.region}.api.aws",
            "sts.amazonaws.com",
            "iam.amazonaws.com",
            "iam.global.api.aws",
        )

    def serves(self, host: str) -> bool:
        """Return whether `host`, without a port, is one of the names."""
        return host.lower() in self.services or bool(self.domain_of(host))

    def domain_of(self, host: str) -> str:
        """Return ``DOMAIN-OWNER`` for the host of a domain's indexes in this region, else an empty string.

        Whether there is such a domain is for the index to say: all these names lead to AWS.
        """
        try:
            found = Repository.from_index_url(f"https://{host}/pypi/any/")
        except ConfigurationError:
            return ""
        return f"{found.domain}-{found.owner}" if found.region == self._region else ""

    def endpoint(self, repo: Repo, package_format: str, kind: str) -> str:
        """Return the address of `repo` for a package format, ending in a slash; `kind` is ipv4 or dualstack."""
        return f"https://{_host(repo.domain, kind)}/{package_format}/{repo.name}/"

    def hosts(self, domains: Iterable[Domain]) -> list[str]:
        """Return the names of all services, and of the indexes of `domains`."""
        return [*self.services, *(_host(one, kind) for one in domains for kind in ("ipv4", "dualstack"))]


class UnderTrueNames:
    """The WSGI application for requests to `names`: it leads those to the host of an index to its path.

    `application` knows indexes by the paths that AWS gives them behind a VPC endpoint, where the host says nothing.
    """

    def __init__(self, application: Application, names: TrueNames) -> None:
        self._application = application
        self._names = names

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        host = environ.get("HTTP_HOST", "").removesuffix(":443")
        if not self._names.serves(host):
            body = json.dumps({"message": "This host is not served here."}).encode()
            return Response(421, {"Content-Type": "application/json"}, body).send(start_response)
        domain = self._names.domain_of(host)
        if domain:
            in_host = f"/d/{domain}"
            environ = {**environ, "PATH_INFO": in_host + environ["PATH_INFO"]}
        return self._application(environ, start_response)


def _host(domain: Domain, kind: str) -> str:
    label = f"{domain.name}-{domain.owner}"
    if kind == "dualstack":
        return f"{label}.codeartifact.{domain.region}.on.aws"
    return f"{label}.d.codeartifact.{domain.region}.amazonaws.com"
