"""Google Artifact Registry as an index provider."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Mapping, Optional, Sequence

from ...errors import SecurePyPIError
from ...files import file_state
from ...grant import Grant, MintRequest
from ...token import Windows
from ..advice import Advice
from .repository import LOGIN, PROVIDER, Repository

if TYPE_CHECKING:
    from ...check import Check

# Every kind of index at Artifact Registry, of any project; `Repository` tells the Python ones apart.
_HOST = re.compile(r"([a-z0-9-]+\.)+pkg\.dev", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://(?:[^/?#]*@)?(?P<host>[^/?#:@]*)", re.IGNORECASE)
_RESOURCE = re.compile(r"(//artifactregistry\.googleapis\.com/)?projects/")
# Variables that decide google-auth's identity; their values only enter a hash.
_PRINCIPAL_VARIABLES = (
    "GOOGLE_APPLICATION_CREDENTIALS",
    "CLOUDSDK_CONFIG",
    "GCE_METADATA_HOST",
    "GCE_METADATA_ROOT",
    "GCE_METADATA_IP",
    "NO_GCE_CHECK",
)


class ArtifactRegistry:
    """Access tokens of an hour, from application default credentials, perhaps for a service account."""

    name = PROVIDER
    label = "Google Artifact Registry"
    authority = "Google"
    login = LOGIN
    mints = True
    # A metadata server hands out the same token until four to five minutes before it expires: asked earlier, it has
    # nothing newer. google-auth itself waits until 225 seconds are left (its `REFRESH_THRESHOLD`). Shares would be of
    # what was left when the token came, which says nothing about when there is another one.
    windows = Windows(advisory_most=225.0, mandatory_most=120.0, fixed=True)
    advice = Advice(
        forbidden=(
            "the token's identity lacks artifactregistry.repositories.downloadArtifacts there, there is no such "
            "repository, or a VPC Service Controls perimeter refuses",
            "`jupyter securepypi doctor` tells which; `jupyter securepypi iam-policy reader` prints the binding",
        ),
        rejected=("it has expired or was revoked", "`jupyter securepypi refresh` gets a new one"),
        unreachable="without internet the subnet needs Private Google Access, and DNS that leads *.pkg.dev to "
        "private.googleapis.com or restricted.googleapis.com",
        silent="on Google Cloud the metadata server must answer; elsewhere oauth2.googleapis.com",
    )

    def claims(self, text: str) -> bool:
        """Return whether `text` is a resource name or an address on a host of Artifact Registry's."""
        address = _ADDRESS.match(text)
        return bool(_RESOURCE.match(text)) or bool(address and self.serves(address["host"]))

    def repository(self, text: str) -> Repository:
        """Return the repository that a resource name or an index URL names.

        Raises:
            ConfigurationError: naming the part that is wrong.
        """
        return Repository.parse(text)

    def mint(self, request: MintRequest) -> Grant:
        """Return a new grant from Google, see `mint.mint`."""
        from .mint import mint

        return mint(request)

    def held(self, request: MintRequest) -> Optional[Grant]:
        """Return None: only a minted token opens the index."""
        return None

    def explain(self, error: BaseException) -> SecurePyPIError:
        """Return an exception of google-auth as an error of ours."""
        from .errors import translate

        return translate(error)

    def scope(self, request: MintRequest, environ: Mapping[str, str]) -> Sequence[str]:
        """Return the identity that asks: one token opens every repository that the identity may read."""
        return [
            PROVIDER,
            request.role,
            str(request.duration) if request.role else "",
            *(f"{name}={environ.get(name, '')}" for name in _PRINCIPAL_VARIABLES),
        ]

    def place(self, request: MintRequest) -> str:
        """Return the repository."""
        return request.repository.id

    def logins(self, *, sessions: bool = True) -> str:
        """Return a text that differs once a file with application default credentials has changed."""
        named = os.environ.get("GOOGLE_APPLICATION_CREDENTIALS", "")
        paths = [*([Path(named)] if named else []), well_known_file(os.environ)]
        return " ".join(file_state(path) for path in paths)

    def examine(
        self, request: MintRequest, report: Callable[[Check], None], stored: str, index_url: str
    ) -> str:
        """Try credentials and permissions, and look which upstreams the repository has."""
        from .examination import examine

        return examine(request, report, stored)

    def serves(self, host: str) -> bool:
        """Return whether `host` is a host of Artifact Registry's, of any location and format."""
        return bool(_HOST.fullmatch(host))


def well_known_file(environ: Mapping[str, str]) -> Path:
    """Return where `gcloud auth application-default login` writes, whether it exists or not (google-auth)."""
    if environ.get("CLOUDSDK_CONFIG"):
        folder = Path(environ["CLOUDSDK_CONFIG"])
    elif os.name == "nt":
        folder = Path(environ.get("APPDATA", ""), "gcloud")
    else:
        folder = Path("~/.config/gcloud").expanduser()
    return folder / "application_default_credentials.json"
