"""``terraform``: write a repository, its policies and roles as Terraform."""

from __future__ import annotations

import argparse
import shlex
from functools import partial
from pathlib import Path

from ..administration.terraform.files import write_files
from ..administration.terraform.wanted import EXISTING, Wanted
from ..config import load_options
from ..core.foreign_text import say
from ..core.providers.registry import repository_of
from ..rollout.pin import pin_wheel
from ..sagemaker.in_terraform import in_terraform


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add(
        "--repository",
        metavar="REPO",
        help="the repository, as the option of that name has it; default: the configured one",
    )
    several = partial(add, nargs="+", action="extend", default=[])
    who = "roles, users or accounts as their cloud names them, or members such as group:NAME@DOMAIN"
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
        help="a repository that takes in from public PyPI, to promote from where that can be done",
    )
    several("--protect", metavar="NAME", help="own names and patterns, such as 'acme-*'")
    several("--existing", choices=EXISTING, help="what is there and described elsewhere")
    add("--read-role", metavar="NAME", default="", help="name of the role of readers; it has a default")
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
    repository = (
        repository_of(options.repository) if options.repository else load_options().require_repository()
    )
    pin = pin_wheel(options.wheel) if options.wheel else None
    wanted = Wanted(
        readers=tuple(options.readers),
        writers=tuple(options.writers),
        organization=options.organization,
        upstream=options.upstream,
        promote_from=options.promote_from,
        protect=tuple(options.protect),
        existing=tuple(options.existing),
        read_role=options.read_role,
        studio=not options.no_studio,
        version=pin.version if pin else "",
        hashes=(*(pin.hashes if pin else ()), *options.hash),
        command=_command(options, repository.id),
    )
    return in_terraform(repository, wanted)


def _command(options: argparse.Namespace, repository: str) -> str:
    words = ["jupyter", "securepypi", "terraform", "--repository", repository]
    for name, value in vars(options).items():
        if name in ("command", "repository", "output", "force") or not value:
            continue
        words.append(f"--{name.replace('_', '-')}")
        if value is not True:
            words += map(str, value if isinstance(value, list) else [value])
    return shlex.join(words)
