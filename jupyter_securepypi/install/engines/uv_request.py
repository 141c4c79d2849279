"""A request in uv's words, and the refusal of what uv has no words for."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...core.errors import RequestRefused
from ...core.proxy_and_trust import ProxyAndTrust
from ...core.requests.requirement import Requirement


class NotForUv(RequestRefused):
    """The request says something that only pip understands."""


@dataclass(frozen=True)
class Translated:
    """A request in uv's words.

    Attributes:
        resolving: arguments that decide which versions count, in an install and in a lock.
        plan: arguments that decide what an install changes.
        constraints: those of the request and of uv's own variables.
        build_constraints: the same for the environments where packages are built.
        build: arguments that every step needs, to build and to install.
        formats: the choice of wheels and source archives.
        variables: environment variables.
        hashes: normalized name → the SHA-256 digests that the requirements allow.
        proxy_and_trust: how to reach the index.
        verbose: the user wants to see everything.
        reinstall: also what is there.
        eager: an upgrade upgrades what is needed by what is asked for, too.
    """

    resolving: list[str] = field(default_factory=list)
    plan: list[str] = field(default_factory=list)
    constraints: list[Requirement] = field(default_factory=list)
    build_constraints: list[Requirement] = field(default_factory=list)
    build: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, list[str]] = field(default_factory=dict)
    proxy_and_trust: ProxyAndTrust = field(default_factory=ProxyAndTrust)
    verbose: bool = False
    reinstall: bool = False
    eager: bool = False


def refused(what: str) -> NotForUv:
    """Return the refusal of `what`, like ``the option --user``."""
    return NotForUv(
        f"The uv engine cannot do what {what} asks for.",
        why="uv has no equal to it, or gives it another meaning",
        remedy="leave it out, or install with `--engine pip`",
    )
