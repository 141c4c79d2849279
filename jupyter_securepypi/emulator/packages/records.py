"""What CodeArtifact remembers of a package and its versions beside their files."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from packaging.version import Version

from ..storage import Asset

# AWS user guide, "Package version status": Published is listed and served, Unlisted only served.
SERVED = ("Published", "Unlisted")
# AWS user guide, "Package origin control settings": by how the first version came.
FIRST_PUBLISHED = {"publish": "ALLOW", "upstream": "BLOCK"}
FIRST_INGESTED = {"publish": "BLOCK", "upstream": "ALLOW"}


@dataclass(frozen=True)
class Origin:
    """How a version came into its domain: by a publisher to a repository, or over an external connection."""

    repository: str = ""
    connection: str = ""

    @property
    def kind(self) -> str:
        """``EXTERNAL`` or ``INTERNAL``."""
        return "EXTERNAL" if self.connection else "INTERNAL"

    @property
    def restrictions(self) -> dict[str, str]:
        """What is allowed for a package whose first version came this way."""
        return dict(FIRST_INGESTED if self.connection else FIRST_PUBLISHED)


@dataclass
class VersionRecord:
    """A version in a repository.

    Attributes:
        published: when it came into the repository, epoch seconds: not when it was uploaded.
        yanked: why it was yanked (may be empty), or None if it was not.
        last_revision: the revision of a version whose files were disposed of.
    """

    origin: Origin
    published: float
    status: str = "Published"
    yanked: str | None = None
    last_revision: str = ""


@dataclass
class PackageRecord:
    """A package in a repository; ``kept`` if it stays without a version, until it is deleted itself."""

    restrictions: dict[str, str]
    versions: dict[Version, VersionRecord] = field(default_factory=dict)
    kept: bool = False


@dataclass(frozen=True)
class Held:
    """A version that a repository, or the public index, has."""

    package: str
    version: Version
    record: VersionRecord
    assets: tuple[Asset, ...]

    @cached_property
    def revision(self) -> str:
        """The state of its files in a word: the same files have the same."""
        if not self.assets:
            return self.record.last_revision
        text = "\n".join(f"{asset.name} {asset.contents.sha256}" for asset in self.assets)
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    def same_as(self, other: Held) -> bool:
        """Return whether `other` has the same files and metadata."""
        return self.revision == other.revision and self.record.yanked == other.record.yanked
