"""What a CI system runs to install from the index: it shows who it is, and gets a token for a quarter of an hour.

Both systems give a job an OIDC token that a cloud accepts in place of a stored key (GitHub's documentation,
"OpenID Connect"; GitLab's, "ID tokens").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..core.errors import ConfigurationError
from ..core.grant import Grant
from ..core.providers.registry import provider_of
from ..core.template import filled_in
from . import aws
from .dockerfile import TEMPLATES, printable, unset

if TYPE_CHECKING:
    from ..core.providers.base import Repository

SYSTEMS = ("github", "gitlab")
"""The systems, by the name that people type."""
_CLOUDS: Mapping[str, tuple[str, Callable[[Repository, str], dict[str, str]]]] = {
    aws.PROVIDER: ("aws", aws.values),
}
"""Provider → the ending of its templates, and what returns the values that they need."""


def pipeline(system: str, grant: Grant, repository: Repository, role: str, file: str) -> str:
    """Return the workflow or the job, as YAML.

    Args:
        system: a name in `SYSTEMS`.
        grant: names the index; its token is not looked at.
        repository: the repository.
        role: the identity that the job takes, in the provider's form.
        file: the requirements file to install.

    Raises:
        ConfigurationError: there is none for this kind of repository, or the role is none.
    """
    if repository.provider not in _CLOUDS:
        mints = provider_of(repository).mints
        raise ConfigurationError(
            f"There is no example of a CI job for {repository}.",
            why=f"there are examples for {', '.join(_CLOUDS)}",
            remedy="log in with the cloud's own action, write an access token into a netrc file, and name it in NETRC"
            if mints
            else "keep the password in the CI system's own secrets, and write it into a netrc file there",
        )
    if file.endswith((".lock", ".toml")):
        raise ConfigurationError(
            f"The printed job installs with pip, and pip does not install from {file}.",
            remedy="name a requirements file with -r",
        )
    if not file or not all(c.isalnum() or c in "._-/+" for c in file):
        raise ConfigurationError(
            f"The name {file!r} would need quotes.", remedy="use letters, digits and ._-/+ only"
        )
    cloud, values = _CLOUDS[repository.provider]
    found = {
        "REPOSITORY": str(repository),
        "INDEX_URL": printable(grant.index_url),
        "UNSET": unset("pip", " " * 14 if system == "github" else " " * 10),
        "HOST": urlsplit(grant.index_url).hostname or "",
        "LOGIN": grant.login,
        "FILE": file,
        **values(repository, role),
    }
    return filled_in(TEMPLATES / f"{system}-{cloud}.yml.in", found)
