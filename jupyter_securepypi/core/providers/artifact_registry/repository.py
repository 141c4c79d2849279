"""A Python repository of Artifact Registry, from its resource name or its index URL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import List, Tuple

from ...address import split_url
from ...errors import ConfigurationError
from ...grant import MintRequest

PROVIDER = "artifact_registry"
"""The provider's name."""
LOGIN = "oauth2accesstoken"
"""The user name that goes with an access token (Artifact Registry: "Configure authentication to … Python")."""

NAME_FORM = "projects/PROJECT/locations/LOCATION/repositories/REPOSITORY"
_URL_FORM = "https://LOCATION-python.pkg.dev/PROJECT/REPOSITORY/simple/"
_ASK = f"write it as {NAME_FORM} or {_URL_FORM}; `gcloud artifacts repositories list` prints yours"
# The rules of Resource Manager for project ids and of the Artifact Registry API for repository ids; locations are
# regions such as europe-west1, and the multi-regions us, europe and asia.
_RULES = {
    "project": (
        re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]"),
        "6 to 30 lower-case letters, digits and dashes, with a letter first; the id, not the number",
    ),
    "location": (re.compile(r"[a-z]+(-[a-z]+[0-9]+)?"), "like europe-west1, us or asia"),
    "name": (
        re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?"),
        "up to 63 lower-case letters, digits and dashes, with a letter first and no dash last",
    ),
}
_RESOURCE = re.compile(
    r"(?://artifactregistry\.googleapis\.com/)?"
    r"projects/(?P<project>[^/]*)/locations/(?P<location>[^/]*)/repositories/(?P<name>[^/]*)/?"
)
_HOST = re.compile(r"(?P<location>[a-z0-9-]+)-python\.pkg\.dev")
_PATH = re.compile(r"/(?P<project>[^/]+)/(?P<name>[^/]+)/?(?:simple/?)?")


@dataclass(frozen=True)
class Repository:
    """A Python repository, valid by construction.

    Raises:
        ConfigurationError: it names the part that is wrong, and the form that is right.
    """

    project: str
    location: str
    name: str

    def __post_init__(self) -> None:
        for part, (pattern, form) in _RULES.items():
            value = getattr(self, part)
            if not pattern.fullmatch(value):
                label = "name" if part == "name" else part
                raise ConfigurationError(
                    f"The {label} of the Artifact Registry repository is not valid: {value[:80]!r}.",
                    why=f"it must be {form}",
                    remedy=_ASK,
                )

    @classmethod
    def parse(cls, text: str) -> Repository:
        """Return the repository that a resource name or an index URL names.

        Raises:
            ConfigurationError: `text` is neither; the error names the part that is wrong.
        """
        text = text.strip()
        if "://" in text:
            return cls._from_url(text)
        found = _RESOURCE.fullmatch(text)
        if not found:
            # Shown without what stands before an @: it may be a password.
            shown = re.sub(r"(?s).*@", "***@", text)[:160]
            raise ConfigurationError(f"This is not a repository of Artifact Registry: {shown!r}.", remedy=_ASK)
        return cls(**found.groupdict())

    @classmethod
    def _from_url(cls, url: str) -> Repository:
        try:
            split = split_url(url)
            host, port = (split.hostname or ""), split.port
        except ValueError:
            host, port, split = "", None, split_url("")
        shown = f"https://{host}{split.path}"
        if "@" in split.netloc:
            raise ConfigurationError(
                f"The index URL {shown} holds credentials, and they would show wherever it does.",
                why="`gcloud artifacts print-settings python --json-key` writes a key that never expires into it",
                remedy="take them out; the token comes from your application default credentials",
            )
        named, path = _HOST.fullmatch(host), _PATH.fullmatch(split.path)
        wrong = "" if named else "host" if host.endswith(".pkg.dev") else "address"
        if not wrong and (split.scheme != "https" or port not in (None, 443)):
            wrong = "scheme or port"
        if not wrong and (not path or split.query or split.fragment):
            wrong = "path"
        if wrong or not named or not path:
            raise ConfigurationError(
                f"This is not the index of a Python repository: {shown}.",
                why=f"the {wrong} is not one that Artifact Registry uses for Python packages",
                remedy=_ASK,
            )
        return cls(path["project"], named["location"], path["name"])

    @property
    def provider(self) -> str:
        """The provider's name."""
        return PROVIDER

    @property
    def id(self) -> str:
        """The resource name."""
        return f"projects/{self.project}/locations/{self.location}/repositories/{self.name}"

    @property
    def detail(self) -> str:
        """Where it lies."""
        return self.location

    @property
    def facts(self) -> List[Tuple[str, str]]:
        """The facts that people are shown about it."""
        return [("Project", self.project), ("Location", self.location), ("Repository", self.name)]

    @property
    def endpoint_url(self) -> str:
        """The URL for publishing, ending in a slash; the index and every file lie below it."""
        return f"https://{self.location}-python.pkg.dev/{self.project}/{self.name}/"

    def __str__(self) -> str:
        return f"{self.project}/{self.name}"


def named_by(request: MintRequest) -> Repository:
    """Return the repository of a request to this provider.

    Raises:
        TypeError: the request is for another provider, which is a mistake in our own code.
    """
    if not isinstance(request.repository, Repository):
        raise TypeError(f"{request.repository} is no repository of Artifact Registry")
    return request.repository
