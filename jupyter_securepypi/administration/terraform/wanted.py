"""What somebody wants to have described in Terraform, as it was typed; each kind of repository takes what it knows."""

from __future__ import annotations

from dataclasses import dataclass

DOMAIN, STORE = "domain", "store"
EXISTING = (DOMAIN, STORE)
"""What may be there already."""


@dataclass(frozen=True)
class Wanted:
    """What is to be described beside the repository; everything is optional.

    Attributes:
        readers: who installs, in the provider's form.
        writers: who also publishes.
        organization: an organisation whose identities are let in.
        upstream: a repository that takes in from public PyPI, as an upstream.
        promote_from: one that takes in from there, to promote from.
        protect: own names and patterns.
        existing: what is there, and described elsewhere.
        read_role: name of the role of readers.
        studio: with the roll-out to notebooks, as far as the provider has one.
        version: the version of jupyter_securepypi that notebooks get; empty: this one.
        hashes: what its files may hash to.
        command: what was typed, for the README.
    """

    readers: tuple[str, ...] = ()
    writers: tuple[str, ...] = ()
    organization: str = ""
    upstream: str = ""
    promote_from: str = ""
    protect: tuple[str, ...] = ()
    existing: tuple[str, ...] = ()
    read_role: str = ""
    studio: bool = True
    version: str = ""
    hashes: tuple[str, ...] = ()
    command: str = ""
