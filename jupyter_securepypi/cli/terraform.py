"""``terraform``: write a repository, its policies and roles as Terraform."""

from __future__ import annotations

import argparse
import shlex
from dataclasses import replace
from functools import partial
from pathlib import Path

from .._version import __version__
from ..administration.policies import Grantee
from ..administration.terraform.artifact_registry import ArtifactRegistryPlan, artifact_registry
from ..administration.terraform.codeartifact import EXISTING, READ_ROLE, CodeArtifactPlan, codeartifact
from ..administration.terraform.files import write_files
from ..administration.terraform.studio import StartScript
from ..config import load_options
from ..core.errors import ConfigurationError
from ..core.foreign_text import say
from ..core.providers.artifact_registry.repository import Repository as GoogleRepository
from ..core.providers.codeartifact.repository import Repository
from ..core.providers.registry import repository_of
from ..rollout.pin import Pin, pin_wheel
from ..sagemaker import lifecycle

_CODEARTIFACT_ONLY = ("organization", "protect", "existing", "read_role", "no_studio", "wheel", "hash")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add(
        "--repository",
        metavar="REPO",
        help="a CodeArtifact ARN, or projects/P/locations/L/repositories/R; default: the configured repository",
    )
    several = partial(add, nargs="+", action="extend", default=[])
    who = "ARNs of roles, users or accounts, or members such as group:NAME@DOMAIN"
    several("--readers", metavar="WHO", help=f"who installs: {who}")
    add("--organization", metavar="ID", default="", help="let in this organisation, or its --readers only")
    several("--writers", metavar="WHO", help="who also publishes")
    store = parser.add_mutually_exclusive_group()
    store.add_argument(
        "--upstream",
        metavar="NAME",
        default="",
        help="a repository that takes in from public PyPI, as an upstream: everything there can be installed",
    )
    store.add_argument(
        "--promote-from",
        metavar="NAME",
        default="",
        help="a repository that takes in from public PyPI, to promote from; CodeArtifact only",
    )
    several("--protect", metavar="NAME", help="own names and patterns, such as 'acme-*'")
    several("--existing", choices=EXISTING, help="what is there and described elsewhere")
    add("--read-role", metavar="NAME", default="", help=f"name of the role of readers; default: {READ_ROLE}")
    add("--no-studio", action="store_true", help="without the lifecycle configuration of SageMaker Studio")
    add("--wheel", type=Path, metavar="FILE", help="Studio installs the version of this wheel, by its hash")
    add("--hash", action="append", default=[], metavar="sha256:DIGEST", help="hash to accept; repeatable")
    add("-o", "--output", type=Path, metavar="DIR", help="where to write; default: standard output")
    add("--force", action="store_true", help="overwrite files with other content")


def run(options: argparse.Namespace) -> int:
    """Write the files, or print them."""
    files = _files(options)
    if options.output is None:
        say("\n".join(f"# ---- {name}\n\n{text}" for name, text in files.items()).rstrip("\n"))
        return 0
    changed = write_files(options.output, files, force=options.force)
    same = len(files) - len(changed)
    told = [f"Wrote {', '.join(changed)}." if changed else "", f"{same} of {len(files)} are as they were."]
    say(" ".join(told[: 2 if same else 1]).strip())
    return 0


def _files(options: argparse.Namespace) -> dict[str, str]:
    text = options.repository or load_options().require_repository().id
    named = repository_of(text)
    if isinstance(named, GoogleRepository):
        return artifact_registry(_google(options, named))
    if not isinstance(named, Repository):
        raise ConfigurationError(
            f"{text} is neither a CodeArtifact repository nor one of Artifact Registry.",
            why="other indexes are not described in Terraform here",
            remedy="name one with --repository",
        )
    plan = CodeArtifactPlan(
        named,
        readers=Grantee(tuple(options.readers), options.organization),
        writers=tuple(options.writers),
        store=options.upstream or options.promote_from,
        connected=bool(options.upstream),
        own_names=tuple(options.protect),
        existing=tuple(options.existing),
        read_role=options.read_role or READ_ROLE,
        command=_command(options, named.arn),
    )
    return codeartifact(plan if options.no_studio else replace(plan, studio=_studio(options, plan)))


def _google(options: argparse.Namespace, repository: GoogleRepository) -> ArtifactRegistryPlan:
    given = [name for name in _CODEARTIFACT_ONLY if getattr(options, name)]
    if given or options.promote_from:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in given or ["promote_from"])
        raise ConfigurationError(
            f"Artifact Registry has nothing that {names} could describe.",
            why="it has no package groups, no copies between repositories, and no Studio",
            remedy="leave it out; readers are members, such as group:NAME@DOMAIN or domain:DOMAIN",
        )
    return ArtifactRegistryPlan(
        repository,
        readers=tuple(options.readers),
        writers=tuple(options.writers),
        remote=options.upstream,
        command=_command(options, repository.id),
    )


def _studio(options: argparse.Namespace, plan: CodeArtifactPlan) -> StartScript:
    pin = pin_wheel(options.wheel) if options.wheel else Pin(__version__)
    start = lifecycle.StartScript(
        repository=plan.repository,
        version=pin.version,
        hashes=(*pin.hashes, *options.hash),
        role_arn=plan.read_role_arn,
    )
    script = start.render()
    return StartScript(lifecycle.config_name(script, start.app_type), start.app_type, script)


def _command(options: argparse.Namespace, repository: str) -> str:
    words = ["jupyter", "securepypi", "terraform", "--repository", repository]
    for name, value in vars(options).items():
        if name in ("command", "repository", "output", "force") or not value:
            continue
        words.append(f"--{name.replace('_', '-')}")
        if value is not True:
            words += map(str, value if isinstance(value, list) else [value])
    return shlex.join(words)
